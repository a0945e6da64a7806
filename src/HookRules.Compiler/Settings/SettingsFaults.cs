using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Settings.Json;
using HookRules.Engine;

namespace HookRules.Compiler.Settings;

/// <summary>What keeps Claude Code from loading a settings file at all, and event keys that it does not know: both would silence our hooks
/// or theirs.</summary>
internal static class SettingsFaults
{
    public static IEnumerable<Diagnostic> Of(SettingsDocument document) =>
        Misplaced(document)
            .Concat(NoEvents(document))
            .Concat(UnknownEvents(document))
            .Concat(
                document
                    .Faults.Where(fault => EntryFault.Guards.Contains(fault.Event))
                    .Select(fault =>
                        DiagnosticCatalog.SettingsFileNotLoaded(fault.Code, document.Place(fault.Node), fault.Problem, fault.Fix)
                    )
            )
            .OrderBy(diagnostic => diagnostic.At.Line)
            .ThenBy(diagnostic => diagnostic.At.Column);

    /// <summary>Guards where Claude Code does not look for them. Measured: at the top, under another key, under another key's "hooks", and
    /// one level too deep inside "hooks".</summary>
    public static IEnumerable<JsonTextChild> MisplacedGuards(JsonText document)
    {
        return from member in document.Root.Children
            let inside = member.Value.Kind == JsonTextKind.Object ? member.Value.Children : []
            from candidate in Enumerable
                .Repeat(member, 1)
                .Concat(member.Name == "hooks" ? [] : inside)
                .Concat(
                    inside
                        .Where(child => (member.Name == "hooks" || child.Name == "hooks") && child.Value.Kind == JsonTextKind.Object)
                        .SelectMany(child => child.Value.Children)
                )
            where EntryFault.Guards.Contains(candidate.Name) && candidate.Value is { Kind: JsonTextKind.Array, Children.Count: > 0 }
            select candidate;
    }

    private static IEnumerable<Diagnostic> Misplaced(SettingsDocument document) =>
        MisplacedGuards(document.Json!)
            .Select(member =>
                DiagnosticCatalog.SettingsFileNotLoaded(
                    document.Key(member),
                    $"\"{member.Name}\" stands outside \"hooks\"",
                    "move it into the file's own \"hooks\" object"
                )
            );

    private static IEnumerable<Diagnostic> NoEvents(SettingsDocument document)
    {
        if (document.Hooks is { Kind: JsonTextKind.Array } hooks)
            yield return DiagnosticCatalog.SettingsFileNotLoaded(
                document.Place(hooks),
                "\"hooks\" is an array",
                "make it an object with event names as keys"
            );
    }

    private static IEnumerable<Diagnostic> UnknownEvents(SettingsDocument document) =>
        from member in document.Hooks is { Kind: JsonTextKind.Object } hooks ? hooks.Children : []
        where HookEvents.Find(member.Name!) is null
        select DiagnosticCatalog.SettingsUnknownEvent(
            document.Key(member),
            member.Name!,
            // A key such as "// Stop" or "_comment" is a note and no misspelling.
            char.IsAsciiLetter(member.Name!.FirstOrDefault())
                ? NearestName.Find(member.Name!, HookEvents.All.Select(known => known.Name))
                : null
        );
}
