using System.Buffers;
using System.Text;
using System.Text.Json;
using HookRules.Engine;

namespace HookRules.Hook;

/// <summary>What the actions marked <c>sync</c> said: each is a hook of its own kind, with Claude Code's exit codes and JSON.</summary>
internal sealed class SyncResults
{
    private const int BlockingExitCode = 2;

    private readonly HookEvent? @event;
    private readonly List<JsonElement> outputs = [];

    private SyncResults(string @event) => this.@event = HookEvents.Find(@event);

    public Decision Decision { get; private set; } = Decision.None;

    public List<HookFailure> Failures { get; } = [];

    /// <summary>On WorktreeCreate the folder that was made: the first in source order.</summary>
    public string? WorktreePath { get; private set; }

    /// <summary>Runs them side by side; null where no matching rule has any.</summary>
    public static SyncResults? Run(Routing routing, Payload payload, PlanFile plan, string projectDir)
    {
        var branches = new List<(Rule Rule, Branch Branch)>();
        foreach (var rule in routing.Matched)
        foreach (var branch in rule.Sync)
            branches.Add((rule, branch));
        if (branches.Count == 0)
            return null;

        var results = new SyncResults(payload.Event);
        var runs = new ChildResult[branches.Count];
        var shown = new string[branches.Count];
        var threads = new Thread[branches.Count];
        for (var i = 0; i < branches.Count; i++)
        {
            var (rule, branch) = branches[i];
            var invocation = Invocation.Of(
                plan.Action(branch.Action),
                branch.Options,
                payload,
                new InvocationContext(projectDir, Environment.GetEnvironmentVariable)
                {
                    RuleId = rule.Id,
                    PublishedAt = TimeProvider.System.GetUtcNow(),
                }
            );
            shown[i] = invocation.Shown;
            var number = i;
            threads[i] = new Thread(() => runs[number] = Run(invocation, branch.Options, payload));
            threads[i].Start();
        }

        for (var i = 0; i < branches.Count; i++)
        {
            threads[i].Join();
            var (rule, branch) = branches[i];
            var secrets = SecretValues.Of([.. plan.Settings.Environment, .. branch.Options.Named], Environment.GetEnvironmentVariable);
            results.Add(rule, branch, runs[i], shown[i], secrets, projectDir);
        }

        return results;
    }

    private static ChildResult Run(Invocation invocation, BranchOptions options, Payload payload)
    {
        try
        {
            return invocation switch
            {
                Invocation.Process process => ChildProcess.Run(
                    new ChildSpec
                    {
                        Argv = process.Argv,
                        Folder = process.Folder,
                        Environment = process.Environment,
                        Stdin = payload.Json,
                        Timeout = options.Timeout ?? BranchOptions.SyncTimeout,
                        KeepOutput = 1 << 20,
                    }
                ),
                Invocation.Log log => AppendFile.Append(log.Path, log.Line.Span) is { } problem
                    ? ChildResult.Failed(1, problem)
                    : new ChildResult(0, CapturedOutput.Empty, CapturedOutput.Empty, false, null, 0),
                Invocation.Refused refused => ChildResult.Failed(1, refused.Why),
                _ => ChildResult.Failed(1, "only run, shell and log can be sync"),
            };
        }
        catch (Exception e)
        {
            // An exception on this thread would end the process.
            return ChildResult.Failed(1, $"{e.GetType().Name}: {e.Message}");
        }
    }

    private void Add(Rule rule, Branch branch, ChildResult run, string shown, SecretValues secrets, string projectDir)
    {
        if (run is { ExitCode: BlockingExitCode, StartFailure: null, TimedOut: false } && Block(rule, Refusal(run, shown, secrets)))
            return;
        string? noPath = null;
        if (run.Succeeded)
        {
            if (!WorktreeEvents.IsCreation(@event))
                Add(rule, run.Stdout.Text.Trim(), secrets);
            else if (WorktreeEvents.SaysPath(rule))
                return;
            else if (!run.Stdout.IsEmpty)
                WorktreePath ??= WorktreeEvents.PathIn(run.Stdout.Text, projectDir, out noPath);
            if (noPath is null)
                return;
        }

        var why = noPath ?? run.StartFailure ?? (run.TimedOut ? "it did not end in time" : $"exit code {run.ExitCode}");
        var told = noPath is null ? ToldOutput.Behind(ToldOutput.Of(run, secrets)) : "";
        var problem = $"{ToldOutput.Command(secrets.Hide(shown))} failed: {why}{told}";
        var failure = HookFailure.Sync(branch.Id, rule.Label, problem, rule.IsClosedBy(branch));
        Failures.Add(failure);
        if (failure.Guards)
            Block(rule, problem);
    }

    /// <summary>What a program that says no printed. JSON is for programs, and Claude Code reads none behind this exit code.</summary>
    private static string Refusal(ChildResult run, string shown, SecretValues secrets)
    {
        if (run.Stdout.Text.AsSpan().TrimStart().StartsWith("{"))
            run = run with { Stdout = CapturedOutput.Empty };
        var told = ToldOutput.Of(run, secrets);
        return told.Length > 0 ? told : $"{ToldOutput.Command(secrets.Hide(shown))} says no.";
    }

