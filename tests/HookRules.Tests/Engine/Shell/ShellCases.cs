using System.Text.Json;
using HookRules.Engine;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Engine;

/// <summary>runs.cases: what the shell-aware conditions find in a command line.</summary>
public class ShellCases
{
    private const string ProjectDir = "/home/dev/project";

    public static TheoryData<string, string, string> Rows
    {
        get
        {
            var rows = new TheoryData<string, string, string>();
            var condition = "";
            foreach (var line in File.ReadAllLines(Repository.PathOf("tests", "HookRules.Tests", "Engine", "Shell", "runs.cases")))
            {
                if (line.Length == 0 || line.StartsWith('#'))
                    continue;
                if (line.StartsWith("where ", StringComparison.Ordinal))
                {
                    condition = line[6..];
                    continue;
                }

                var cells = line.Split('⇶');
                rows.Add(condition, Unescaped(cells[1].Trim()), cells[0].Trim());
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void ACommandLineIsSeenThrough(string condition, string command, string expected)
    {
        var payload = Bash(command);
        var context = new RouteContext(ProjectDir) { Home = "/home/dev" };
        var where = ShellConditions.Parse(condition);

        var holds = Holds(where);
        var found =
            holds ? "yes"
            : where is Condition.Runs runs && Holds(runs with { OrMay = true }) ? "maybe"
            : "no";
        if (!holds && Holds(new Condition.Opaque(FieldPath.Parse("command")!)))
            found += " opaque";
        found.ShouldBe(
            expected,
            $"{condition}: {string.Join(" ; ", ShellLine.Parse(command).Commands.Select(one => string.Join(' ', one.Words)))} "
                + $"{ShellLine.Parse(command).OpaqueReason}"
        );

        bool Holds(Condition one) => Router.Route(payload, [Rule(one)], context).Matched.Length == 1;
    }

    internal static Payload Bash(string command) =>
        Payload.TryParse(
            JsonSerializer.SerializeToUtf8Bytes(
                new
                {
                    hook_event_name = "PreToolUse",
                    tool_name = "Bash",
                    cwd = ProjectDir,
                    tool_input = new { command },
                }
            ),
            out _
        )!;

    internal static Rule Rule(Condition where) =>
        new()
        {
            Id = "r",
            Event = "PreToolUse",
            Where = where,
            Source = new SourceRef("main.hookrules", 1, 1, 1, 2),
        };

    /// <summary>In a table ⏎ is a line break.</summary>
    internal static string Unescaped(string cell) => cell.Replace('⏎', '\n');
}
