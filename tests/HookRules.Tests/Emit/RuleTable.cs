using System.Collections.Immutable;
using System.Globalization;
using HookRules.Engine;

namespace HookRules.Tests.Emit;

/// <summary>
/// Rules for tests of what is emitted, one a line: <c>EVENT MATCHER [GLOB …] -> WORD, …</c>. The matcher is <c>-</c> for any, names joined
/// by <c>|</c>
/// (<c>_</c> stands for a space), <c>/expression/flags</c> or <c>raw:</c> and a regular expression as in settings.json; the words are
/// queue, deny, closed, sync=SECONDS, sync-closed, await=SECONDS, native.
/// </summary>
internal static class RuleTable
{
    public static RuleGraph Parse(IEnumerable<string> lines) =>
        RuleGraph.Empty with
        {
            Rules = [.. lines.Select((line, index) => Rule(line, index + 1))],
        };

    private static Rule Rule(string line, int number)
    {
        var (trigger, steps) = line.Split("->") is [var left, var right]
            ? (left.Split(' ', StringSplitOptions.RemoveEmptyEntries), right.Split(',', StringSplitOptions.TrimEntries))
            : throw new FormatException(line);
        var sync = steps
            .Where(step => step.StartsWith("sync", StringComparison.Ordinal))
            .Select(
                (step, i) =>
                    new Branch(
                        $"r{number}/s{i}",
                        "s",
                        BranchOptions.Default with
                        {
                            Closed = step == "sync-closed",
                            Timeout = step.Split('=') is [_, var seconds]
                                ? TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture))
                                : null,
                        }
                    )
            );
        return new Rule
        {
            Id = $"r{number}",
            Event = trigger[0],
            Matcher = Matcher(trigger[1]),
            Globs = [.. trigger[2..].Select(text => Glob.TryParse(text, out var problem) ?? throw new FormatException(problem))],
            Decisions = [.. steps.Where(step => step == "deny").Select(_ => new DecisionStep(DecisionKind.Deny, Template.Literal("no")))],
            Stages =
            [
                .. steps.Where(step => step == "queue").Select(_ => new Stage([new Branch($"r{number}/q", "q", BranchOptions.Default)])),
            ],
            Sync = [.. sync],
            Await = steps.FirstOrDefault(step => step.StartsWith("await=", StringComparison.Ordinal)) is { } awaited
                ? new AwaitStep(["q"], TimeSpan.FromSeconds(double.Parse(awaited[6..], CultureInfo.InvariantCulture)))
                : null,
            Natives =
            [
                .. steps
                    .Where(step => step == "native")
                    .Select(_ => new NativeHandler("""{"type":"prompt","prompt":"Is $ARGUMENTS fine?"}""")),
            ],
            Closed = steps.Contains("closed"),
            Source = new SourceRef("main.hookrules", number, 1, number, 2),
        };
    }

    private static Matcher Matcher(string text)
    {
        if (text == "-")
            return HookRules.Engine.Matcher.Any.Instance;
        if (text.StartsWith("raw:", StringComparison.Ordinal))
            return Matcher($"/{text[4..]}/") with { Raw = text[4..] };
        if (text[0] != '/')
            return new Matcher.Names([.. text.Replace('_', ' ').Replace("\u00B7", "_", StringComparison.Ordinal).Split('|')]);
        var end = text.LastIndexOf('/');
        return new Matcher.Expression(
            RegexPattern.TryParse(text[1..end], text[(end + 1)..], out var problem, out _)
                ?? throw new FormatException($"{text}: {problem}")
        );
    }
}
