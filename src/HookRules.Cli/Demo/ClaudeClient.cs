using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using HookRules.Engine;

namespace HookRules.Cli.Demo;

/// <summary>What one hook command answered.</summary>
internal sealed record HookAnswer(int ExitCode, string Stdout, string Stderr);

/// <summary>One event as the session saw it.</summary>
/// <param name="At">When it happened.</param>
/// <param name="Waited">How long the session stood still for its hooks.</param>
internal sealed record FiredEvent(DateTimeOffset At, string What, TimeSpan Waited, ImmutableArray<HookAnswer> Answers);

/// <summary>
/// Starts what a settings file names for an event, as Claude Code does: matcher and <c>if</c>, each command once, exec or shell form,
/// <c>${CLAUDE_PROJECT_DIR}</c> replaced, the payload on stdin, all of them side by side.
/// </summary>
internal sealed class ClaudeClient(
    string projectDir,
    string settings,
    ImmutableArray<KeyValuePair<string, string>> environment,
    TimeProvider time
)
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(600);

    private readonly JsonElement hooks = JsonDocument.Parse(settings).RootElement.GetProperty("hooks");

    public FiredEvent Fire(string what, string json)
    {
        var payload = Payload.TryParse(Encoding.UTF8.GetBytes(json), out var problem) ?? throw new ArgumentException(problem, nameof(json));
        var at = time.GetUtcNow();
        var started = Stopwatch.GetTimestamp();
        var commands = Commands(payload).DistinctBy(command => string.Join('\0', command.Argv)).ToArray();
        var answers = new HookAnswer[commands.Length];
        var threads = commands.Select((command, i) => new Thread(() => answers[i] = Run(command, payload))).ToArray();
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        return new FiredEvent(at, what, Stopwatch.GetElapsedTime(started), [.. answers]);
    }

    private sealed record HookCommand(ImmutableArray<string> Argv, TimeSpan Timeout);

    private IEnumerable<HookCommand> Commands(Payload payload)
    {
        if (!hooks.TryGetProperty(payload.Event, out var groups))
            yield break;
        foreach (var group in groups.EnumerateArray())
        {
            if (!Holds(MatcherOf(Text(group, "matcher")), [], payload))
                continue;
            foreach (var hook in group.GetProperty("hooks").EnumerateArray())
            {
                if (Text(hook, "type") != "command" || !ConditionHolds(Text(hook, "if"), payload))
                    continue;
                var timeout = hook.TryGetProperty("timeout", out var seconds) ? TimeSpan.FromSeconds(seconds.GetDouble()) : DefaultTimeout;
                yield return new HookCommand(
                    hook.TryGetProperty("args", out var args)
                        ? [Expand(Text(hook, "command")!), .. args.EnumerateArray().Select(argument => Expand(argument.GetString()!))]
                        : ["/bin/sh", "-c", Expand(Text(hook, "command")!)],
                    timeout
                );
            }
        }
    }

    private HookAnswer Run(HookCommand command, Payload payload)
    {
        var result = ChildProcess.Run(
            new ChildSpec
            {
                Argv = command.Argv,
                Folder = projectDir,
                Environment = environment,
                Stdin = payload.Json,
                Timeout = command.Timeout,
            }
        );
        return new HookAnswer(result.ExitCode, result.Stdout.Text, result.StartFailure ?? result.Stderr.Text);
    }

    // Names, bars, commas and spaces alone are a list of names; anything else is a regular expression, searched for anywhere.
    private static Matcher? MatcherOf(string? text)
    {
        if (text is null or "" or "*")
            return Matcher.Any.Instance;
        if (text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '|' or ',' or ' '))
            return new Matcher.Names([.. text.Split('|', ',').Select(name => name.Trim())]);
        return RegexPattern.TryParse(text, "", out _, out _) is { } pattern ? new Matcher.Expression(pattern) : null;
    }

    /// <summary>A permission rule, of which the compiler writes one kind: <c>Tool(//**/glob)</c>.</summary>
    private bool ConditionHolds(string? condition, Payload payload)
    {
        if (string.IsNullOrEmpty(condition))
            return true;
        var open = condition.IndexOf('(', StringComparison.Ordinal);
        if (open < 0)
            return Holds(new Matcher.Names([condition]), [], payload);
        var content = condition[(open + 1)..].TrimEnd(')');
        return Glob.TryParse(content[(content.LastIndexOf('/') + 1)..], out _) is { } glob
            && Holds(new Matcher.Names([condition[..open]]), [glob], payload);
    }

    private bool Holds(Matcher? matcher, ImmutableArray<Glob> globs, Payload payload)
    {
        if (matcher is null)
            return false;
        var entry = new Rule
        {
            Id = "entry",
            Event = payload.Event,
            Matcher = matcher,
            Globs = globs,
            Source = RuleGraphJson.NoPlace,
        };
        return Router.Match(payload, [entry], new RouteContext(projectDir)).Length > 0;
    }

    private string Expand(string text) => text.Replace("${CLAUDE_PROJECT_DIR}", projectDir, StringComparison.Ordinal);

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;
}
