using System.Text.Json;
using System.Text.RegularExpressions;
using HookRules.Engine;

namespace HookRules.Compiler.Settings.Commands;

/// <summary>What a command on one line surely prints: the text of an <c>echo</c> or <c>printf</c> that goes to Claude Code.</summary>
internal sealed record StaticOutput(HookHandler Entry, string Text, SourceRef At, bool Expands, bool IsEcho)
{
    private static readonly string[] Answers =
    [
        "hookSpecificOutput",
        "decision",
        "continue",
        "systemMessage",
        "permissionDecision",
        "additionalContext",
    ];

    /// <summary>It looks like JSON, so Claude Code reads it as JSON.</summary>
    public bool IsJson => Text.StartsWith('{') && Text.EndsWith('}');

    /// <summary>Null where it is no JSON object.</summary>
    public JsonElement? Json
    {
        get
        {
            if (!IsJson)
                return null;
            try
            {
                using var parsed = JsonDocument.Parse(Text);
                return parsed.RootElement.Clone();
            }
            // Half of a surrogate pair is no UTF-8, which JSON is read as.
            catch (Exception e) when (e is JsonException or ArgumentException)
            {
                return null;
            }
        }
    }

    /// <summary>It is JSON that answers Claude Code.</summary>
    public bool IsAnswer => Json is { ValueKind: JsonValueKind.Object } json && Answers.Any(name => json.TryGetProperty(name, out _));

    /// <summary>A program prints it, of which the command line shows the name alone.</summary>
    public bool IsOfScript { get; init; }

    /// <summary>The code that prints it asks which event it is for, so it may print what another event reads.</summary>
    public bool KnowsEvents { get; init; }

    /// <summary>What the commands on one line print, as far as their shell says so.</summary>
    public static IEnumerable<StaticOutput> Read(SettingsDocument document) =>
        from entry in document.Entries
        where entry.Shell is not null
        from printed in OfShell(entry, entry.Shell!, (start, length) => entry.Document.Place(entry.CommandNode!, start, length))
        select printed;

    /// <summary>JSON that is printed by scripts of the project, and by programs that stand in a command.</summary>
    public static IEnumerable<StaticOutput> OfCode(SettingsDocument document)
    {
        var events = document.Code.Where(code => code.IsScript).GroupBy(code => code.Text, StringComparer.Ordinal);
        var several = events
            .Where(group => group.Select(code => code.Entry.Event.Name).Distinct().Skip(1).Any())
            .Select(group => group.Key)
            .ToHashSet();
        return from code in document.Code
            from printed in Of(code)
            where printed.IsJson
            select printed with
            {
                IsOfScript = code.IsScript,
                KnowsEvents = code.Text.Contains("hook_event_name", StringComparison.Ordinal) || several.Contains(code.Text),
            };
    }

    private static IEnumerable<StaticOutput> Of(HookCode code)
    {
        if (code.Language is not CodeLanguage.Shell and { } language)
            return CodeOutput
                .Of(code.Text, language)
                .Select(written => OfWritten(code.Entry, written, code.Place(written.Start, written.Length)));
        if (code.Shell is not { } shell)
            return [];
        var inner = from command in shell.Commands where IsHeard(command) from printed in OfProgram(code, command) select printed;
        return code.IsScript && !SaysElsewhere(code.Text) ? OfShell(code.Entry, shell, code.Place).Concat(inner) : inner;
    }

    private static StaticOutput OfWritten(HookHandler entry, WrittenText written, SourceRef at) =>
        new(entry, written.Text, at, written.IsOpen, false);

    /// <summary>What python3 -c, node -e and their like print, or what they read from the lines that follow.</summary>
    private static IEnumerable<StaticOutput> OfProgram(HookCode code, WrittenCommand command)
    {
        if (Scripts.LanguageOf(Scripts.Program(command.Words[0])) is not { } language)
            yield break;
        var at = code.Place(command.Words[0].Start, command.Words[0].End - command.Words[0].Start);
        for (var i = 1; i + 1 < command.Words.Length; i++)
            if (command.Words[i].Text is "-c" or "-e" or "--eval" or "-Command")
                foreach (var written in CodeOutput.Of(command.Words[i + 1].Text, language))
                    yield return OfWritten(code.Entry, written, at);
        if (command.Input?.Text is { } program && command.Words is [_] or [_, { Text: "-" }])
            foreach (var written in CodeOutput.Of(program, language))
                yield return OfWritten(code.Entry, written, at);
    }

