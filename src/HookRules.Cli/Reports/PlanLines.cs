using System.Text;
using HookRules.Compiler.Emit;

namespace HookRules.Cli.Reports;

/// <summary>What people look for in a plan that changed: its settings, actions and rules, a line each; where these are the same, the files
/// that it is of. The tables by which the hook finds them and the positions are left out.</summary>
internal static class PlanLines
{
    private const string Body = "\"body\":{",
        Sources = "\"sources\":[";
    private static readonly string[] Meaning = [Body, "{\"name\":", "{\"id\":"],
        Files = [Sources, "{\"path\":"];

    public static FileChange Of(FileChange plan)
    {
        var meaning = With(plan, Meaning);
        return meaning is { Before: { } before, After: { } after } && before.AsSpan().SequenceEqual(after) ? With(plan, Files) : meaning;
    }

    private static FileChange With(FileChange plan, string[] shown) =>
        plan with
        {
            Before = Lines(plan.Before, shown),
            After = Lines(plan.After, shown),
        };

    private static byte[]? Lines(byte[]? plan, string[] shown) =>
        plan is null
            ? null
            : Encoding.UTF8.GetBytes(
                string.Concat(
                    from line in Encoding.UTF8.GetString(plan).Split('\n')
                    where shown.Any(start => line.StartsWith(start, StringComparison.Ordinal))
                    select Inner(line).TrimEnd(',', ' ') + "\n"
                )
            );

    private static string Inner(string line) =>
        line.StartsWith(Body, StringComparison.Ordinal) ? line[Body.Length..]
        : line.StartsWith(Sources, StringComparison.Ordinal) ? line[Sources.Length..]
        : line;
}
