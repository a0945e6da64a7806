using System.Buffers;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Matchers;

internal sealed class FileChangedMatcher()
    : SettingsRule("HR3038", "file-changed-matcher", Severity.Error, "FileChanged watches literal file names.")
{
    public override string Why =>
        "The matcher of FileChanged is the list of files to watch, split at |, each taken literally and compared with the base "
        + "name. *.env watches a file that is called \"*.env\". Without a matcher nothing is added to what is watched.";

    public override string Bad =>
        """
            {
              "hooks": {
                "FileChanged": [{ "matcher": "*.env", "hooks": [{ "type": "command", "command": "reload-env" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "FileChanged": [{ "matcher": ".env|.envrc", "hooks": [{ "type": "command", "command": "reload-env" }] }]
              }
            }
            """;

    private static readonly SearchValues<char> Signs = SearchValues.Create("*?[](){}^$+\\");

    internal override IEnumerable<Finding> Check(SettingsDocument document)
    {
        foreach (var entry in document.Entries.Where(entry => entry.Event.Matching == MatcherKind.FileName && entry.IsFirst))
        {
            if (entry.Matcher.Length == 0)
                yield return Found(
                    entry.At,
                    "without a matcher FileChanged adds no file to those that are watched",
                    "name the files: \"matcher\": \".envrc|package.json\"",
                    Severity.Hint
                );
            else if (entry.Matcher.AsSpan().ContainsAny('/', ','))
                yield return Found(
                    document.Place(entry.MatcherNode!),
                    entry.Matcher.Contains('/', StringComparison.Ordinal)
                        ? $"FileChanged compares \"{entry.Matcher}\" with the name of the file alone, which has no folder: it "
                            + "silently never matches"
                        : $"FileChanged takes \"{entry.Matcher}\" for a single name: only | separates names here",
                    "list the bare names, joined by |"
                );
            else if (entry.Matcher.AsSpan().ContainsAny(Signs))
                yield return Found(
                    document.Place(entry.MatcherNode!),
                    $"FileChanged takes \"{entry.Matcher}\" literally, as the name of a file to watch",
                    "list the names, joined by |"
                );
        }
    }
}
