using System.Text.Json.Nodes;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Format;
using HookRules.Compiler.Rules.Syntax;
using HookRules.LanguageServer.Files;
using HookRules.Simulation.Cases;

namespace HookRules.LanguageServer.Answers;

/// <summary>What can be done with a rule where nothing is wrong: its step becomes an action, it gets a case, the file gets the other
/// form. All is offered only where the compiler has nothing against the result.</summary>
internal sealed class RuleActions(ProjectView project, EditorAbilities editor)
{
    public const string Extract = "refactor.extract";
    public const string Rewrite = "refactor.rewrite";
    public const string Refactor = "refactor";

    private const string NewCases = "main.cases";

    private OpenFile File => project.File;

    /// <summary>"Make this an action": the step that the selection touches.</summary>
    public IEnumerable<JsonObject> Extractions(int from, int to)
    {
        var inline = Inline(File.Syntax).ToList();
        var index = inline.FindIndex(one => one.Item.Span.Start <= to && one.Item.Span.End >= from);
        if (index < 0 || File.HasSyntaxErrors)
            yield break;
        // In the text form; YAML comes back in the layout of "fmt", comments and all.
        var text = File.Source.IsYaml ? Formatter.Format(File.Source, RulesForm.Text) : File.Text;
        if (text is null || Extracted(text, index) is not var (changed, name))
            yield break;
        var written = File.Source.IsYaml ? Formatter.Format(new SourceText("main.hookrules", changed), RulesForm.Yaml) : changed;
        if (written is not null && IsSound(written))
            yield return Action(
                $"Make this the action \"{name}\"",
                Extract,
                new JsonObject { [File.Uri] = new JsonArray(Edits.Between(File, written)) }
            );
    }

