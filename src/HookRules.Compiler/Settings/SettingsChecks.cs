using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Settings.Json;
using HookRules.Compiler.Settings.Merge;
using HookRules.Engine;

namespace HookRules.Compiler.Settings;

/// <summary>What keeps Claude Code from loading a settings file at all, and event keys that it does not know: both would silence our hooks
/// or theirs.</summary>
internal sealed class SettingsChecks
{
    private readonly JsonText document;
    private readonly string displayPath;

    private SettingsChecks(JsonText document, string displayPath) => (this.document, this.displayPath) = (document, displayPath);

    public static IEnumerable<Diagnostic> Of(JsonText document, string displayPath)
    {
        var checks = new SettingsChecks(document, displayPath);
        return checks
            .Misplaced()
            .Concat(checks.Events())
            .OrderBy(diagnostic => diagnostic.At.Line)
            .ThenBy(diagnostic => diagnostic.At.Column);
    }

    private IEnumerable<Diagnostic> Events()
    {
        if (document.Root["hooks"] is not { } hooks)
            yield break;
        if (hooks.Kind == JsonTextKind.Array)
            yield return NotLoaded(hooks, "\"hooks\" is an array", "make it an object with event names as keys");
        if (hooks.Kind != JsonTextKind.Object)
            yield break;
        foreach (var member in hooks.Children)
        {
            if (HookEvents.Find(member.Name!) is null)
                yield return DiagnosticCatalog.SettingsUnknownEvent(
                    Key(member),
                    member.Name!,
                    // A key such as "// Stop" or "_comment" is a note and no misspelling.
                    char.IsAsciiLetter(member.Name!.FirstOrDefault())
                        ? NearestName.Find(member.Name!, HookEvents.All.Select(known => known.Name))
                        : null
                );
            if (SettingsShape.Guards.Contains(member.Name) && hooks[member.Name!] == member.Value)
                foreach (var problem in SettingsShape.Of(document, member.Name!, member.Value))
                    yield return NotLoaded(problem.Node, problem.Problem, problem.Fix);
        }
    }

    private IEnumerable<Diagnostic> Misplaced() =>
        MisplacedGuards(document)
            .Select(member =>
                DiagnosticCatalog.SettingsFileNotLoaded(
                    Key(member),
                    $"\"{member.Name}\" stands outside \"hooks\"",
                    "move it into the file's own \"hooks\" object"
                )
            );

    // Measured: at the top, under another key, under another key's "hooks", and one level too deep inside "hooks".
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
            where SettingsShape.Guards.Contains(candidate.Name) && candidate.Value is { Kind: JsonTextKind.Array, Children.Count: > 0 }
            select candidate;
    }

    private Diagnostic NotLoaded(JsonTextNode node, string problem, string fix) =>
        DiagnosticCatalog.SettingsFileNotLoaded(
            SettingsMerge.Place(document.Text, node.Start, node.IsContainer ? node.Start + 1 : node.End, displayPath),
            problem,
            fix
        );

    private SourceRef Key(JsonTextChild member) =>
        SettingsMerge.Place(document.Text, member.Start, member.Start + RawNameLength(member), displayPath);

    private int RawNameLength(JsonTextChild member) =>
        document.Text.AsSpan(member.Start, member.Value.Start - member.Start).LastIndexOf('"') + 1;
}
