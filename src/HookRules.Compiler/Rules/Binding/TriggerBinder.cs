using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Compiler.Settings;
using HookRules.Engine;

namespace HookRules.Compiler.Rules.Binding;

/// <summary>A trigger with its names resolved.</summary>
internal sealed record Trigger(PayloadKind Payload, Matcher Matcher, ImmutableArray<Glob> Globs)
{
    public HookEvent Event => Payload.Event;

    /// <summary>A list that a constant stands for is empty, so that nothing is left that it could match.</summary>
    public bool IsNever { get; init; }
}

/// <summary>Tells which words of a trigger are event, matcher and globs, and what they mean.</summary>
/// <param name="handsOver">The rule has native handlers alone: its matcher is Claude Code's to read.</param>
internal sealed class TriggerBinder(BindContext context, Scope scope, bool handsOver = false)
{
    private static readonly SearchValues<char> GlobSigns = SearchValues.Create("*?[{./");
    private static readonly SearchValues<char> NoMatcherSigns = SearchValues.Create("./!$");

    /// <param name="defaultEvent">The event of a rule that names none; null where its steps tell none.</param>
    /// <param name="needsEvent">What to say then.</param>
    public Trigger? Bind(TriggerSyntax syntax, string? defaultEvent, Func<Diagnostic> needsEvent)
    {
        var words = syntax.Words;
        if (PermissionRule.In(words) is { } rule)
            return context.None<Trigger>(
                DiagnosticCatalog.PermissionRuleInTrigger(context.At(rule.At), rule.Text, rule.Meant, SyntaxEvent(words))
            );
        HookEvent? named = null;
        if (words.Length > 0 && words[0] is { Kind: TriggerWordKind.Bare } first)
        {
            named = Find(first.Text.Text);
            if (named is null && !MayBeMatcher(first.Text.Text) && !IsGlob(first))
                return UnknownFirst(words);
        }

        if (named is not null)
            words = words.RemoveAt(0);
        else if (defaultEvent is null)
            return context.None<Trigger>(needsEvent());
        var @event = named ?? HookEvents.Find(defaultEvent!)!;

        // A raw matcher is for Claude Code to read, so only a rule that hands everything over may have one here.
        var isRaw = handsOver && words is [{ Kind: TriggerWordKind.Raw }];
        if (@event.Matching == MatcherKind.FileName && !isRaw)
            return FileNames(syntax, words) is { } names ? new Trigger(scope.Payload(@event, null), names, []) : null;

        Matcher matcher = Matcher.Any.Instance;
        IReadOnlyCollection<string>? tools = null;
        if (words.Length > 0 && words[0] is { Kind: TriggerWordKind.Bare } before && WithConstants(before, @event) is { } expanded)
            words = words.SetItem(0, expanded);
        if (words.Length > 0 && IsMatcher(words[0], @event, afterEvent: named is not null))
        {
            if (@event.MatcherField is null)
                return context.None<Trigger>(DiagnosticCatalog.MatcherIgnored(context.At(words[0]), words[0].Text.Text, @event.Name));
            if (BindMatcher(words[0], @event) is not { } bound)
                return null;
            if (
                words is [{ Kind: TriggerWordKind.Bare } one, { Kind: TriggerWordKind.Bare, Text.Text: "or" or "and" } join, var other, ..]
                && IsMatcher(other, @event, afterEvent: true)
            )
                return context.None<Trigger>(
                    DiagnosticCatalog.NotAGlob(context.At(join), join.Text.Text, $"{one.Text.Text}|{other.Text.Text}")
                );
            (matcher, tools) = bound;
            words = words.RemoveAt(0);
        }

        var payload = scope.Payload(@event, tools);
        if (Globs(words, payload) is not { } globs)
            return null;
        var isNever = words.Any(IsWanted) && words.Where(IsWanted).All(IsEmptyList);
        return new Trigger(payload, matcher, globs) { IsNever = isNever };
    }

    private static string SyntaxEvent(ImmutableArray<TriggerWordSyntax> words) =>
        words[0] is { Kind: TriggerWordKind.Bare, Text.Text: var first } && Find(first) is not null ? first : "before";

