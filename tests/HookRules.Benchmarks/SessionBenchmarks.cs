using System.Globalization;
using System.Text;
using HookRules.Engine;

namespace HookRules.Benchmarks;

/// <summary>What it costs the hook that failures come back to Claude, and how soon a held event goes on.</summary>
internal static class SessionBenchmarks
{
    private const int History = 10_000;
    private const string Session = "11111111-1111-4111-8111-111111111111";

    private const string Plain = "consumer manual\naction lint = run \"true\"\non Write *.py -> lint\non Stop -> warn \"x\"\n";
    private const string Told =
        "consumer manual\naction lint = run \"true\" feedback\non Write *.py -> lint\non Stop -> warn \"x\"\non Stop -> await lint\n";

    public static void Run(Lab lab, Report report)
    {
        report.Group("Coming back to Claude: the whole hook process");
        var (plain, told, beside) = (lab.Compile(Plain), lab.Compile(Told), lab.Compile(Told));
        for (var i = 0; i < History; i++)
            Fail(beside, string.Create(CultureInfo.InvariantCulture, $"session {i}"));
        var series = Series
            .Interleave(
                lab.Options.Rounds(200),
                ("an event is queued", Write(plain)),
                ("the same, awaited and fed back", Write(told)),
                ("the same beside 10,000 sessions", Write(beside)),
                ("Stop", Stop(plain)),
                ("Stop with await, nothing queued", StopOf(told, "nothing"))
            )
            .ToDictionary(one => one.Name);
        report.Add(series["the same, awaited and fed back"], series["an event is queued"], Comparing.Difference, 0.1);
        report.Add(series["the same beside 10,000 sessions"], series["the same, awaited and fed back"], Comparing.Difference, 0.1);
        report.Add(series["Stop with await, nothing queued"], series["Stop"], Comparing.Difference, 0.1);
    }

    private static Func<double> Write(Project project) => project.Hook(Payloads.Write(project.Folder + "/src/a.py")).Run;

    private static Func<double> Stop(Project project) => StopOf(project, Session);

    private static Func<double> StopOf(Project project, string session) =>
        project
            .Hook(
                Encoding.UTF8.GetBytes($$"""{"session_id":"{{session}}","cwd":"/tmp","hook_event_name":"Stop","stop_hook_active":false}""")
            )
            .Run;

    private static void Fail(Project project, string session)
    {
        var folder = SessionFolder.Of(project.State, session);
        Directory.CreateDirectory(folder.Path);
        Lab.Write(folder.Failing, "[]"u8);
        Lab.Write(folder.Told, "f 1.2 3 4 5 6\n"u8);
    }
}
