using HookRules.Engine;

namespace HookRules.Hook;

/// <summary>The setting <c>feedback wake</c>: a second process at Stop, in the background, that waits for what the session has queued and
/// wakes it where something failed.</summary>
internal static class Waking
{
    private const int WakesSession = 2;
    private const string Interactive = "cli";
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);

    /// <summary>Null where there is nothing to wake it for. Outside of the terminal client nobody is idle: there it would be waited
    /// for.</summary>
    public static Telling? Run(StateFolder state, Payload payload, string planPath, string projectDir, GraphSettings settings)
    {
        if (Environment.GetEnvironmentVariable("CLAUDE_CODE_ENTRYPOINT") != Interactive || payload.Session is null)
            return null;
        Awaiting.InBackground(settings.Awaited, SessionNeeds.LongestWake - Margin, state, payload, planPath, projectDir, settings.Consumer);
        return Telling.AsFeedback(state, payload, new TellingTime(TimeProvider.System)) is { Text.Length: > 0 } telling ? telling : null;
    }

    public static WireOutput Answer(Telling telling) => new("", Printable.Text(telling.Text) + "\n", WakesSession);
}
