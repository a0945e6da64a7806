using System.Text.Json.Nodes;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Syntax;
using HookRules.LanguageServer.Files;
using HookRules.LanguageServer.Protocol;
using HookRules.LanguageServer.Reading;
using HookRules.Simulation.Cases;

namespace HookRules.LanguageServer.Answers;

/// <summary>Where a name is given: in this file, in a pack, or in the rules that cases are about.</summary>
/// <param name="Path">Of a file that is not open; null for the open one and for bundled packs.</param>
internal sealed record Found(NameKind Kind, TextSpan At, string Text, SourceText Source, OpenFile? Open, string? Path)
{
    public bool IsIn(OpenFile file) => ReferenceEquals(Open, file);
}

/// <summary>Goes to where a name is given.</summary>
internal static class Definition
{
    public static JsonObject? At(ProjectView project, int at)
    {
        var caret = Caret.Of(project.File, at);
        if (project.File.Kind == FileKind.Rules && PackAt(project, at) is { } pack)
            return Location(project, new Found(NameKind.Rule, new TextSpan(0, 0), "", pack.Source, null, pack.Path));
        return Find(project, caret) is { } found ? Location(project, found) : null;
    }

    public static Found? Find(ProjectView project, Caret caret)
    {
        var word = caret.Word;
        if (project.File.Kind == FileKind.Cases)
            return project.File.Path is { } cases && CaseFiles.RulesOf(cases) is { } rules ? InRules(project, rules, word) : null;
        if (project.File.Kind != FileKind.Rules || caret.Before.InComment)
            return null;
        if (caret.Before.OpenText is not null)
            return caret.Glued == '{' ? Own(project, word, NameKind.Let, NameKind.Parameter) : null;
        if (word.StartsWith('$'))
            return Own(project, word[1..], NameKind.Let, NameKind.Parameter);
        if (project.Names.FirstOrDefault(name => name.At.Holds(caret.At)) is { } itself)
            return Of(project, itself);
        return Own(project, word, NameKind.Action) ?? InPack(project, word);
    }

    private static (SourceText Source, string? Path)? PackAt(ProjectView project, int at) =>
        project.File.Syntax.Statements.OfType<UseSyntax>().FirstOrDefault(use => use.Reference.Span.Holds(at)) is { } use
            ? project.Load(use.Reference.Text)
            : null;

    private static Found? Own(ProjectView project, string word, params NameKind[] kinds) =>
        project.Names.FirstOrDefault(name => name.Name == word && kinds.Contains(name.Kind)) is { } found ? Of(project, found) : null;

    private static Found Of(ProjectView project, DeclaredName name) =>
        new(name.Kind, name.At, Hover.TextOf(project.File.Text, name), project.File.Source, project.File, null);

    /// <summary><c>PACK.NAME</c>.</summary>
    private static Found? InPack(ProjectView project, string word)
    {
        var dot = word.IndexOf('.', StringComparison.Ordinal);
        if (dot <= 0 || project.Packs.FirstOrDefault(pack => pack.Name == word[..dot]) is not { } used)
            return null;
        return DeclaredName.In(used.Syntax).FirstOrDefault(name => name.Name == word[(dot + 1)..]) is { } found
            ? new Found(found.Kind, found.At, Hover.TextOf(used.Syntax.Source.Text, found), used.Syntax.Source, null, used.Path)
            : null;
    }

    private static Found? InRules(ProjectView project, string rules, string word)
    {
        var open = project.Files.At(rules);
        var syntax = open?.Syntax ?? RulesReader.Read(SourceText.Load(rules, rules), []);
        return DeclaredName.In(syntax).FirstOrDefault(name => name.Kind is NameKind.Rule && name.Name == word) is { } found
            ? new Found(found.Kind, found.At, Hover.TextOf(syntax.Source.Text, found), syntax.Source, open, rules)
            : null;
    }

    private static JsonObject? Location(ProjectView project, Found found)
    {
        var lines = found.Open?.Lines ?? new LineMap(found.Source.Text);
        var uri = found.Open?.Uri ?? (found.Path is null ? null : project.Files.UriOf(found.Path));
        // A bundled pack lies in the program.
        return uri is null ? null : new JsonObject { ["uri"] = uri, ["range"] = lines.ToJson(found.At.Start, found.At.End) };
    }

    public static bool Holds(this TextSpan span, int at) => span.Start <= at && at <= span.End;
}
