using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using HookRules.Engine;

namespace HookRules.Hook;

/// <summary>Makes sure that somebody works off the queue: the installed runtime beside this program, never a script of the
/// repository.</summary>
internal static class ConsumerStart
{
    /// <returns>Null, or why there is none.</returns>
    public static HookFailure? Ensure(StateFolder state, string planPath, string projectDir) => Ensure(state, planPath, projectDir, out _);

    /// <inheritdoc cref="Ensure(StateFolder, string, string)"/>
    public static HookFailure? Ensure(StateFolder state, string planPath, string projectDir, out bool hasStarted)
    {
        hasStarted = false;
        // Whoever gets the lock starts the consumer and hands the lock over: of many hooks at once only one does.
        using var free = FileLock.TryAcquire(state.ConsumerLock, out var problem);
        if (free is null)
            return problem is not null ? HookFailure.Consumer(problem)
                : ConsumerRecord.FindHanging(state) is { } hanging ? HookFailure.ConsumerHangs(hanging.Pid)
                : null;

        var now = TimeProvider.System.GetUtcNow();
        if (StartRecord.IsInVain(state, now))
            return HookFailure.ConsumerEnds(StartRecord.LastWords(state));
        StartRecord.Note(state, now);
        var program = Path.Join(Path.GetDirectoryName(Environment.ProcessPath), ProjectLayout.CommandLineProgram);
        var failed = ChildProcess.StartDetached(
            new ChildSpec
            {
                Argv =
                [
                    program,
                    "run",
                    ProjectLayout.PlanArgument,
                    planPath,
                    "--idle-exit",
                    "--plan-format",
                    PlanFile.Format.ToString(CultureInfo.InvariantCulture),
                ],
                Folder = Directory.Exists(projectDir) ? projectDir : Path.GetPathRoot(program)!,
                Environment = Variables(),
            },
            free,
            StartRecord.Errors(state)
        );
        hasStarted = failed is null;
        return failed is null ? null : HookFailure.Consumer(failed);
    }

    private static ImmutableArray<KeyValuePair<string, string>> Variables()
    {
        var variables = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
            if (variable.Value is string value)
                variables.Add(new((string)variable.Key, value));
        return variables.ToImmutable();
    }
}
