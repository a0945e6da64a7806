using System.Text.Json.Nodes;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Syntax;
using HookRules.LanguageServer.Files;
using HookRules.LanguageServer.Protocol;

namespace HookRules.LanguageServer.Answers;

/// <summary>The outline of a rules file.</summary>
internal static class DocumentSymbols
{
    private const int LongestName = 80;

    // Kinds of the protocol.
    private const int Module = 2;
    private const int Package = 4;
    private const int Function = 12;
    private const int Variable = 13;
    private const int Constant = 14;
    private const int Event = 24;

    public static JsonArray Of(OpenFile file) =>
        Fields.Array(
            file.Kind == FileKind.Rules ? file.Syntax.Statements.Select(statement => Symbol(file, statement)).OfType<JsonNode>() : []
        );

    private static JsonObject? Symbol(OpenFile file, StatementSyntax statement) =>
        statement switch
        {
            ActionSyntax action => Symbol(file, action.Name.Text, Function, action.Handler.Word.Text, action.Span, action.Name.Span),
            LetSyntax let => Symbol(file, let.Name.Text, Constant, "let", let.Span, let.Name.Span),
            ParamSyntax param => Symbol(file, param.Name.Text, Variable, param.Type.Text, param.Span, param.Name.Span),
            PackSyntax pack => Symbol(file, pack.Name.Text, Package, pack.Version.Text, pack.Span, pack.Name.Span),
            UseSyntax use => Symbol(file, use.Reference.Text, Module, "use", use.Span, use.Reference.Span),
            RuleSyntax { Name: { } name } rule => Symbol(file, name.Text, Event, TriggerOf(file, rule), rule.Span, name.Span),
            RuleSyntax rule => Symbol(file, TriggerOf(file, rule), Event, "", rule.Span, rule.Trigger.Span),
            _ => null,
        };

    private static string TriggerOf(OpenFile file, RuleSyntax rule)
    {
        var (start, end) = (rule.Trigger.Span.Start, Math.Min(rule.Trigger.Span.End, file.Text.Length));
        var text = string.Join(' ', file.Text[start..Math.Max(start, end)].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return $"on {(text.Length > LongestName ? text[..LongestName] + "…" : text)}".TrimEnd();
    }

    private static JsonObject Symbol(OpenFile file, string name, int kind, string detail, TextSpan whole, TextSpan chosen)
    {
        // A client refuses what is chosen outside of the whole, and a name that is empty.
        if (chosen.Start < whole.Start || chosen.End > whole.End)
            chosen = new TextSpan(whole.Start, 0);
        return new JsonObject
        {
            ["name"] = name.Length == 0 ? "?" : name,
            ["kind"] = kind,
            ["detail"] = detail,
            ["range"] = file.Lines.ToJson(whole.Start, whole.End),
            ["selectionRange"] = file.Lines.ToJson(chosen.Start, chosen.End),
        };
    }
}
