using System.Text.Json.Nodes;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Lint;
using HookRules.Compiler.Rules.Format;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Engine;
using HookRules.LanguageServer.Completion;
using HookRules.LanguageServer.Files;
using HookRules.LanguageServer.Protocol;
using HookRules.LanguageServer.Reading;

namespace HookRules.LanguageServer.Answers;

/// <summary>The page of what stands under the pointer.</summary>
internal static class Hover
{
    public static JsonObject? At(ProjectView project, int at)
    {
        var caret = Caret.Of(project.File, at);
        if (caret.Word.Length == 0 || Text(project, caret) is not { } text)
            return null;
        return new JsonObject
        {
            ["contents"] = new JsonObject { ["kind"] = "markdown", ["value"] = text },
            ["range"] = project.File.Lines.ToJson(caret.Start, caret.End),
        };
    }

    private static string? Text(ProjectView project, Caret caret)
    {
        var word = caret.Word;
        if (project.File.Kind != FileKind.Rules)
            return project.File.Kind == FileKind.Other ? null
                : HookEvents.Find(word) is not null || HookTools.Find(word) is not null || ExplainPages.Find(word) is not null
                    ? Pages.Find(word)
                : null;
        // A comment is read for what it silences.
        if (caret.Before.InComment)
            return IsSuppression(caret) && ExplainPages.Find(word) is { } silenced ? Pages.OfCode(silenced) : null;
        if (caret.Before.OpenText is not null)
            return caret.Glued == '{' ? Declared(project, word) ?? Field(caret) : null;
        return Pack(project, caret)
            ?? (word.StartsWith('$') ? Declared(project, word[1..]) : null)
            ?? Action(project, caret)
            ?? (IsField(caret) ? Field(caret) : null)
            ?? Pages.Find(word)
            ?? Field(caret);
    }

    private static bool IsSuppression(Caret caret) =>
        caret
            .File.Text[Caret.LineStart(caret.File.Text, caret.Start)..caret.Start]
            .Contains(Comment.SuppressionMarker, StringComparison.Ordinal);

    /// <summary>In a condition a word such as prompt or command is a field, and elsewhere a step.</summary>
    private static bool IsField(Caret caret) =>
        caret.Before.Last is { } last && (last.Is("where") || last.Is("and") || last.Is("or") || last.Is("not") || last.Is("("))
        || caret.File.Source.IsYaml && caret.Before.Tokens.Count == 0 && YamlLine.Of(caret.File.Text, caret.Start).Key == "where";

    private static string? Declared(ProjectView project, string name) =>
        project.Names.FirstOrDefault(one => one.Kind is NameKind.Let or NameKind.Parameter && one.Name == name) is { } found
            ? Pages.Block(TextOf(project.File.Text, found))
            : null;

    private static string? Action(ProjectView project, Caret caret)
    {
        if (Definition.Find(project, caret) is not { Kind: NameKind.Action or NameKind.Rule } found)
            return null;
        // The name of a rule where it is given says nothing new.
        return found.Kind == NameKind.Rule && found.IsIn(project.File) ? null : Pages.Block(found.Text);
    }

    private static string? Pack(ProjectView project, Caret caret)
    {
        if (
            project.File.Syntax.Statements.OfType<UseSyntax>().FirstOrDefault(use => use.Reference.Span.Holds(caret.At)) is not { } use
            || project.Load(use.Reference.Text) is not var (source, _)
        )
            return null;
        var names = DeclaredName.In(RulesReader.Read(source, [])).Where(one => one.Kind == NameKind.Rule).Select(one => one.Name);
        return $"**{use.Reference.Text}**\n\n{Candidates.AboutPack(source)}\n\nRules: {string.Join(", ", names)}\n";
    }

    private static string? Field(Caret caret)
    {
        if (FieldPath.Parse(caret.Word) is not { } path)
            return null;
        var facts = TriggerFacts.At(caret);
        if (FieldCatalog.Find(facts.Meant.Name, facts.Tools, path) is not FieldLookup.Known { Type: var type } || type == FieldType.Open)
            return null;
        var about = new EventFacts(facts.Meant).Fields.FirstOrDefault(field => field.Path == path.Text)?.Description;
        return $"**{caret.Word}**{(path.Text == caret.Word ? "" : $" (`{path.Text}`)")}: {type.Describe()}"
            + $"{(type.CanBeAbsent ? ", not always there" : "")}"
            + $"{(type.Values.IsEmpty ? "" : $"\n\nOne of: {string.Join(", ", type.Values)}")}"
            + $"{(string.IsNullOrEmpty(about) ? "" : $"\n\n{about}")}\n";
    }

    public static string TextOf(string text, DeclaredName name) => text[name.Whole.Start..Math.Min(name.Whole.End, text.Length)];
}