    private bool IsEmptyList(TriggerWordSyntax word) =>
        word is { Kind: TriggerWordKind.Bare, Text.Text: ['$', .. var name] }
        && context.Constants.Use(name, context.At(word), context) is { Texts.IsEmpty: true };

    private static bool IsWanted(TriggerWordSyntax word) => !word.Text.Text.StartsWith('!');

    /// <summary>The names that constants in a matcher stand for; null where the word holds none, or one that can only be meant as a file
    /// pattern.</summary>
    private TriggerWordSyntax? WithConstants(TriggerWordSyntax word, HookEvent @event)
    {
        var parts = word.Text.Text.Split('|');
        if (!parts.Any(part => part.StartsWith('$')))
            return null;
        var names = new List<string>();
        foreach (var part in parts)
        {
            // An unknown one is told where file patterns are read.
            if (!part.StartsWith('$'))
                names.Add(part);
            else if (!context.Constants.IsKnown(part[1..]))
                return null;
            else
                names.AddRange(context.Constants.Use(part[1..], context.At(word), context)?.Texts ?? []);
        }

        if (names.Count == 0 || (parts.Length == 1 && @event.IsToolEvent && !names.All(MayBeMatcher)))
            return null;
        return word with { Text = Constant.ToText(word.Span, string.Join('|', names)) };
    }

    private static HookEvent? Find(string word) => EventAliases.Find(word);

    private Trigger? UnknownFirst(ImmutableArray<TriggerWordSyntax> words)
    {
        var word = words[0].Text.Text;
        var events = HookEvents.All.Select(known => known.Name).Concat(EventAliases.All.Keys);
        var nearestEvent = NearestName.Find(word, events);
        var followed =
            words.Length > 1
            && (
                words[1].Kind is TriggerWordKind.Regex or TriggerWordKind.Raw
                || (words[1].Kind == TriggerWordKind.Bare && !IsGlob(words[1]))
            );
        if (followed || string.Equals(nearestEvent, word, StringComparison.OrdinalIgnoreCase))
            return context.None<Trigger>(DiagnosticCatalog.UnknownEvent(context.At(words[0]), word, nearestEvent));
        return context.None<Trigger>(
            DiagnosticCatalog.UnknownTool(context.At(words[0]), word, NearestName.Find(word, ToolNames.Concat(events)))
        );
    }

    private static IEnumerable<string> ToolNames => HookTools.All.Select(tool => tool.Name);

    /// <summary>A word that can only be a matcher, although no event stands before it.</summary>
    private static bool MayBeMatcher(string word) =>
        word.AsSpan().IndexOfAny(NoMatcherSigns) < 0
        && (
            word.Contains('|', StringComparison.Ordinal)
            || word == "*"
            || HookTools.IsMcp(word)
            || HookTools.Removed.Contains(word)
            || HookTools.Find(HookTools.Canonical(word)) is not null
            || (word.Contains('*', StringComparison.Ordinal) && KnownLike(word).Length > 0)
        );

    private static bool IsGlob(TriggerWordSyntax word) =>
        word.Kind == TriggerWordKind.Quoted
        || word.Kind != TriggerWordKind.Raw && word.Text.Text[0] is '!' or '$'
        || word.Text.Text.AsSpan().IndexOfAny(GlobSigns) >= 0;

    private bool IsMatcher(TriggerWordSyntax word, HookEvent @event, bool afterEvent) =>
        word.Kind switch
        {
            TriggerWordKind.Regex or TriggerWordKind.Raw => true,
            // Where no file could be meant, a quoted word is a name with unusual characters.
            TriggerWordKind.Quoted => @event is { MatcherField: not null, IsToolEvent: false }
                && scope.Payload(@event, null).Find(FieldPath.File) is FieldLookup.Unknown,
            _ => afterEvent ? word.Text.Text.AsSpan().IndexOfAny(NoMatcherSigns) < 0 : MayBeMatcher(word.Text.Text),
        };