    /// <summary>False on an event where nothing can be blocked.</summary>
    private bool Block(Rule rule, string reason)
    {
        reason = $"{reason}{(reason.Contains('\n', StringComparison.Ordinal) ? '\n' : ' ')}[blocked by {rule.Label}]";
        var decision =
            @event is null ? null
            : @event.Decisions.Contains(DecisionKind.Deny) ? new Decision { Permission = DecisionKind.Deny, PermissionReason = reason }
            : @event.Decisions.Contains(DecisionKind.Block) ? new Decision { BlockReason = reason }
            : null;
        if (decision is not null)
            Decision = Decision.And(decision);
        return decision is not null;
    }

    private void Add(Rule rule, string stdout, SecretValues secrets)
    {
        if (stdout.StartsWith('{') && TryParse(stdout) is { } json)
        {
            outputs.Add(json);
            AddKnown(rule, json);
        }
        else if (stdout.Length > 0 && @event?.PlainStdout is true)
        {
            Decision = Decision.And(new Decision { Contexts = [secrets.Hide(stdout)] });
        }
    }

    private void AddKnown(Rule rule, JsonElement json)
    {
        if (json.TryGetProperty("continue", out var goOn) && goOn.ValueKind == JsonValueKind.False)
            Decision = Decision.And(new Decision { StopReason = Text(json, "stopReason") ?? $"[stopped by {rule.Label}]" });
        if (Text(json, "systemMessage") is { } message)
            Decision = Decision.And(new Decision { Warnings = [message] });
        if (Text(json, "decision") == "block")
            Block(rule, Text(json, "reason") ?? "");
        if (!json.TryGetProperty("hookSpecificOutput", out var specific) || specific.ValueKind != JsonValueKind.Object)
            return;

        if (Text(specific, "additionalContext") is { } context)
            Decision = Decision.And(new Decision { Contexts = [context] });
        AddPermission(Text(specific, "permissionDecision"), Text(specific, "permissionDecisionReason"));
        if (@event?.Name == HookEvents.SkillCommand && specific.TryGetProperty(OutputField.UpdatedInput, out _))
            Block(rule, "This command would have to be changed, and Claude Code changes none in the text of a skill.");
        if (specific.TryGetProperty("decision", out var request) && request.ValueKind == JsonValueKind.Object)
            AddPermission(Text(request, "behavior"), Text(request, "message"));
    }

    private void AddPermission(string? spelling, string? reason)
    {
        DecisionKind? kind = spelling switch
        {
            "deny" => DecisionKind.Deny,
            "ask" => DecisionKind.Ask,
            "allow" => DecisionKind.Allow,
            "defer" => DecisionKind.Defer,
            _ => null,
        };
        if (kind is not null)
            Decision = Decision.And(new Decision { Permission = kind, PermissionReason = reason ?? "" });
    }

    /// <summary>Adds the fields that are no decision of ours (<c>updatedInput</c>, <c>sessionTitle</c>, …) to the answer; what the answer
    /// says itself stays.</summary>
    public WireOutput Merge(WireOutput answer)
    {
        if (outputs.Count == 0 || @event is null || (answer.Stdout.Length > 0 && answer.Stdout[0] != '{'))
            return answer;
        var merged = answer.Stdout.Length > 0 ? answer.Stdout : "{}";
        foreach (var output in outputs)
        {
            var buffer = new ArrayBufferWriter<byte>(1024);
            using (var json = new Utf8JsonWriter(buffer))
                WriteMerged(json, TryParse(merged)!.Value, output, depth: 0);
            merged = Encoding.UTF8.GetString(buffer.WrittenSpan);
        }

        return merged == "{}" ? answer : answer with { Stdout = merged };
    }

    private void WriteMerged(Utf8JsonWriter json, JsonElement first, JsonElement second, int depth)
    {
        json.WriteStartObject();
        foreach (var member in first.EnumerateObject())
        {
            json.WritePropertyName(member.Name);
            if (
                member.Value.ValueKind == JsonValueKind.Object
                && second.TryGetProperty(member.Name, out var other)
                && other.ValueKind == JsonValueKind.Object
            )
                WriteMerged(json, member.Value, other, depth + 1);
            else
                member.Value.WriteTo(json);
        }

        foreach (var member in second.EnumerateObject())
        {
            if (
                first.TryGetProperty(member.Name, out _)
                || IsDecision(member.Name, depth)
                || (@event!.Name == HookEvents.SkillCommand && member.Name == OutputField.UpdatedInput)
            )
                continue;
            json.WritePropertyName(member.Name);
            if (depth > 0 || member.Name != "hookSpecificOutput" || member.Value.ValueKind != JsonValueKind.Object)
                member.Value.WriteTo(json);
            else
                WriteMerged(json, TryParse($$"""{"hookEventName":"{{@event!.Name}}"}""")!.Value, member.Value, depth + 1);
        }

        json.WriteEndObject();
    }

    /// <summary>Already part of the joint decision; a weaker rule's must not come in again beside it.</summary>
    private static bool IsDecision(string member, int depth) =>
        depth switch
        {
            0 => member is "decision" or "reason" or "continue" or "stopReason" or "systemMessage",
            1 => member is "permissionDecision" or "permissionDecisionReason" or "additionalContext" or "hookEventName",
            _ => member is "behavior" or "message",
        };

    internal static JsonElement? TryParse(string text)
    {
        try
        {
            // Deeper than a payload may be: an answer can hold the whole input of a tool.
            return JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 512 }).RootElement;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? Payload.StringOf(value) : null;
}
