using System.Text;

namespace HookRules.Benchmarks;

/// <summary>Inputs that are meant to be slow: none may take the hook more than fifty milliseconds.</summary>
internal static class InputBenchmarks
{
    private const int Megabyte = 1 << 20;

    private const string Guard = "rule g:\n  on before Bash where command matches /(a+)+b[0-9]*c$/\n  -> deny \"no\"\n";

    public static void Run(Lab lab, Report report)
    {
        report.Group("Awkward inputs (through a pipe, the writing included)");
        var one = lab.Compile("consumer manual\n" + Guard);
        var many = lab.Compile(
            "consumer manual\n"
                + string.Concat(
                    Enumerable
                        .Range(0, 200)
                        .Select(i =>
                            Guard
                                .Replace("rule g", $"rule g{i}", StringComparison.Ordinal)
                                .Replace("b[", $"b{i}[", StringComparison.Ordinal)
                        )
                )
        );
        var mixed = new StringBuilder();
        while (mixed.Length < 3 * Megabyte)
            mixed.Append("aaaa b17c echo \\\"é\\\"\\n rm -rf x; ");
        (string Name, Project Project, byte[] Input)[] inputs =
        [
            ("nothing", one, []),
            ("1 MB of garbage", one, Encoding.ASCII.GetBytes(new string('x', Megabyte))),
            ("1 MB of '['", one, Encoding.ASCII.GetBytes(new string('[', Megabyte))),
            (
                "3 MB of numbers",
                one,
                Payloads.Of(
                    "PreToolUse",
                    "Bash",
                    $"{{\"command\":\"ls\",\"list\":[{string.Join(',', Enumerable.Repeat("1", 3 * Megabyte / 2))}]}}"
                )
            ),
            ("command of 3 MB of 'a', 1 guard", one, Payloads.Bash(new string('a', 3 * Megabyte))),
            ("mixed command of 3 MB, 1 guard", one, Payloads.Bash(mixed.ToString())),
            ("command of 3 MB of 'a', 200 guards", many, Payloads.Bash(new string('a', 3 * Megabyte))),
            ("mixed command of 1 MB, 200 guards", many, Payloads.Bash(mixed.ToString(0, Megabyte))),
            ("50 MB", one, Payloads.Bash(new string('a', 50 * Megabyte))),
        ];
        foreach (var (name, project, input) in inputs)
        {
            var hook = project.Hook(input, "PreToolUse");
            var nothing = new Child([Lab.Find("cat")!], lab.Environment, input);
            var both = Series.Interleave(lab.Options.Rounds(15), (name, hook.Run), ("cat >/dev/null", nothing.Run));
            report.Add(both[0], both[1], Comparing.Difference, 50);
        }
    }
}
