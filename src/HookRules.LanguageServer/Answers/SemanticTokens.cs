using System.Text.Json.Nodes;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Rules.Binding;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Engine;
using HookRules.LanguageServer.Files;
using HookRules.Simulation.Cases;

namespace HookRules.LanguageServer.Answers;

/// <summary>What each word of a file is, for its colour.</summary>
internal static class SemanticTokens
{
    private static readonly string[] Types =
    [
        "keyword",
        "event",
        "enumMember",
        "property",
        "function",
        "class",
        "variable",
        "namespace",
        "operator",
        "number",
        "regexp",
    ];

    private const int Given = 1;
    private const int NumbersOfAToken = 5;

    public static JsonObject Legend =>
        new()
        {
            ["tokenTypes"] = new JsonArray([.. Types.Select(type => JsonValue.Create(type))]),
            ["tokenModifiers"] = new JsonArray("declaration"),
        };

    public static JsonObject Of(ProjectView project)
    {
        var file = project.File;
        var found = new Found(file.Text);
        if (file.Kind == FileKind.Rules)
            Rules(file, found);
        else if (file.Kind == FileKind.Cases)
            foreach (var mark in CaseMarks.In(file.Source))
                found.Add(Type(mark.Kind), mark.At);
        return new JsonObject { ["data"] = new JsonArray([.. Numbers(file, found.Tokens).Select(number => JsonValue.Create(number))]) };
    }

    private static string Type(CaseMarkKind kind) =>
        kind switch
        {
            CaseMarkKind.Step => "keyword",
            CaseMarkKind.Name => "function",
            _ => "variable",
        };

    private static void Rules(OpenFile file, Found found)
    {
        foreach (var use in file.Uses)
        {
            if (use.Pack is not null && use.At.Start > 0 && file.Text[use.At.Start - 1] == '.')
                found.Add("namespace", new TextSpan(use.At.Start - 1 - use.Pack.Length, use.Pack.Length));
            found.Add(
                use.Kind switch
                {
                    NameKind.Action => "function",
                    NameKind.Rule => "class",
                    _ => "variable",
                },
                use.At,
                use.IsGiven
            );
        }

        foreach (var statement in file.Syntax.Statements)
        {
            if (!file.Source.IsYaml && statement is not SkippedSyntax)
                found.Add(
                    "keyword",
                    TextSpan.Between(statement.Span.Start, Words.NameEnd(file.Text, statement.Span.Start, file.Text.Length))
                );
            foreach (var node in SyntaxTree.From(statement))
                Node(node, found);
        }
    }

    private static void Node(SyntaxNode node, Found found)
    {
        switch (node)
        {
            case TriggerSyntax trigger:
                Trigger(trigger, found);
                break;
            case RegexSyntax { Constant: null } regex:
                found.Add("regexp", regex.Span);
                break;
            case ExistsSyntax exists:
                found.Add("property", exists.Field);
                break;
            case CompareSyntax compare:
                found.Add("property", compare.Field);
                found.Add("operator", compare.Sign);
                break;
            case MatchesSyntax matches:
                found.Add("property", matches.Field);
                break;
            case InGlobSyntax glob:
                found.Add("property", glob.Field);
                break;
            case ShellConditionSyntax shell:
                found.Add("keyword", shell.Word);
                break;
            case DecisionSyntax decision:
                found.Add("keyword", decision.Word);
                break;
            case SetSyntax set:
                found.Add("keyword", set.Word);
                foreach (var change in set.Changes)
                    found.Add("property", change.Key);
                break;
            case ReplySyntax reply:
                found.Add("keyword", reply.Word);
                break;
            case NativeSyntax native:
                found.Add("keyword", native.Word);
                break;
            case AwaitSyntax awaited:
                found.Add("keyword", awaited.Word);
                break;
            case HandlerSyntax handler:
                found.Add("keyword", handler.Word);
                break;
            case ModifierSyntax modifier:
                found.Add("keyword", modifier.Word);
                if (modifier is WindowSyntax window)
                    foreach (var field in window.By)
                        found.Add("property", field);
                break;
            case DurationSyntax { Constant: null } or CountSyntax { Constant: null } or DurationValueSyntax:
                found.Add("number", node.Span);
                break;
            case UseSyntax use:
                found.Add("namespace", use.Reference.Span);
                if (use.Alias is { } alias)
                    found.Add("namespace", alias);
                break;
            case PackSyntax pack:
                found.Add("namespace", pack.Name);
                break;
            case LintSyntax lint:
                found.Add("enumMember", lint.Code);
                found.Add("enumMember", lint.Level);
                break;
            case StringSyntax text:
                foreach (var field in TextBinder.Fields(text))
                    if (field.Span.Length > 2 && FieldCatalogKnows(field))
                        found.Add("property", new TextSpan(field.Span.Start + 1, field.Span.Length - 2));
                break;
        }
    }

