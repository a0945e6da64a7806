using System.Text.Json;
using System.Text.Json.Nodes;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Lint;
using HookRules.Compiler.Rules.Format;
using HookRules.LanguageServer.Files;
using HookRules.LanguageServer.Protocol;

namespace HookRules.LanguageServer.Answers;

/// <summary>What can be done about findings: the repairs that lint is certain of, the word that was probably meant, and a comment that
/// silences. What is offered for rules was tried: the finding goes, and no error comes.</summary>
internal static class CodeActions
{
    public const string QuickFix = "quickfix";
    public const string FixAll = "source.fixAll";

    private const string Write = "write \"",
        WriteAll = "write: ";
    private const int MostFindings = 20;

    public static JsonArray In(ProjectView project, Analysis? known, EditorAbilities editor, JsonElement? parameters)
    {
        var file = project.File;
        if (
            file.Kind is FileKind.Other or FileKind.Cases
            || parameters.Member("range").Place("start") is not { } start
            || parameters.Member("range").Place("end") is not { } end
        )
            return [];
        var wanted = parameters.Member("context").Texts("only").ToList();
        var actions = new List<JsonObject>();
        var (from, to) = (file.Lines.Offset(start), file.Lines.Offset(end));
        if (Wants(QuickFix))
        {
            var analysis = known ?? Analysis.Of(file, project.Files, project.Context, CancellationToken.None);
            var here = analysis
                .Diagnostics.Where(found => analysis.IsOwn(found) && Touches(Places.OffsetsOf(file, found), from, to))
                .Take(MostFindings)
                .ToList();
            actions.AddRange(file.Kind == FileKind.Settings ? Repairs(project, here) : Mends(project, analysis, here));
        }

        if (file.Kind == FileKind.Settings && Wants(FixAll) && wanted.Count > 0)
            actions.AddRange(AllRepairs(project));
        if (file.Kind == FileKind.Rules)
        {
            var rules = new RuleActions(project, editor);
            if (Wants(RuleActions.Extract))
                actions.AddRange(rules.Extractions(from, to));
            if (Wants(RuleActions.Refactor))
                actions.AddRange(rules.Cases(from, to));
            if (Wants(RuleActions.Rewrite))
                actions.AddRange(rules.Conversions());
        }

        return Fields.Array(actions);

        bool Wants(string kind) =>
            wanted.Count == 0 || wanted.Any(one => one == kind || kind.StartsWith($"{one}.", StringComparison.Ordinal));
    }

    private static bool Touches((int Start, int End) place, int from, int to) => place.Start <= to && place.End >= from;

    private static IEnumerable<JsonObject> Repairs(ProjectView project, List<Diagnostic> here)
    {
        if (here.Count == 0)
            return [];
        var file = project.File;
        return from finding in Linter.Repairs(file.Display, file.Text, Analysis.SettingsContext(file, project.Context))
            where here.Exists(found => found.Code == finding.Diagnostic.Code && found.At == finding.Diagnostic.At)
            select Action(
                Capital(finding.Diagnostic.Fix ?? "make the repair"),
                QuickFix,
                file,
                finding.Diagnostic,
                finding.Edits.Select(edit => Edits.Of(file, edit.Start, edit.End, edit.Text))
            );
    }

    private static IEnumerable<JsonObject> AllRepairs(ProjectView project)
    {
        var file = project.File;
        var text = Linter.Fix(file.Display, file.Text, Analysis.SettingsContext(file, project.Context));
        if (text != file.Text)
            yield return Action("Make all repairs that are certain", FixAll, file, null, [Edits.Between(file, text)]);
    }

    private static IEnumerable<JsonObject> Mends(ProjectView project, Analysis analysis, List<Diagnostic> here)
    {
        var file = project.File;
        foreach (var found in here)
        {
            var (start, end) = Places.OffsetsOf(file, found);
            if (Meant(file.Text[start..end], found.Fix) is { } word && Helps(project, analysis, found, start, end, word))
                yield return Action($"Write \"{word}\"", QuickFix, file, found, [Edits.Of(file, start, end, word)]);
            if (Rewritten(found.Fix) is { } text && Helps(project, analysis, found, start, end, text))
                yield return Action($"Write {text}", QuickFix, file, found, [Edits.Of(file, start, end, text)]);
            if (found.Code.StartsWith("HR2", StringComparison.Ordinal) || LintRules.Find(found.Code) is not null)
            {
                var line = file.Source.StartOf(found.At.Line);
                var indentation = file.Text[line..].TakeWhile(c => c is ' ' or '\t').Count();
                // Without a reason lint asks for one, at the place where it belongs.
                var comment = $"{file.Text.AsSpan(line, indentation)}# {Comment.SuppressionMarker} {found.Code} because …\n";
                if (Helps(project, analysis, found, line, line, comment))
                    yield return Action(
                        $"Silence {found.Code} here, and say why",
                        QuickFix,
                        file,
                        found,
                        [Edits.Of(file, line, line, comment)]
                    );
            }
        }
    }

    /// <summary>The one word that a mend says to write in the place of another.</summary>
    private static string? Meant(string written, string? fix) =>
        fix is not null
        && fix.StartsWith(Write, StringComparison.Ordinal)
        && fix.IndexOf('"', Write.Length) == fix.Length - 1
        && fix[Write.Length..^1] is { Length: > 0 } word
        && IsWord(word)
        && IsWord(written)
            ? word
            : null;

    /// <summary>What a mend says to write in the place of all that was found; null where a part of it is left to the writer.</summary>
    private static string? Rewritten(string? fix) =>
        fix is not null
        && fix.StartsWith(WriteAll, StringComparison.Ordinal)
        && fix[WriteAll.Length..] is { Length: > 0 } text
        && !text.AsSpan().ContainsAny('…', '\n')
            ? text
            : null;

    private static bool IsWord(string text) => text.Length > 0 && !text.Any(c => char.IsWhiteSpace(c) || c is '"' or '{' or '(');

    /// <summary>The finding is gone with it, and no error is new.</summary>
    private static bool Helps(ProjectView project, Analysis before, Diagnostic found, int start, int end, string text)
    {
        var file = project.File;
        var changed = file.With(string.Concat(file.Text.AsSpan(0, start), text, file.Text.AsSpan(end)), null);
        var after = Analysis.Of(changed, project.Files.With(changed), project.Context, CancellationToken.None).Diagnostics;
        return after.Count(one => one.Code == found.Code) < before.Diagnostics.Count(one => one.Code == found.Code)
            && after.Count(IsError) <= before.Diagnostics.Count(IsError);

        static bool IsError(Diagnostic one) => one.Severity == Severity.Error;
    }

    private static JsonObject Action(string title, string kind, OpenFile file, Diagnostic? found, IEnumerable<JsonObject> edits)
    {
        var action = new JsonObject
        {
            ["title"] = title,
            ["kind"] = kind,
            ["edit"] = new JsonObject { ["changes"] = new JsonObject { [file.Uri] = Fields.Array(edits) } },
        };
        if (found is not null)
            action["diagnostics"] = new JsonArray(Published.ToJson(found, file));
        return action;
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
