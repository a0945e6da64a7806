using System.Text;

namespace HookRules.Cli.Reports;

/// <summary>What people look for in a plan that changed: its settings, actions and rules, a line each. The tables by which the hook finds
/// them, hashes and positions are left out.</summary>
internal static class PlanLines
{
    private const string Body = "\"body\":{";
    private static readonly string[] Shown = [Body, "{\"name\":", "{\"id\":"];

    public static byte[]? Of(byte[]? plan) =>
        plan is null
            ? null
            : Encoding.UTF8.GetBytes(
                string.Concat(
                    Encoding
                        .UTF8.GetString(plan)
                        .Split('\n')
                        .Where(line => Shown.Any(start => line.StartsWith(start, StringComparison.Ordinal)))
                        .Select(line =>
                            (line.StartsWith(Body, StringComparison.Ordinal) ? line[Body.Length..] : line).TrimEnd(',', ' ') + "\n"
                        )
                )
            );
}
