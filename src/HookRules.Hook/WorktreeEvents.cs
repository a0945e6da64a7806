using System.Text.Json;
using HookRules.Engine;

namespace HookRules.Hook;

/// <summary>Where hooks do the work themselves and Claude Code reads no decision: a plain path on stdout says that a worktree is made, an
/// exit code that something failed.</summary>
internal static class WorktreeEvents
{
    public static bool Contain(string @event) => HookEvents.Find(@event) is { IsDoneByHooks: true };

    /// <summary>A worktree is to be made, and its path said.</summary>
    public static bool IsCreation(HookEvent? @event) => @event?.Answer == AnswerForm.Path;

    /// <summary>A rule that replies with the path needs no action to print it.</summary>
    public static bool SaysPath(Rule rule) => rule.Replies.Any(reply => reply.Name == OutputField.WorktreePath);

    /// <summary>The folder that an action made, absolute: in <c>hookSpecificOutput.worktreePath</c>, else the last line that is not
    /// empty.</summary>
    /// <param name="problem">Where that is no folder.</param>
    public static string? PathIn(string stdout, string projectDir, out string? problem)
    {
        var text = stdout.Trim();
        if (text.StartsWith('{') && SyncResults.TryParse(text) is { } json)
            text = Field(json) ?? "";
        return Folder(text[(text.LastIndexOf('\n') + 1)..], projectDir, "it printed", out problem);
    }

    private static string? Folder(string text, string projectDir, string verb, out string? problem)
    {
        var line = text.Trim();
        var path = line.Length > 0 && !line.Contains('\0') ? Path.GetFullPath(line, projectDir) : null;
        problem =
            path is null ? $"{verb} no path"
            : Directory.Exists(path) ? null
            : $"{verb} {path}, which is no folder";
        return problem is null ? path : null;
    }

    /// <summary>What Claude Code takes: a worktree without a path is none, and one that could not be removed is still there.</summary>
    /// <param name="isClosed">The hook must not be skipped.</param>
    public static WireOutput Answer(
        string @event,
        Decision decision,
        SyncResults? sync,
        IReadOnlyCollection<HookFailure> failures,
        bool isClosed,
        string projectDir
    )
    {
        var isGuarded = failures.Any(failure => failure.Guards);
        string? problem = null;
        if (IsCreation(HookEvents.Find(@event)))
        {
            // Simulations show the same line for a reply.
            var replied = DecisionWire.Write(@event, decision).Stdout;
            var path = sync?.WorktreePath ?? (replied.Length > 0 ? Folder(replied, projectDir, "a rule replied with", out problem) : null);
            if (path is not null && !isGuarded)
                return new WireOutput(path, "", 0);
        }
        else if (sync?.Failures.Count is null or 0 && !(isGuarded && isClosed))
        {
            return WireOutput.Silent;
        }

        var reasons = failures.Select(failure => failure.Message).ToList();
        if (problem is not null)
            reasons.Add(problem);
        if (reasons.Count == 0)
            reasons.Add("no rule said where the worktree is");
        return new WireOutput("", string.Concat(reasons.Select(reason => Printable.Text($"hookrules: {reason}") + "\n")), 1);
    }

    private static string? Field(JsonElement json) =>
        json.TryGetProperty("hookSpecificOutput", out var specific)
        && specific.ValueKind == JsonValueKind.Object
        && specific.TryGetProperty("worktreePath", out var path)
        && path.ValueKind == JsonValueKind.String
            ? Payload.StringOf(path)
            : null;
}