    private (Matcher Matcher, IReadOnlyCollection<string>? Tools)? BindMatcher(TriggerWordSyntax word, HookEvent @event)
    {
        if (word.Kind == TriggerWordKind.Raw)
            return Raw(word.Text, @event);
        if (word.Kind == TriggerWordKind.Regex)
            return ConditionBinder.Regex(context, word.Text, "") is { } pattern
                ? (new Matcher.Expression(pattern), @event.IsToolEvent ? ExactNames.Of(word.Text.Text) : null)
                : null;

        var text = word.Text.Text;
        if (text == "*")
            return (Matcher.Any.Instance, null);
        var names = ImmutableArray.CreateBuilder<string>();
        var start = 0;
        foreach (var part in word.Kind == TriggerWordKind.Quoted ? [text] : text.Split('|'))
        {
            var at = word.Text.Part(start, part.Length);
            start += part.Length + 1;
            if (CheckName(part, at, word, @event) is not { } name)
                return null;
            if (!names.Contains(name))
                names.Add(name);
        }

        var literal = !names.Any(name => name.Contains('*', StringComparison.Ordinal));
        Matcher matcher = literal ? new Matcher.Names(names.ToImmutable()) : new Matcher.Expression(Wildcards(names));
        return (
            matcher,
            @event.IsToolEvent
                ?
                [
                    .. names.SelectMany(name =>
                        name.Contains('*', StringComparison.Ordinal) && !HookTools.IsMcp(name) ? KnownLike(name) : [name]
                    ),
                ]
                : null
        );
    }

    /// <summary>A matcher as Claude Code itself would read it in settings.json: everything, an exact list of names, or an unanchored
    /// expression.</summary>
    private (Matcher Matcher, IReadOnlyCollection<string>? Tools)? Raw(StringSyntax syntax, HookEvent @event)
    {
        var text = syntax.Text;
        if (text is "" or "*")
            return (new Matcher.Any { Raw = text }, null);
        if (text.AsSpan().ContainsAnyExcept(@event.BarListsOnly ? SettingsRegex.NarrowListCharacters : SettingsRegex.ListCharacters))
        {
            if (handsOver && RegexPattern.TryParse(text, "", out _, out _) is null)
            {
                if (JsRegexSyntax.Problem(text) is { } problem)
                    context.Report(
                        DiagnosticCatalog.BadMatcher(context.At(syntax), text, $"{problem}, so it never matches") with
                        {
                            Severity = Severity.Warning,
                        }
                    );
                return (new Matcher.Any { Raw = text }, null);
            }

            return ConditionBinder.Regex(context, syntax, "") is { } pattern
                ? (new Matcher.Expression(pattern) { Raw = text }, @event.IsToolEvent ? ExactNames.Of(text) : null)
                : null;
        }

        var names = ImmutableArray.CreateBuilder<string>();
        var start = 0;
        foreach (var part in @event.BarListsOnly ? text.Split('|') : text.Split('|', ','))
        {
            var name = part.Trim();
            var at = syntax.Part(start + part.Length - part.TrimStart().Length, name.Length);
            start += part.Length + 1;
            if (name.Length == 0)
                continue;
            HintAt(name, at, @event);
            if (@event.IsToolEvent)
                name = HookTools.Canonical(name);
            if (!names.Contains(name))
                names.Add(name);
        }

        if (names.Count > 0)
            return (new Matcher.Names(names.ToImmutable()) { Raw = text }, @event.IsToolEvent ? [.. names] : null);
        context.Report(DiagnosticCatalog.BadMatcher(context.At(syntax), text, "it names nothing"));
        return null;
    }

    /// <summary>A raw matcher stays as it is; what is probably a slip in it is only told.</summary>
    private void HintAt(string name, TextSpan at, HookEvent @event)
    {
        if (@event.IsToolEvent && HookTools.Removed.Contains(name))
            context.Report(DiagnosticCatalog.RemovedTool(context.At(at), name));
        var known = @event.IsToolEvent ? ToolNames : @event.MatcherValues;
        if (HookTools.IsMcp(name) || known.Contains(HookTools.Canonical(name)) || HookTools.Removed.Contains(name))
            return;
        if (NearestName.Find(name, known) is { } nearest)
            context.Report(DiagnosticCatalog.SuspectMatcherValue(context.At(at), name, nearest));
    }

