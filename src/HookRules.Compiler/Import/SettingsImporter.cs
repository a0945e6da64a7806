using System.Collections.Immutable;
using System.Text;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Format;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Json;
using HookRules.Engine;

namespace HookRules.Compiler.Import;

/// <summary>Existing hooks to rules: the way back from settings.json.</summary>
public static class SettingsImporter
{
    /// <summary>What each import begins with, after the comment's mark.</summary>
    public const string Origin = "Imported from";

    /// <param name="path">How messages name the file.</param>
    /// <param name="verbatim">Every handler stays as it is, as a native one; otherwise known idioms become real rules.</param>
    public static ImportResult Import(string path, string settings, RulesForm form, bool verbatim)
    {
        var bare = settings.TrimStart('\uFEFF');
        var document = SettingsDocument.Read(path, bare);
        if (document.Json is null)
        {
            var error = document.Errors[^1];
            return new ImportResult(
                null,
                [],
                [DiagnosticCatalog.SettingsNotJson(document.Place(error.Start, error.End), error.Message, error.Fix)]
            );
        }

        var notes = Repairs(document.Errors).ToList();
        var reader = new HandlerRepair(document, verbatim);
        reader.Read();
        notes.AddRange(reader.Notes);

        var text = new StringBuilder();
        // A path of this machine says nothing on another.
        Comment(text, $"{Origin} {(Path.IsPathRooted(path) ? Path.GetFileName(path) : path)}.");
        foreach (var note in notes)
            Comment(text, note);
        var taken = ImmutableArray.CreateBuilder<JsonTextNode>();
        var rules = new List<ImportedRule>();
        foreach (var handler in reader.Handlers)
        {
            var unwritten = "";
            var written = (verbatim ? null : Idioms.Write(handler)) ?? NativeRule.Write(handler, out unwritten);
            List<string> said = [.. handler.Notes];
            if (written is null)
                said.Add(
                    $"not expressible ({unwritten}): "
                        + $"{handler.Event.Name}{(handler.Matcher is null ? "" : $" {JsonText.Quote(handler.Matcher)}")} "
                        + $"{HandlerRepair.Short(handler.Json)}"
                );
            else if (written.Said is { } more)
                said.Add(more);
            if (written?.Repaired is { } repaired)
            {
                said.Insert(0, repaired);
                notes.Add(repaired);
            }

            if (written is not null && handler.Json.Contains("CLAUDE_PLUGIN_ROOT", StringComparison.Ordinal))
            {
                said.Add(PluginRoot);
                notes.Add(PluginRoot);
            }

            if (written is null)
                notes.Add(said[^1]);
            else
                taken.Add(handler.Node);
            rules.Add(new ImportedRule(written, [.. said]));
            notes.AddRange(handler.Notes.Where(note => note.StartsWith("repaired", StringComparison.Ordinal)));
        }

        if (!verbatim)
            rules = ImportedRule.Joined(rules);
        foreach (var action in verbatim ? [] : ImportedRule.TakeActions(rules))
            text.Append('\n').Append(action).Append('\n');
        foreach (var rule in rules)
        {
            text.Append('\n');
            foreach (var note in rule.Said)
                Comment(text, note);
            if (rule.Written is { } written)
                text.Append(written.Text).Append('\n');
        }

        var source = new SourceText("main.hookrules", text.ToString());
        var formatted = Formatter.Format(source, form) ?? throw new InvalidOperationException($"the import of {path} is no rules file");
        return new ImportResult(formatted, [.. notes], [])
        {
            Rules = rules.Count(rule => rule.Written is not null),
            Taken = taken.ToImmutable(),
            Left = reader.Left + reader.Handlers.Count - taken.Count,
        };
    }

    private const string PluginRoot =
        "the path must change: Claude Code sets CLAUDE_PLUGIN_ROOT for plugins alone; in a project write ${CLAUDE_PROJECT_DIR}";

    private static IEnumerable<string> Repairs(IReadOnlyCollection<JsonError> errors)
    {
        if (errors.Any(error => error.Kind == JsonErrorKind.Comment))
            yield return "repaired: the file had comments, for which Claude Code does not load it";
        if (errors.Any(error => error.Kind == JsonErrorKind.TrailingComma))
            yield return "repaired: the file had commas too many, for which Claude Code does not load it";
        if (errors.Any(error => error.Kind == JsonErrorKind.Template))
            yield return "repaired: the file is a template; what its tags would put in is left out";
    }

    // A control character or half of one is nothing in a comment.
    private static string Shown(Rune rune) =>
        Rune.IsControl(rune) || rune == Rune.ReplacementChar ? " "
        : rune.IsBmp ? Printable.Character((char)rune.Value)
        : rune.ToString();

    private static void Comment(StringBuilder text, string note)
    {
        foreach (
            var line in note.Split(
                ['\n', '\r', '\u2028', '\u2029', '\u0085', '\v', '\f'],
                StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
            )
        )
            text.Append("# ").Append(string.Concat(line.EnumerateRunes().Select(Shown))).Append('\n');
    }
}

/// <summary>A rule in its parts, and what is to be said about how it came to be.</summary>
/// <param name="Trigger">Event and matcher.</param>
/// <param name="Rest">Patterns and condition.</param>
internal sealed record WrittenRule(string Trigger, string Rest, string Step, string? Said = null)
{
    public string Text => $"on {Trigger}{Rest} -> {Step}";

    /// <summary>What its author can only have meant.</summary>
    public string? Repaired { get; init; }
}