    /// <summary>Only what reads like a field of a payload: other braces may be meant as they are.</summary>
    private static bool FieldCatalogKnows(Placeholder field) =>
        field.Field.IsFile || field.Text.Trim('{', '}') is var name && IsField(name);

    private static bool IsField(string name) => FieldPath.Aliases.ContainsKey(name) || name.StartsWith("tool_", StringComparison.Ordinal);

    private static void Trigger(TriggerSyntax trigger, Found found)
    {
        var isFirst = true;
        foreach (var word in trigger.Words)
        {
            if (word.Kind == TriggerWordKind.Regex)
                found.Add("regexp", word.Span);
            else if (word.Kind == TriggerWordKind.Bare && isFirst && EventAliases.Find(word.Text.Text) is not null)
                found.Add("event", word.Span);
            else if (word.Kind == TriggerWordKind.Bare)
                Tools(word.Text, found);
            isFirst = false;
        }
    }

    private static void Tools(StringSyntax matcher, Found found)
    {
        var start = 0;
        foreach (var part in matcher.Text.Split('|'))
        {
            if (HookTools.IsMcp(part) || HookTools.Find(HookTools.Canonical(part)) is not null)
                found.Add("enumMember", matcher.Part(start, part.Length));
            start += part.Length + 1;
        }
    }

    /// <summary>Five numbers a token, each place counted from the one before, as the protocol has them.</summary>
    private static IEnumerable<int> Numbers(OpenFile file, IEnumerable<(TextSpan At, int Type, int Modifiers)> tokens)
    {
        var numbers = new List<int>(NumbersOfAToken * 64);
        var (line, character, end) = (0, 0, 0);
        foreach (var token in tokens.OrderBy(token => token.At.Start).ThenByDescending(token => token.At.Length))
        {
            if (token.At.Start < end)
                continue;
            end = token.At.End;
            var place = file.Lines.Place(token.At.Start);
            numbers.AddRange(
                place.Line - line,
                place.Line == line ? place.Character - character : place.Character,
                token.At.Length,
                token.Type,
                token.Modifiers
            );
            (line, character) = place;
        }

        return numbers;
    }

    private sealed class Found(string text)
    {
        public List<(TextSpan At, int Type, int Modifiers)> Tokens { get; } = [];

        /// <summary>A word that stands there as it is meant.</summary>
        public void Add(string type, NameSyntax name)
        {
            if (name.Span.End <= text.Length && text.AsSpan(name.Span.Start, name.Span.Length).SequenceEqual(name.Text))
                Add(type, name.Span);
        }

        public void Add(string type, TextSpan at, bool isGiven = false)
        {
            // A token stays in its line.
            if (at.Length > 0 && at.End <= text.Length && text.AsSpan(at.Start, at.Length).IndexOfAny('\n', '\r') < 0)
                Tokens.Add((at, Array.IndexOf(Types, type), isGiven ? Given : 0));
        }
    }
}