    /// <summary>The name as Claude Code has it today; null where nothing is called so.</summary>
    private string? CheckName(string name, TextSpan span, TriggerWordSyntax word, HookEvent @event)
    {
        if (name.Length == 0)
            return context.None<string>(DiagnosticCatalog.BadMatcher(context.At(word), word.Text.Text, "a name is missing beside |"));
        if (!@event.IsToolEvent)
            return CheckValue(name, span, @event);

        if (name.AsSpan().IndexOfAnyExcept(NameSigns) >= 0)
            return context.None<string>(
                DiagnosticCatalog.BadMatcher(context.At(span), name, "the name of a tool has letters, digits, _ and - only")
            );
        if (HookTools.Removed.Contains(name))
        {
            context.Report(DiagnosticCatalog.RemovedTool(context.At(span), name));
            return name;
        }

        name = HookTools.Canonical(name);
        if (!@event.OpenMatcherValues)
            return CheckValue(name, span, @event);
        // The name of a server alone is an exact name too, and that of no tool.
        if (
            HookTools.IsMcp(name)
            && !name.Contains('*', StringComparison.Ordinal)
            && name.IndexOf("__", HookTools.McpPrefix.Length, StringComparison.Ordinal) is var end
            && (end < 0 || end + 2 == name.Length)
        )
            return context.None<string>(DiagnosticCatalog.UnknownTool(context.At(span), name, $"{name.TrimEnd('_')}__*"));
        if (HookTools.IsMcp(name) || HookTools.Find(name) is not null || KnownLike(name).Length > 0)
            return name;
        return context.None<string>(DiagnosticCatalog.UnknownTool(context.At(span), name, NearestName.Find(name, ToolNames)));
    }

