using System.Buffers;
using System.Collections.Immutable;
using System.Text;

namespace HookRules.Engine;

/// <summary>One file pattern, as in a .gitignore: without a slash it is compared with the base name, with one with the path below the
/// project folder.</summary>
/// <remarks><c>*</c> and <c>?</c> stop at a slash, <c>**</c> does not; <c>{a,b}</c>, <c>[a-z]</c>, <c>[!a-z]</c> and <c>\</c> before a
/// special character. A slash at the end means everything below.</remarks>
public sealed class Glob : IEquatable<Glob>
{
    private RegexPattern? pattern;
    private readonly string? suffix;
    private static readonly SearchValues<char> PatternSigns = SearchValues.Create("*?[{\\~");

    private ImmutableArray<string> names;
    private ImmutableArray<string> folders;

    private Glob(string text, bool anchored, string? suffix, RegexPattern? pattern) =>
        (Text, Anchored, this.suffix, this.pattern) = (text, anchored, suffix, pattern);

    /// <summary>As written, <c>!</c> included.</summary>
    public string Text { get; }

    public bool Negated => Text.StartsWith('!');

    /// <summary>It has a slash, so it needs a path relative to the project folder.</summary>
    public bool Anchored { get; }

    /// <summary>Null with the reason where a bracket or brace is never closed, or the pattern is empty or too large.</summary>
    public static Glob? TryParse(string text, out string? problem)
    {
        problem = null;
        var body = Body(text);
        if (body.Length == 0 || body == "/")
        {
            problem = "the pattern is empty";
            return null;
        }

        var glob = OfPlan(text);
        if (glob.suffix is null && Translate(body, out problem) is { } expression)
            glob.pattern = RegexPattern.TryParse(expression, "", out problem, out _);
        return problem is null ? glob : null;
    }

    /// <summary>One of a plan, which the compiler has tried: its expression is made when it is first needed.</summary>
    internal static Glob OfPlan(string text)
    {
        var body = Body(text);
        var anchored = body.Contains('/');
        var isSuffix = !anchored && body.StartsWith('*') && body.AsSpan(1).IndexOfAny("*?[{\\") < 0;
        return new Glob(text, anchored, isSuffix ? body[1..] : null, null);
    }

    private static string Body(string text) => text.StartsWith('!') ? text[1..] : text;

    private RegexPattern Pattern =>
        pattern ??= RegexPattern.OfPlan(
            Translate(Body(Text), out var problem) ?? throw new PlanCorruptException($"it has a bad glob: {problem}"),
            ""
        );

    /// <summary>Compares with a relative path (forward slashes) or, where the glob has no slash, with the base name of any path. Ignores
    /// <see cref="Negated"/>.</summary>
    public bool IsMatch(ReadOnlySpan<char> path, Budget? budget = null)
    {
        if (!Anchored)
            path = path[(path.LastIndexOf('/') + 1)..];
        return suffix is not null ? path.EndsWith(suffix, StringComparison.Ordinal) : Pattern.IsMatch(path, budget);
    }

    /// <summary>Names that its last part stands for, as far as they are written out.</summary>
    internal ImmutableArray<string> Names => names.IsDefault ? names = Written(lastOnly: true) : names;

    /// <summary>The folders before a <c>/**</c> at its end, as far as they are written out.</summary>
    internal ImmutableArray<string> Folders => folders.IsDefault ? folders = Written(lastOnly: false) : folders;

    private ImmutableArray<string> Written(bool lastOnly)
    {
        var body = Text.AsSpan().TrimStart('!').ToString();
        if (!lastOnly)
        {
            if (!body.EndsWith("/**", StringComparison.Ordinal))
                return [];
            body = body[..^3];
            body = body.StartsWith("**/", StringComparison.Ordinal) ? body[3..] : body.TrimStart('/');
        }

        List<string> written = [body];
        for (var i = 0; i < written.Count && written.Count <= 64; )
        {
            var text = written[i];
            var open = text.LastIndexOf('{');
            var close = open < 0 ? -1 : text.IndexOf('}', open);
            if (close < 0)
            {
                i++;
                continue;
            }

            written.RemoveAt(i);
            foreach (var option in text[(open + 1)..close].Split(','))
                written.Add(text[..open] + option + text[(close + 1)..]);
        }

        return
        [
            .. written
                .Select(one => lastOnly ? one[(one.LastIndexOf('/') + 1)..] : one)
                .Where(one => one.Length > 0 && !one.AsSpan().ContainsAny(PatternSigns))
                .Distinct(),
        ];
    }

    public bool Equals(Glob? other) => other is not null && Text == other.Text;

    public override bool Equals(object? obj) => Equals(obj as Glob);

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Text;

