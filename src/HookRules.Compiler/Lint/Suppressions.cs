using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Format;
using HookRules.Engine;

namespace HookRules.Compiler.Lint;

/// <summary>Comments that silence lint: <c># hookrules: disable HR2004 because …</c> for the next line, or behind a line for that
/// one.</summary>
internal sealed class Suppressions
{
    private const string Marker = Comment.SuppressionMarker;

    private readonly List<Suppression> all = [];
    private readonly Dictionary<(string File, int Line, string Code), Suppression> byPlace = [];

    private sealed record Suppression(string Code, bool HasReason, SourceRef At)
    {
        public bool Used { get; set; }
    }

    public static Suppressions Read(IEnumerable<SourceText> sources)
    {
        var found = new Suppressions();
        foreach (var source in sources)
            for (var line = 1; line <= source.LineCount; line++)
                found.Read(source, line);
        return found;
    }

    /// <summary>Without what is silenced, and with what is wrong about the silencing.</summary>
    public IEnumerable<Diagnostic> Apply(IEnumerable<Diagnostic> diagnostics)
    {
        var kept = diagnostics.Where(diagnostic => !Silences(diagnostic)).ToList();
        foreach (var suppression in all)
        {
            if (!suppression.HasReason)
                kept.Add(DiagnosticCatalog.SuppressionWithoutReason(suppression.At, suppression.Code));
            if (!suppression.Used)
                kept.Add(DiagnosticCatalog.UnusedSuppression(suppression.At, suppression.Code));
        }

        return kept;
    }

    // What cannot be read or means nothing is no matter of taste.
    private bool Silences(Diagnostic diagnostic)
    {
        if (!diagnostic.Code.StartsWith("HR2", StringComparison.Ordinal) && LintRules.Find(diagnostic.Code) is null)
            return false;
        if (!byPlace.TryGetValue((diagnostic.At.File, diagnostic.At.Line, diagnostic.Code), out var suppression))
            return false;
        return suppression.Used = true;
    }

    private void Read(SourceText source, int line)
    {
        var text = source.Line(line).ToString();
        var hash = CommentOf(text);
        if (hash < 0)
            return;
        var comment = text[(hash + 1)..].TrimStart();
        if (!comment.StartsWith(Marker, StringComparison.Ordinal))
            return;

        var rest = comment[Marker.Length..].Trim();
        var because = rest.IndexOf("because", StringComparison.Ordinal);
        var hasReason = because >= 0 && rest[(because + "because".Length)..].Any(char.IsLetterOrDigit);
        var target = text[..hash].Trim().Length > 0 ? line : Next(source, line);
        foreach (var word in (because < 0 ? rest : rest[..because]).Split([' ', ','], StringSplitOptions.RemoveEmptyEntries))
        {
            var code = LintRules.Find(word)?.Code ?? word;
            var start = text.IndexOf(word, hash, StringComparison.Ordinal);
            var suppression = new Suppression(code, hasReason, new SourceRef(source.Path, line, start + 1, line, start + word.Length + 1));
            all.Add(suppression);
            // A second one for the same line is unused.
            byPlace.TryAdd((source.Path, target, code), suppression);
        }
    }

    // The next line that is neither empty nor a comment, so that several of these can stand above one line.
    private static int Next(SourceText source, int line)
    {
        for (line++; line <= source.LineCount; line++)
            if (source.Line(line).Trim() is { Length: > 0 } text && text[0] != '#')
                return line;
        return line;
    }

    // A # that starts the line or follows white space, outside of quotes.
    private static int CommentOf(string text)
    {
        if (!text.Contains(Marker, StringComparison.Ordinal))
            return -1;
        var at = text.LastIndexOf(Marker, StringComparison.Ordinal);
        var hash = text.LastIndexOf('#', at);
        return hash >= 0 && text[(hash + 1)..at].Trim().Length == 0 && (hash == 0 || char.IsWhiteSpace(text[hash - 1])) ? hash : -1;
    }
}
