using System.Text.Json.Nodes;

namespace HookRules.LanguageServer.Answers;

/// <summary>What the client is told that can be asked.</summary>
internal static class Capabilities
{
    public static JsonObject Of(string version) =>
        new()
        {
            ["serverInfo"] = new JsonObject { ["name"] = "hookrules", ["version"] = version },
            ["capabilities"] = new JsonObject
            {
                ["positionEncoding"] = "utf-16",
                ["textDocumentSync"] = new JsonObject
                {
                    ["openClose"] = true,
                    // Changes come as the parts that changed.
                    ["change"] = 2,
                    ["save"] = true,
                },
                ["completionProvider"] = new JsonObject { ["triggerCharacters"] = new JsonArray(" ", "|", "$", "{", ".", "/", "\"") },
                ["hoverProvider"] = true,
                ["definitionProvider"] = true,
                ["referencesProvider"] = true,
                ["renameProvider"] = new JsonObject { ["prepareProvider"] = true },
                ["semanticTokensProvider"] = new JsonObject { ["legend"] = SemanticTokens.Legend, ["full"] = true },
                ["foldingRangeProvider"] = true,
                ["codeLensProvider"] = new JsonObject { ["resolveProvider"] = true },
                ["documentSymbolProvider"] = true,
                ["documentFormattingProvider"] = true,
                ["codeActionProvider"] = new JsonObject
                {
                    ["codeActionKinds"] = new JsonArray(CodeActions.QuickFix, CodeActions.FixAll, RuleActions.Refactor),
                },
            },
        };
}