    /// <summary>"Write a case": a line that the rule at a place makes true.</summary>
    public IEnumerable<JsonObject> Cases(int from, int to)
    {
        if (
            File.Path is not { } path
            || File.Syntax.Statements.OfType<RuleSyntax>().FirstOrDefault(one => one.Span.Start <= to && one.Span.End >= from)
                is not { } syntax
        )
            yield break;
        var compilation = project.Compilation;
        var line = File.Source.Locate(syntax.Name?.Span ?? syntax.Trigger.Span).Line;
        if (
            compilation.HasErrors
            || compilation.Graph.Rules.FirstOrDefault(rule => rule.Source.File == compilation.Sources[0].Path && rule.Source.Line == line)
                is not { } found
            || FirstCases.LineFor(found, compilation.Graph) is not { } written
        )
            yield break;
        var table = new ProjectNames(project.Files, project.Context).CasesOf(File).FirstOrDefault(cases => !cases.Source.IsYaml);
        if (table is not null)
        {
            if (!table.Text.Split('\n').Any(one => one.Trim() == written))
                yield return Action(
                    $"Write a case: {written}",
                    Refactor,
                    new JsonObject { [table.Uri] = new JsonArray(AtEnd(table, written)) }
                );
        }
        else if (editor.Creates)
        {
            var beside = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(path)!, NewCases);
            var uri = OpenFile.UriOf(beside);
            yield return Action(
                $"Write a case into {NewCases}: {written}",
                Refactor,
                new JsonArray(
                    new JsonObject
                    {
                        ["kind"] = "create",
                        ["uri"] = uri,
                        ["options"] = new JsonObject { ["ignoreIfExists"] = true },
                    },
                    Document(uri, Edits.Of(OpenFile.Of(uri, null, null, ""), 0, 0, $"{written}\n"))
                )
            );
        }
    }

    /// <summary>From one form to the other: the file is renamed with its text.</summary>
    public IEnumerable<JsonObject> Conversions()
    {
        if (!editor.Renames || File.Path is not { } path || File.HasSyntaxErrors)
            yield break;
        var toYaml = !File.Source.IsYaml;
        var target = FormNames.Other(path, toYaml);
        var before = project.Compilation;
        if (
            before.HasErrors
            || System.IO.File.Exists(target)
            || project.Files.At(target) is not null
            || Formatter.Format(File.Source, toYaml ? RulesForm.Yaml : RulesForm.Text) is not { } written
        )
            yield break;
        var other = OpenFile.Of(OpenFile.UriOf(target), null, null, written);
        var after = CompiledFile.Of(other, project.Files, project.Context).Compilation;
        if (after.HasErrors || !Formatter.SameMeaning(before.Graph, after.Graph))
            yield break;
        yield return Action(
            toYaml ? "Turn this file into YAML" : "Turn this file into the text form",
            Rewrite,
            new JsonArray(
                new JsonObject
                {
                    ["kind"] = "rename",
                    ["oldUri"] = File.Uri,
                    ["newUri"] = other.Uri,
                },
                Document(other.Uri, Edits.Of(File, 0, File.Text.Length, written))
            )
        );
    }

    private static IEnumerable<(StatementSyntax Rule, InlineActionSyntax Item)> Inline(RulesFileSyntax file) =>
        from statement in file.Statements
        from item in SyntaxTree.From(statement).OfType<InlineActionSyntax>()
        select (statement, item);

    /// <summary>The text with its n-th inline action under a name of its own; null where that cannot be said.</summary>
    private static (string Text, string Name)? Extracted(string text, int index)
    {
        var file = RulesReader.Read(new SourceText("main.hookrules", text), []);
        if (Inline(file).ElementAtOrDefault(index) is not { Item: { } item, Rule: var rule })
            return null;
        var body = text[item.Span.Start..item.Span.End];
        string name;
        if (item.Modifiers.OfType<NameModifierSyntax>().FirstOrDefault(modifier => modifier.Word.Text == "as") is { } given)
        {
            name = given.Name.Text;
            body = body.Remove(given.Span.Start - item.Span.Start, given.Span.Length)
                .Replace("  ", " ", StringComparison.Ordinal)
                .TrimEnd();
        }
        else
        {
            name = NameFor(item.Handler, file);
        }

        var start = Caretless(text, rule.Span.Start);
        return (
            string.Concat(
                text.AsSpan(0, start),
                $"action {name} = {body}\n",
                text.AsSpan(start..item.Span.Start),
                name + text[item.Span.End..]
            ),
            name
        );
    }

    /// <summary>The start of the comments that stand right above a statement, else of its line.</summary>
    private static int Caretless(string text, int at)
    {
        var start = Reading.Caret.LineStart(text, at);
        while (start > 0 && Reading.Caret.LineStart(text, start - 1) is var above && text[above] == '#')
            start = above;
        return start;
    }

    /// <summary>The program's name, or the kind of the step, with a number where that is taken.</summary>
    private static string NameFor(HandlerSyntax handler, RulesFileSyntax file)
    {
        var first = handler switch
        {
            RunSyntax { Command: StringSyntax command } => command.Text,
            RunSyntax { Command: ListSyntax { Items: [StringSyntax program, ..] } } => program.Text,
            _ => "",
        };
        var called = System.IO.Path.GetFileNameWithoutExtension(first.Split(' ')[0]);
        var end = Words.NameEnd(called, 0, called.Length);
        var stem = end == called.Length && end > 0 && !StepGrammar.IsReserved(called) ? called : $"{handler.Word.Text}-it";
        var taken = DeclaredName.In(file).Select(name => name.Name).ToHashSet(StringComparer.Ordinal);
        return Enumerable.Range(1, int.MaxValue - 1).Select(n => n == 1 ? stem : $"{stem}-{n}").First(name => !taken.Contains(name));
    }

    private bool IsSound(string written)
    {
        var changed = File.With(written, null);
        return Errors(changed, project.Files.With(changed)) <= Errors(File, project.Files);

        int Errors(OpenFile file, OpenFiles files) =>
            files.Compiled(file, project.Context).Compilation.Diagnostics.Count(one => one.Severity == Severity.Error);
    }

    private static JsonObject AtEnd(OpenFile table, string line) =>
        Edits.Of(table, table.Text.Length, table.Text.Length, $"{(table.Text.Length == 0 || table.Text[^1] == '\n' ? "" : "\n")}{line}\n");

    private static JsonObject Document(string uri, JsonObject edit) =>
        new()
        {
            ["textDocument"] = new JsonObject { ["uri"] = uri, ["version"] = null },
            ["edits"] = new JsonArray(edit),
        };

    /// <param name="changes">Edits by file, or a list of changes of files.</param>
    private static JsonObject Action(string title, string kind, JsonNode changes) =>
        new()
        {
            ["title"] = title,
            ["kind"] = kind,
            ["edit"] = new JsonObject { [changes is JsonArray ? "documentChanges" : "changes"] = changes },
        };
}
