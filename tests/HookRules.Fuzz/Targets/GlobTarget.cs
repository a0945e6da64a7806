using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using HookRules.Engine;

namespace HookRules.Fuzz;

/// <summary>Globs against a recursive matcher, and the plan's index against the router.</summary>
internal sealed class GlobTarget : Target
{
    private static readonly string[] Pieces =
    [
        "a",
        "b",
        "*",
        "/",
        ".",
        "?",
        "**",
        "**/",
        "[ab]",
        "[!a]",
        "[a-c]",
        "{a,b}",
        "{a,",
        "}",
        "py",
        "src",
        "\\",
        "[",
        "]",
        "!",
        "-",
        "^",
        ",",
        "é",
        "😀",
        "{",
        "[.-0]",
        "[^/]",
        "()",
        "+",
        "$",
        " ",
        "[]a]",
        "\\*",
        "./",
        "{**/a,b}",
        "|",
        "#",
        "{src/,}",
    ];
    private static readonly string[] PathPieces =
    [
        "a",
        "b",
        "/",
        ".",
        "c",
        "py",
        "src",
        "-",
        "]",
        "é",
        "😀",
        "!",
        "*",
        "\\",
        "ab",
        "\n",
        "{",
        ",",
        "[",
        "^",
        " ",
    ];

    public override string Name => "glob";

    public override string Promise =>
        "a glob matches what the recursive reference matches, and no rule whose globs match is missing from the plan's index";

    public override Verdict Try(Choices choices, Attempt attempt)
    {
        var text = Pattern(choices);
        var path = choices.OneIn(2)
            ? Fitting(text, choices)
            : string.Concat(Enumerable.Range(0, choices.Between(1, 7)).Select(_ => choices.Pick(PathPieces)));
        if (choices.OneIn(3000))
            path = Mutation.Pumped(path.Length == 0 ? "a" : path, choices, 4_000);
        path = path.TrimStart('/');
        attempt.Input = $"{text}\n{path}";
        if (Glob.TryParse(text, out var problem) is not { } glob)
        {
            BrokenException.Unless(!string.IsNullOrEmpty(problem), "a glob is refused without a reason");
            return Verdict.Rejected;
        }

        if (path.Length < 60)
        {
            var expected = GlobReference.IsMatch(text, path);
            BrokenException.Unless(glob.IsMatch(path) == expected, $"the reference says otherwise: {expected} for {text} and {path}");
        }

        CheckIndex(glob, path, choices);
        return Verdict.Accepted;
    }

    private static void CheckIndex(Glob glob, string path, Choices choices)
    {
        var globs = ImmutableArray.Create(glob);
        if (choices.OneIn(2) && Glob.TryParse(Pattern(choices), out _) is { } other)
            globs = globs.Add(other);
        var rule = new Rule
        {
            Id = "r",
            Event = "PreToolUse",
            Globs = globs,
            Decisions = [new DecisionStep(DecisionKind.Deny, Template.Empty)],
            Source = RuleGraphJson.NoPlace,
        };
        var file = JsonSerializer.Serialize(choices.Pick(["/p/", "", "/p/a/../"]) + path);
        var json = Encoding.UTF8.GetBytes(
            $"{{\"hook_event_name\":\"PreToolUse\",\"tool_name\":\"Write\",\"cwd\":\"/p/b\",\"tool_input\":{{\"file_path\":{file}}}}}"
        );
        var payload = Payload.TryParse(json, out _)!;
        if (Router.Route(payload, [rule], new RouteContext("/p")).Matched.IsEmpty)
            return;
        var asked = RuleIndex.Keys(payload)?.ToHashSet();
        BrokenException.Unless(
            asked is null || RuleIndex.Keys([rule]).Any(key => asked.Contains(key.Key)),
            $"the index loses a rule: {string.Join(' ', globs)} matches {payload.File}"
        );
    }

    private static string Pattern(Choices choices) =>
        string.Concat(Enumerable.Range(0, choices.Between(1, 7)).Select(_ => choices.Pick(Pieces)));

    /// <summary>A path that the pattern may well match: its wildcards filled in.</summary>
    private static string Fitting(string pattern, Choices choices)
    {
        var path = new StringBuilder();
        for (var i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '*':
                    path.Append(choices.Pick(["", "a", "ab", "a/b", "x.py"]));
                    break;
                case '?':
                    path.Append(choices.Pick(["a", "😀", "/"]));
                    break;
                case '[' when pattern.IndexOf(']', i) is var close and > 0:
                    path.Append(choices.Pick(["a", "b", "/", "z", ".", "]"]));
                    i = close;
                    break;
                case '{' when pattern.IndexOf('}', i) is var end and > 0:
                    path.Append(choices.Pick(pattern[(i + 1)..end].Split(',')).Replace("*", "a", StringComparison.Ordinal));
                    i = end;
                    break;
                case '\\' or '!':
                    break;
                default:
                    path.Append(pattern[i]);
                    break;
            }
        }

        return path.ToString();
    }
}
