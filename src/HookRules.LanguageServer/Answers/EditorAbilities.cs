using System.Text.Json;
using HookRules.LanguageServer.Protocol;

namespace HookRules.LanguageServer.Answers;

/// <summary>What the client said that it can do, and what it wants.</summary>
/// <param name="Snippets">It takes texts with places to fill in.</param>
/// <param name="Creates">It makes files that an edit asks for.</param>
/// <param name="Renames">It renames files that an edit asks for.</param>
/// <param name="Listens">It wants diagnostics: so is every client that does not say <c>"diagnostics": false</c> in its
/// <c>initializationOptions</c>.</param>
internal sealed record EditorAbilities(bool Snippets, bool Creates, bool Renames, bool Listens)
{
    public static EditorAbilities None { get; } = new(false, false, false, true);

    public static EditorAbilities Of(JsonElement? initialize)
    {
        var capabilities = initialize.Member("capabilities");
        var edits = capabilities.Member("workspace").Member("workspaceEdit");
        var operations = edits.IsTrue("documentChanges") ? edits.Texts("resourceOperations").ToHashSet(StringComparer.Ordinal) : [];
        return new EditorAbilities(
            capabilities.Member("textDocument").Member("completion").Member("completionItem").IsTrue("snippetSupport"),
            operations.Contains("create"),
            operations.Contains("rename"),
            !initialize.Member("initializationOptions").IsFalse("diagnostics")
        );
    }
}
