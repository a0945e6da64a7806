using HookRules.Engine;

namespace HookRules.Hook;

/// <summary>The command line that the settings emitter writes, with what the launcher puts before it.</summary>
/// <param name="Plan">The file to interpret.</param>
/// <param name="PlanHash">What the compiler saw last; null where nobody says.</param>
/// <param name="Event">The event of the entry, known before the payload is read.</param>
/// <param name="Closed">A failure blocks: the entry has <c>onFailure: block</c>.</param>
/// <param name="Wakes">It runs in the background and wakes an idle session with what fails.</param>
internal sealed record HookArguments(string? Plan, string? PlanHash, string? Event, bool Closed, bool Wakes = false)
{
    /// <summary>Asked by <c>hookrules doctor</c>, through the launcher: which program is it?</summary>
    public bool Probe { get; private init; }

    public static HookArguments Parse(ReadOnlySpan<string> args)
    {
        string? plan = null,
            hash = null,
            @event = null;
        bool closed = false,
            wakes = false,
            probe = false;
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case ProjectLayout.PlanArgument when i + 1 < args.Length:
                    plan = args[++i];
                    break;
                case ProjectLayout.PlanHashArgument when i + 1 < args.Length:
                    hash = args[++i];
                    break;
                case ProjectLayout.EventArgument when i + 1 < args.Length:
                    @event = args[++i];
                    break;
                case ProjectLayout.ClosedArgument:
                    closed = true;
                    break;
                case ProjectLayout.WakeArgument:
                    wakes = true;
                    break;
                case ProjectLayout.ProbeArgument:
                    probe = true;
                    break;
            }
        }

        // A client that does not know args starts the hook with none; what its entry would have named is the project's plan.
        if (args.IsEmpty && Environment.GetEnvironmentVariable("CLAUDE_PROJECT_DIR") is { Length: > 0 } project)
            plan = Path.Join(project, ProjectLayout.ClaudeFolder, ProjectLayout.Folder, ProjectLayout.Plan);
        return new HookArguments(plan, hash, @event, closed, wakes) { Probe = probe };
    }
}
