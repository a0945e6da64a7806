using System.Collections.Immutable;
using System.Globalization;
using HookRules.Compiler.Settings.Commands;
using HookRules.Compiler.Settings.Json;
using HookRules.Engine;

namespace HookRules.Compiler.Settings;

/// <summary>One handler of a settings file with the event and the matcher that it stands under.</summary>
internal sealed class HookHandler(SettingsDocument document, HookEvent known, MatcherGroup group, JsonTextNode handler, string type)
{
    private ShellText? shell;

    public SettingsDocument Document => document;

    public HookEvent Event => known;

    public MatcherGroup Group => group;

    /// <summary>It is the first of its group, where what is wrong with the group is told once.</summary>
    public bool IsFirst => group.Handlers!.Children[0].Value == handler;

    public JsonTextNode Node => handler;

    public string Type => type;

    public JsonTextNode? MatcherNode => group.MatcherNode;

    /// <summary>Empty where there is none.</summary>
    public string Matcher => document.StringOf(MatcherNode) ?? "";

    /// <summary>Null where there is none, or none that the event looks at.</summary>
    public MatcherText? MatcherText => MatcherNode is null ? null : document.MatcherAt(MatcherNode);

    /// <summary>Every name of its matcher is one of these, and there is one.</summary>
    public bool IsOnlyFor(params ReadOnlySpan<string> tools)
    {
        if (MatcherText is not { IsList: true, Names.IsEmpty: false } list)
            return false;
        foreach (var name in list.Names)
            if (!tools.Contains(name))
                return false;
        return true;
    }

    public JsonTextNode? CommandNode => type == "command" ? handler["command"] : null;

    public string Command => document.StringOf(CommandNode) ?? "";

    /// <summary>Null in the shell form.</summary>
    public ImmutableArray<JsonTextNode>? Args =>
        type == "command" && handler["args"] is { Kind: JsonTextKind.Array } args ? [.. args.Children.Select(child => child.Value)] : null;

    public bool IsAsync => handler["async"]?.Kind == JsonTextKind.True || handler["asyncRewake"]?.Kind == JsonTextKind.True;

    public bool BlocksOnFailure => document.StringOf(handler["onFailure"]) == "block";

    public bool IsPowerShell => document.StringOf(handler["shell"]) == "powershell";

    public double? Timeout =>
        handler["timeout"] is { Kind: JsonTextKind.Number } node
        && double.TryParse(document.TextOf(node), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            ? seconds
            : null;

    /// <summary>The command as a shell reads it; null where no POSIX shell does.</summary>
    public ShellText? Shell => CommandNode is null || Args is not null || IsPowerShell ? null : shell ??= ShellText.Read(Command);

    /// <summary>Texts of the author's own in which a variable or a field may stand: the command and its arguments.</summary>
    public IEnumerable<(JsonTextNode Node, string Text)> Texts =>
        from node in CommandNode is null ? []
        : Args is { } args ? args.Prepend(CommandNode)
        : [CommandNode]
        let text = document.StringOf(node)
        where text is not null
        select (node, text);

    /// <summary>The command, or its bracket where it has none: what most findings point at.</summary>
    public SourceRef At => document.Place(CommandNode ?? handler["type"]!);

    /// <summary>Its text says that it is there to stop something: the words of the program and of the scripts that it names.</summary>
    public bool LooksLikeGuard =>
        Words.Any(word =>
            word
                is "guard"
                    or "block"
                    or "deny"
                    or "prevent"
                    or "protect"
                    or "forbid"
                    or "gate"
                    or "enforce"
                    or "validate"
                    or "validator"
                    or "safety"
        );

    /// <summary>The whole handler is on one line and says itself that it denies.</summary>
    public bool SaysExitTwo => Exits("2");

    public bool Exits(string code) =>
        Texts.Any(text =>
            text.Text.Contains($"exit {code}", StringComparison.Ordinal) && EndsAfter(text.Text, $"exit {code}")
            || text.Text.Contains($"exit({code})", StringComparison.Ordinal)
        );

    /// <summary>The words of the program and of the scripts that it names, in small letters.</summary>
    public IEnumerable<string> Words
    {
        get
        {
            var text = string.Join(' ', Texts.Select(text => text.Text)).ToLowerInvariant();
            return text.Split([.. " /\\-_.\"'${}=:;|&()<>,\n\t".Distinct()], StringSplitOptions.RemoveEmptyEntries);
        }
    }

    // "exit 10" is no "exit 1".
    private static bool EndsAfter(string text, string phrase)
    {
        for (var at = text.IndexOf(phrase, StringComparison.Ordinal); at >= 0; at = text.IndexOf(phrase, at + 1, StringComparison.Ordinal))
            if (
                (at == 0 || !char.IsLetterOrDigit(text[at - 1]))
                && (at + phrase.Length == text.Length || !char.IsLetterOrDigit(text[at + phrase.Length]))
            )
                return true;
        return false;
    }
}
