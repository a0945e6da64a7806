using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace HookRules.Engine;

/// <summary>Why something was told, a letter in <c>told</c>.</summary>
public enum ToldKind
{
    /// <summary><c>f</c>: as feedback.</summary>
    Feedback,

    /// <summary><c>a</c>: by an <c>await</c>, which counts for feedback too.</summary>
    Await,

    /// <summary><c>b</c>: an <c>await</c> has blocked at a prompt.</summary>
    Block,

    /// <summary><c>g</c>: not told, since its file was gone.</summary>
    Gone,
}

/// <summary>One line of <c>told</c>. Hooks only append: to rewrite a file takes many times as long.</summary>
/// <param name="Check">The id of the failed check; empty for a block.</param>
/// <param name="Prompt">A hash of the prompt's id, since the id may hold anything.</param>
public sealed record ToldLine(ToldKind Kind, string Check, string Key, string TextHash, string Prompt, long Ms)
{
    private const string Letters = "fabg";
    private const string Nothing = "-";
    private const int PrivateFile = 0b110_000_000;
    private const long Largest = 4 << 20;

    public static ToldLine Of(ToldKind kind, FailedCheck check, string? prompt, long ms) =>
        new(kind, check.Id, check.Key, check.TextHash, PromptName(prompt), ms);

    public static ToldLine Blocked(string? prompt, long ms) => new(ToldKind.Block, Nothing, Nothing, Nothing, PromptName(prompt), ms);

    public static string PromptName(string? prompt) => prompt is null ? Nothing : SessionFolder.ShortHash(prompt)[..8];

    public static ImmutableArray<ToldLine> In(SessionFolder session)
    {
        try
        {
            var file = new FileInfo(session.Told);
            return file.Exists && file.Length <= Largest ? [.. File.ReadLines(file.FullName).Select(Parse).OfType<ToldLine>()] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>False where they could not be written: then they are told again.</summary>
    public static bool Append(SessionFolder session, IEnumerable<ToldLine> lines) =>
        AppendFile.Append(session.Told, Encoding.ASCII.GetBytes(string.Concat(lines.Select(line => line.Text))), PrivateFile) is null;

    internal string Text => string.Create(CultureInfo.InvariantCulture, $"{Letters[(int)Kind]} {Check} {Key} {TextHash} {Prompt} {Ms}\n");

    private static ToldLine? Parse(string line) =>
        line.Split(' ') is [{ Length: 1 } letter, var check, var key, var hash, var prompt, var ms]
        && Letters.IndexOf(letter[0], StringComparison.Ordinal) is var kind and >= 0
        && long.TryParse(ms, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            ? new ToldLine((ToldKind)kind, check, key, hash, prompt, at)
            : null;
}
