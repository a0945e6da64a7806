using HookRules.Compiler.Knowledge;
using HookRules.Engine;

namespace HookRules.LanguageServer.Reading;

/// <summary>The event of a rule and the tools that it names, as far as it is written.</summary>
/// <param name="Event">Null where it names none.</param>
/// <param name="Tools">Null for any.</param>
internal sealed record TriggerFacts(HookEvent? Event, IReadOnlyCollection<string>? Tools)
{
    public static readonly TriggerFacts None = new(null, null);

    /// <summary>What payloads are looked up by where no event is named.</summary>
    public HookEvent Meant => Event ?? HookEvents.Find("PreToolUse")!;

    /// <param name="words">What stands behind <c>on</c>.</param>
    public static TriggerFacts Of(IEnumerable<Token> words)
    {
        var trigger = words.TakeWhile(word => !word.IsArrow && !word.Is("where")).ToList();
        var named = trigger is [{ Kind: TokenKind.Word } first, ..] ? EventAliases.Find(first.Text) : null;
        var matcher = trigger.ElementAtOrDefault(named is null ? 0 : 1);
        var tools =
            matcher is { Kind: TokenKind.Word, Text.Length: > 0 } && (named is null || named.IsToolEvent)
                ? matcher.Text.Split('|', StringSplitOptions.RemoveEmptyEntries)
                : [];
        return new TriggerFacts(
            named,
            tools.Length > 0 && tools.All(tool => HookTools.IsMcp(tool) || HookTools.Find(HookTools.Canonical(tool)) is not null)
                ? tools
                : null
        );
    }

    /// <summary>Those of the rule that a place stands in.</summary>
    public static TriggerFacts At(Caret caret)
    {
        var text = caret.File.Text;
        if (!caret.File.Source.IsYaml)
            return In(caret.Before.Tokens);
        if (caret.Before.Tokens is [{ Kind: TokenKind.Word, Text: "on" or "rule" }, ..])
            return In(caret.Before.Tokens);
        if (YamlLine.TriggerOf(text, caret.Start) is not { } line)
            return None;
        var end = text.IndexOf('\n', line.ValueStart);
        var words = Lexer.Read(text, line.ValueStart, end < 0 ? text.Length : end).Tokens;
        return line.Key == "on" ? Of(words) : In(words);
    }

    private static TriggerFacts In(List<Token> statement)
    {
        var on = statement.FindIndex(word => word.Is("on"));
        return on < 0 || on > 3 ? None : Of(statement.Skip(on + 1));
    }
}