    private static readonly SearchValues<char> NameSigns = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-*"
    );

    private string? CheckValue(string name, TextSpan span, HookEvent @event)
    {
        if (@event.MatcherValues.IsEmpty || @event.MatcherValues.Contains(name))
            return name;
        if (
            name.Contains('*', StringComparison.Ordinal)
            && (@event.OpenMatcherValues || @event.MatcherValues.Any(value => Wildcards([name]).IsMatch(value)))
        )
            return name;
        var nearest = NearestName.Find(name, @event.MatcherValues);
        if (!@event.OpenMatcherValues)
            return context.None<string>(
                DiagnosticCatalog.UnknownMatcherValue(
                    context.At(span),
                    name,
                    @event.Name,
                    @event.MatcherField!,
                    nearest,
                    @event.MatcherValues
                )
            );
        if (nearest is not null)
            context.Report(DiagnosticCatalog.SuspectMatcherValue(context.At(span), name, nearest));
        return name;
    }

    /// <summary>Tools that a name with <c>*</c> stands for.</summary>
    private static string[] KnownLike(string name) =>
        name.Contains('*', StringComparison.Ordinal) && Wildcards([name]) is var pattern
            ? [.. ToolNames.Where(tool => pattern.IsMatch(tool))]
            : [];

    /// <summary>Names with <c>*</c> as one anchored expression.</summary>
    private static RegexPattern Wildcards(IReadOnlyList<string> names)
    {
        var expression = new StringBuilder(names.Count > 1 ? "^(?:" : "^");
        for (var i = 0; i < names.Count; i++)
        {
            if (i > 0)
                expression.Append('|');
            foreach (var c in names[i])
                expression.Append(
                    c == '*' ? ".*"
                    : @"\^$.|?+()[]{}/".Contains(c, StringComparison.Ordinal) ? $"\\{c}"
                    : c.ToString()
                );
        }

        expression.Append(names.Count > 1 ? ")$" : "$");
        return RegexPattern.TryParse(expression.ToString(), "", out var problem, out _)
            ?? throw new InvalidOperationException($"{expression}: {problem}");
    }

    private Matcher? FileNames(TriggerSyntax trigger, ImmutableArray<TriggerWordSyntax> words)
    {
        var names = ImmutableArray.CreateBuilder<string>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var word in words)
        {
            var text = word.Text.Text;
            if (word.Kind == TriggerWordKind.Bare && text == "|")
                continue;
            if (word.Kind == TriggerWordKind.Regex)
                return Refuse("a regular expression");
            if (word.Kind == TriggerWordKind.Raw)
                return Refuse("a raw matcher");
            if (text.AsSpan().IndexOfAny("*?[{") >= 0)
                return Refuse("a pattern");
            if (word.Kind == TriggerWordKind.Bare && !text.StartsWith('$'))
                return Refuse("not in quotes");
            ImmutableArray<string>? texts =
                word.Kind == TriggerWordKind.Quoted ? [text] : context.Constants.Use(text[1..], context.At(word), context)?.Texts;
            if (texts is null)
                return null;
            if (texts.Value.Any(one => one.Contains('/', StringComparison.Ordinal)))
                return Refuse("a path");
            foreach (
                var name in texts.Value.SelectMany(one =>
                    one.Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                )
            )
                if (known.Add(name))
                    names.Add(name);

            Matcher? Refuse(string problem) => context.None<Matcher>(DiagnosticCatalog.FileNameList(context.At(word), text, problem));
        }

        if (names.Count > 0)
            return new Matcher.Names(names.ToImmutable());
        context.Report(DiagnosticCatalog.NothingWatched(context.At(trigger)));
        return Matcher.Any.Instance;
    }

    private ImmutableArray<Glob>? Globs(ImmutableArray<TriggerWordSyntax> words, PayloadKind payload)
    {
        var globs = ImmutableArray.CreateBuilder<Glob>();
        var sound = true;
        foreach (var word in words)
        {
            var text = word.Text.Text;
            if (word.Kind == TriggerWordKind.Raw)
            {
                context.Report(
                    DiagnosticCatalog.BadMatcher(
                        context.At(word),
                        text,
                        "a raw matcher stands right behind the event, and a rule has one matcher"
                    )
                );
                sound = false;
                continue;
            }

            if (word.Kind == TriggerWordKind.Bare && text.StartsWith('|'))
            {
                // What follows is a name of the same matcher.
                context.Report(
                    DiagnosticCatalog.BadMatcher(context.At(word), text, "names stand beside | without a space, as in Write|Edit")
                );
                return null;
            }

            if (word.Kind == TriggerWordKind.Bare && HookTools.IsMcp(text) && text.EndsWith(".*", StringComparison.Ordinal))
            {
                context.Report(
                    DiagnosticCatalog.BadMatcher(
                        context.At(word),
                        text,
                        $"with a dot it is a file pattern; all tools of a server are {text[..^2]}*"
                    )
                );
                sound = false;
                continue;
            }

            if (word.Kind == TriggerWordKind.Regex || !IsGlob(word))
            {
                context.Report(DiagnosticCatalog.NotAGlob(context.At(word), text));
                // The words behind it are those of the clause that was meant.
                if (DiagnosticCatalog.IsForeignClause(text))
                    return null;
                sound = false;
                continue;
            }

            var texts = new[] { text };
            if (word.Kind == TriggerWordKind.Bare && text.TrimStart('!') is ['$', .. var name])
            {
                if (context.Constants.Use(name, context.At(word), context) is not { } value)
                {
                    sound = false;
                    continue;
                }

                texts = [.. value.Texts.Select(one => text[0] == '!' ? $"!{one}" : one)];
            }

            foreach (var one in texts)
            {
                if (Glob.TryParse(one, out var problem) is { } glob)
                {
                    globs.Add(glob);
                    continue;
                }

                context.Report(DiagnosticCatalog.BadGlob(context.At(word), one, problem!));
                sound = false;
            }
        }

        if (!sound)
            return null;
        if (globs.Count > 0 && payload.Find(FieldPath.File) is FieldLookup.Unknown unknown)
        {
            context.Report(DiagnosticCatalog.NoFile(context.At(words[0]), words[0].Text.Text, unknown.Reason));
            return null;
        }

        return globs.ToImmutable();
    }
}