    // One code point that is not a slash: a '?' takes a whole surrogate pair.
    private const string OneChar = @"(?:[\ud800-\udbff][\udc00-\udfff]|[^\/])";

    private static string? Translate(string glob, out string? problem)
    {
        problem = null;
        // A slash in the middle or at the start ties the pattern to the project folder; one only at the end does not, as in a .gitignore.
        var folder = glob.EndsWith('/');
        if (folder)
            glob = glob[..^1];
        var floating = folder && !glob.Contains('/');
        if (glob.StartsWith("./", StringComparison.Ordinal))
            glob = glob[1..];
        glob = glob.TrimStart('/');

        var regex = new StringBuilder("^");
        if (floating)
            regex.Append(@"(?:[^]*\/)?".Replace("[^]", @"[\s\S]", StringComparison.Ordinal));
        // Of each open brace, whether its options begin where a path begins or behind a slash.
        var braces = new Stack<bool>();
        var isStart = true;
        for (var i = 0; i < glob.Length; i++)
        {
            var atStart = isStart;
            isStart = false;
            var c = glob[i];
            switch (c)
            {
                case '*' when i + 1 < glob.Length && glob[i + 1] == '*':
                    var run = i;
                    while (run + 1 < glob.Length && glob[run + 1] == '*')
                        run++;
                    var beforeSlash = run + 1 < glob.Length && glob[run + 1] == '/';
                    if (atStart && beforeSlash)
                    {
                        regex.Append(@"(?:[\s\S]*\/)?");
                        run++;
                        isStart = true;
                    }
                    else
                    {
                        regex.Append(@"[\s\S]*");
                    }

                    i = run;
                    break;
                case '*':
                    regex.Append(@"[^\/]*");
                    break;
                case '?':
                    regex.Append(OneChar);
                    break;
                case '[':
                    var close = CloseOfClass(glob, i);
                    if (close < 0)
                    {
                        problem = "this '[' is never closed; write '\\[' for the character";
                        return null;
                    }

                    AppendClass(regex, glob.AsSpan(i + 1, close - i - 1));
                    i = close;
                    break;
                case '{':
                    braces.Push(atStart);
                    isStart = atStart;
                    regex.Append("(?:");
                    break;
                case '}' when braces.Count > 0:
                    braces.Pop();
                    regex.Append(')');
                    break;
                case ',' when braces.Count > 0:
                    isStart = braces.Peek();
                    regex.Append('|');
                    break;
                case '\\' when i + 1 < glob.Length:
                    AppendLiteral(regex, glob[++i]);
                    break;
                default:
                    isStart = c == '/';
                    AppendLiteral(regex, c);
                    break;
            }
        }

        if (braces.Count > 0)
        {
            problem = "this '{' is never closed; write '\\{' for the character";
            return null;
        }

        if (folder)
            regex.Append(@"\/[\s\S]*");
        return regex.Append('$').ToString();
    }

    internal static int CloseOfClass(string glob, int open)
    {
        var i = open + 1;
        if (i < glob.Length && glob[i] is '!' or '^')
            i++;
        if (i < glob.Length && glob[i] == ']')
            i++; // A bracket right at the start stands for itself.
        while (i < glob.Length && glob[i] != ']')
            i += glob[i] == '\\' ? 2 : 1;
        return i < glob.Length ? i : -1;
    }

    private static void AppendClass(StringBuilder regex, ReadOnlySpan<char> body)
    {
        var negated = body.Length > 0 && body[0] is '!' or '^';
        if (negated)
            body = body[1..];
        var start = regex.Append(negated ? @"[^\/" : "[").Length;
        for (var i = 0; i < body.Length; i++)
        {
            if (body[i] == '\\')
                i++;
            var from = body[i];
            var to = from;
            if (i + 2 < body.Length && body[i + 1] == '-')
            {
                i += body[i + 2] == '\\' && i + 3 < body.Length ? 3 : 2;
                to = body[i];
            }

            // No class takes a slash, not even in the middle of a range.
            if (negated || from > '/' || to < '/')
            {
                AppendRange(regex, from, to);
                continue;
            }

            if (from < '/')
                AppendRange(regex, from, '.');
            if (to > '/')
                AppendRange(regex, '0', to);
        }

        regex.Append(regex.Length == start && !negated ? @"^\s\S]" : "]");
    }

    private static void AppendRange(StringBuilder regex, char from, char to)
    {
        AppendLiteral(regex, from);
        if (from == to)
            return;
        regex.Append('-');
        AppendLiteral(regex, to);
    }

    private static void AppendLiteral(StringBuilder regex, char c)
    {
        if (c is '\n')
            regex.Append(@"\n");
        else if (!char.IsAsciiLetterOrDigit(c) && c < 128 && c > ' ' && c != '_')
            regex.Append('\\').Append(c);
        else
            regex.Append(c);
    }
}