    private static bool IsHeard(WrittenCommand command) => !command.Redirected && !command.Inner && command.After != "|";

    // What a function or a whole block prints may be kept in a variable, handed on or thrown away.
    private static bool SaysElsewhere(string text)
    {
        try
        {
            if (Block.IsMatch(text))
                return true;
            return Function
                .Matches(text)
                .Select(match => Regex.Escape(match.Groups["name"].Value))
                .Any(name =>
                    Regex.IsMatch(text, $@"(?:\$\(|`)\s*{name}\b|^\s*{name}\b[^\n;&|]*(?:\|[^|]|>)", RegexOptions.Multiline, Longest)
                );
        }
        catch (RegexMatchTimeoutException)
        {
            return true;
        }
    }

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);
    private static readonly Regex Block = new(
        @"(?:^|[\s;])(?:\}|done|fi|esac)\s*(?:1?>|\|[^|])|^\s*\)\s*(?:1?>|\|[^|])|\bexec\s+1?>|\bgit\s+hash-object",
        RegexOptions.Multiline | RegexOptions.CultureInvariant,
        Longest
    );
    private static readonly Regex Function = new(
        @"(?:^|[\s;])(?:function\s+(?<name>[\w-]+)|(?<name>[A-Za-z_][\w-]*)\s*\(\s*\))",
        RegexOptions.Multiline | RegexOptions.CultureInvariant,
        Longest
    );

    private static IEnumerable<StaticOutput> OfShell(HookHandler entry, ShellText shell, Func<int, int, SourceRef> place) =>
        from command in shell.Commands
        where IsHeard(command)
        let printed = OfEcho(entry, command, place) ?? OfDocument(entry, command, place)
        from one in printed is null ? OfJq(entry, command, place) : [printed]
        select one;

    private static StaticOutput? OfEcho(HookHandler entry, WrittenCommand command, Func<int, int, SourceRef> place)
    {
        if (command.Words is not [{ Text: "echo" or "printf" }, _, ..])
            return null;
        var words = command
            .Words.Skip(1)
            .Where(word => word.Text is not ("-n" or "-e" or "-ne" or "--" or "%s" or "%s\\n" or "%s\n"))
            .ToArray();
        return words.Length == 0
            ? null
            : new StaticOutput(
                entry,
                string.Join(' ', words.Select(word => word.Text)).Trim(),
                place(words[0].Start, words[^1].End - words[0].Start),
                words.Any(word => word.Expands),
                command.Words[0].Text == "echo"
            );
    }

    private static StaticOutput? OfDocument(HookHandler entry, WrittenCommand command, Func<int, int, SourceRef> place) =>
        command is { Words: [{ Text: "cat" } cat], Input.Text: { } text } && text.Trim().Length > 0
            ? new StaticOutput(
                entry,
                text.Trim(),
                place(cat.Start, cat.End - cat.Start),
                command.Input.Expands && text.AsSpan().ContainsAny('$', '`'),
                false
            )
            : null;

    /// <summary>The objects that a filter of jq gives, each on a branch or at the end of its pipeline.</summary>
    private static IEnumerable<StaticOutput> OfJq(HookHandler entry, WrittenCommand command, Func<int, int, SourceRef> place)
    {
        if (JqFilter.Of(command) is not { } filter)
            yield break;
        var code = CodeStrings.Blank(filter.Text, CodeLanguage.Jq);
        for (var (at, depth) = (0, 0); at < code.Length; at++)
        {
            if (code[at] == '{' && depth == 0 && ObjectLiteral.Read(filter.Text, at, CodeLanguage.Jq) is { } literal)
            {
                var (before, after) = (code[..at].TrimEnd(), code[literal.End..].Trim());
                if (
                    (
                        before.Length == 0
                        || before[^1] is '|' or ','
                        || before.EndsWith("then", StringComparison.Ordinal)
                        || before.EndsWith("else", StringComparison.Ordinal)
                    ) && (after.Length == 0 || after[0] == ',' || after is ['e', 'l' or 'n', ..])
                )
                    yield return new StaticOutput(entry, literal.Json, place(filter.Start, filter.End - filter.Start), false, false);
                at = literal.End - 1;
            }
            else if (code[at] is '(' or '[' or '{')
                depth++;
            else if (code[at] is ')' or ']' or '}')
                depth--;
        }
    }
}
