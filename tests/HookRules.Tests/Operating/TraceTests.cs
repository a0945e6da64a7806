using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using HookRules.Engine;
using HookRules.Runtime.Operating;
using HookRules.Runtime.Tracing;
using HookRules.Tests.Cli;
using HookRules.Tests.Hook;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Operating;

/// <summary><c>hookrules trace</c> over journals with known answers, over random ones, and over runs of real programs.</summary>
public sealed partial class TraceTests
{
    private static readonly (string Name, string Expected, string[] Runs)[] Cases =
    [
        .. File.ReadAllText(Repository.PathOf("tests", "HookRules.Tests", "Operating", "traces.cases"))
            .Split("\n\n", StringSplitOptions.RemoveEmptyEntries)[1..]
            .Select(text => text.Trim('\n').Split('\n'))
            .Select(lines => (lines[0].Split(" ⇶ ")[0], lines[0].Split(" ⇶ ")[1], lines[1..])),
    ];

    public static TheoryData<string> Names => [.. Cases.Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void AJournalHasItsKnownAnswer(string name)
    {
        var (_, expected, runs) = Cases.Single(one => one.Name == name);
        using var project = new JournalProject(TraceJournal.Of(runs).Text);
        var json = project.Json();
        var cascades = json.GetProperty("cascades").EnumerateArray().ToList();

        var verdicts = cascades.Select(cascade => cascade.GetProperty("verdict").GetString()).ToList();
        string.Join(", ", verdicts).ShouldBe(expected.Split("; ")[0]);
        foreach (var figure in expected.Split("; ").Skip(1).SelectMany(figures => figures.Split(", ")))
        {
            var (word, value) = (figure.Split(' ')[0], figure.Split(' ')[1]);
            var found = word switch
            {
                "cascades" => Number(cascades.Count),
                "runs" => Number(cascades.Sum(cascade => cascade.GetProperty("runs").GetArrayLength())),
                "most" => Number(cascades.Max(cascade => cascade.GetProperty("most_at_once").GetInt32())),
                _ => string.Join('+', cascades.Select(cascade => cascade.GetProperty(word + "_ms").GetInt64())),
            };
            found.ShouldBe(value, figure);
        }

        // Each has its line, in the same order.
        project
            .Run("trace")
            .Out.Split('\n')
            .Where(line => line.StartsWith("verdict: ", StringComparison.Ordinal))
            .ShouldBe(verdicts.Select(verdict => $"verdict: {verdict}"));
    }

    [Fact]
    public void BoundsHoldInEveryJournal()
    {
        const int Journals = 1000;
        for (var seed = 0; seed < Journals; seed++)
        {
            var lines = Random(new Random(seed));
            var trace = Trace.Of(TraceJournal.Of(lines).Entries, cores: 2);
            var because = $"seed {seed}\n{string.Join('\n', lines)}";
            foreach (var (timing, runs) in trace.Cascades.Select(one => (one.Timing, one.Runs)).Append((trace.Total, trace.Runs)))
            {
                var waits = runs.Sum(run => run.WaitMs);
                timing.CriticalMs.ShouldBeInRange(0, timing.WallMs, because);
                timing.WallMs.ShouldBeLessThanOrEqualTo(timing.SumMs + waits, because);
                timing.BusyMs.ShouldBeInRange(0, Math.Min(timing.WallMs, timing.SumMs), because);
                timing.MostAtOnce.ShouldBeInRange((int)Math.Floor(timing.SpeedUp), runs.Length, because);
            }

            trace.Cascades.Sum(cascade => cascade.Runs.Length).ShouldBe(lines.Count, $"seed {seed}");
        }
    }

    [Fact]
    public void AnEventASessionOrATimeChooses()
    {
        var journal = TraceJournal.Of(["e1@0 lint 5-305", "e22@12000 lint 12005-12305"]);
        using var project = new JournalProject(journal.Text);
        Count(project.Json("e1")).ShouldBe(1);
        Count(project.Json("e2")).ShouldBe(1);
        project.Json("e2").GetProperty("claude_waited_ms").GetDouble().ShouldBe(2.5);
        Count(project.Json("--session", "s")).ShouldBe(2);
        Count(project.Json("--session", "t")).ShouldBe(0);
        Count(project.Json("--last", "300d")).ShouldBe(2);
        Count(project.Json("--last", "1ms")).ShouldBe(0);
        project.Run("trace", "e").ShouldBe(new CliResult(3, "", "hookrules: 2 events begin with e\n"));
        project.Run("trace", "x").ExitCode.ShouldBe(3);
        project.Run("trace", "--last", "soon").ShouldBe(new CliResult(2, "", "hookrules: --last: soon is no time; 30m, 1h and 7d are\n"));
        project.Run("trace", "e1", "--last", "1h").ExitCode.ShouldBe(2);

        static int Count(JsonElement json) => json.GetProperty("cascades").GetArrayLength();
    }

    [Fact]
    public void APageAsksNobodyAndReadsNoTextAsMarkup()
    {
        const string Hostile = "</script><script>alert(1)</script><img src=x onerror=alert(2)>{{ data }}\u2028";
        var journal = TraceJournal.Of(["e1@0 lint 5-305", "e1@0 test 5-305 failed"]).Text;
        var hostile = journal
            .Replace("\"test\"", JsonSerializer.Serialize(Hostile), StringComparison.Ordinal)
            .Replace("\"s1\"", JsonSerializer.Serialize(Hostile), StringComparison.Ordinal);
        using var project = new JournalProject(hostile);
        project.Run("trace", "--html", "trace.html").ExitCode.ShouldBe(0);
        var page = project.Read("trace.html");

        page.ShouldNotContain("<img");
        page.ShouldNotContain("alert(1)</script>");
        Tag("script").Count(page).ShouldBe(2);
        // No address but the one that names a language.
        Address().Matches(page).Select(match => match.Value).Distinct().ShouldBe(["http://www.w3.org/2000/svg"]);
        var policy = Policy().Match(page).Groups[1].Value;
        policy.ShouldStartWith("default-src 'none'; ");
        foreach (var (name, kind) in new[] { ("script", "script-src"), ("style", "style-src") })
        {
            var content = Regex.Match(page, $"<{name}>(.*?)</{name}>", RegexOptions.Singleline).Groups[1].Value;
            var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(content)));
            policy.ShouldContain($"{kind} 'sha256-{hash}'");
        }

        var data = JsonDocument.Parse(Data().Match(page).Groups[1].Value).RootElement;
        data.GetProperty("texts").EnumerateArray().Select(text => text.GetString()).ShouldContain(Hostile);
    }

    [Fact]
    public void FiveThousandRunsAreAPageOf400KilobytesAtMost()
    {
        var lines = Enumerable
            .Range(0, 5000)
            .Select(i =>
                $"{(1_790_000_000_000_000 + (i * 77_000)):D16}-000001-{Hex(i)}@{i * 77} {(i % 3 == 0 ? "lint" : "test")} "
                + $"{(i * 77) + 9}-{(i * 77) + 60 + (i * 7919 % 900)} busy={i % 9} cpu={i % 300}{(i % 11 == 0 ? " failed" : "")}"
            );
        using var project = new JournalProject(
            TraceJournal
                .Of(lines)
                .Text.Replace("\"files\":[]", "\"files\":[\"/home/somebody/project/src/some/file.py\"]", StringComparison.Ordinal)
        );
        project.Run("trace", "--html", "trace.html").ExitCode.ShouldBe(0);
        new FileInfo(project.PathOf("trace.html")).Length.ShouldBeLessThan(400_000);

        // As random as the tag of a process.
        static string Hex(int i) => Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(i)))[..12];
    }

    [Fact]
    public void RealRunsOfOneEventAreParallelAndWhatAnAwaitTookIsToldApart()
    {
        using var project = new OperatedProject(
            """
            consumer manual
            action lint = shell "sleep 1.5"
            action test = shell "sleep 1.5"

            on Write *.py -> lint, test
            on Stop -> await lint, test

            """
        );
        project.Start("run");
        project.Until(() => ConsumerLook.At(project.State).Runs, "no consumer comes");
        project.Wrote("a.py");
        project.Hook(HookProject.Payload("Stop", "\"stop_hook_active\":false", "s1"));
        JsonElement json = default;
        project.Until(
            () => (json = project.Json("trace.schema.json", "trace")).GetProperty("total").GetProperty("runs").GetInt32() == 2,
            "they do not run"
        );
        var cascade = json.GetProperty("cascades").EnumerateArray().Single();
        cascade.GetProperty("verdict").GetString().ShouldBe("parallel");
        cascade.GetProperty("most_at_once").GetInt32().ShouldBe(2);
        json.GetProperty("claude_awaited_ms").GetInt64().ShouldBeInRange(100, 60_000);
        json.GetProperty("claude_waited_ms").GetDouble().ShouldBeInRange(0.1, 20_000);
        project.Run("trace").Stdout.ShouldContain("in 1 await");
        project.Run("run", "--stop").ExitCode.ShouldBe(0);
    }

    private static List<string> Random(Random random)
    {
        var lines = new List<string>();
        var published = 0;
        for (var e = random.Next(1, 12); e > 0; e--)
        {
            published += random.Next(4) == 0 ? random.Next(9000) : random.Next(300);
            var (start, cause) = (published, "");
            for (var r = random.Next(1, 4); r > 0; r--)
            {
                start += random.Next(0, 1500);
                var end = start + random.Next(0, 800);
                var waits = string.Concat(
                    new[] { "window", "later", "throttle", "busy", "concurrency", "slot" }
                        .Where(_ => random.Next(4) == 0)
                        // Also more than there was time for.
                        .Select(name => $" {name}={random.Next(0, 2000)}")
                );
                var first = random.Next(5) == 0 ? $"m{e}@{Math.Max(0, published - random.Next(900))}+" : "";
                lines.Add($"{first}e{e}@{published} a{random.Next(4)}{r} {start}-{end}{waits}{cause} turn=p{random.Next(3)}");
                if (random.Next(2) == 0)
                    (start, cause) = (end, random.Next(2) == 0 ? " stage" : "");
            }
        }

        return lines;
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static Regex Tag(string name) => new($"<{name}[ >]");

    [GeneratedRegex("[a-z]+://[^'\"\\s<]*")]
    private static partial Regex Address();

    [GeneratedRegex("http-equiv=\"Content-Security-Policy\" content=\"([^\"]*)\"")]
    private static partial Regex Policy();

    [GeneratedRegex("<script type=\"application/json\"[^>]*>(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Data();

    /// <summary>A project of which there is nothing but a plan and a journal.</summary>
    private sealed class JournalProject : IDisposable
    {
        private readonly CliProject project;
        private readonly string states = Directory.CreateTempSubdirectory("hookrules traced-").FullName;

        public JournalProject(string journal)
        {
            project = new CliProject { Environment = name => name == "XDG_STATE_HOME" ? states : null };
            project.Write(".claude/hookrules/plan.json", "{}");
            var state = StateFolder.Locate(project.Folder, project.Environment);
            Directory.CreateDirectory(state.Path);
            File.WriteAllText(state.Runs, journal);
        }

        public CliResult Run(params string[] args) => project.Run(args);

        public JsonElement Json(params string[] args)
        {
            var result = Run(["trace", .. args, "--format", "json"]);
            (result.ExitCode, result.Error).ShouldBe((0, ""));
            OperatedProject.Check("trace.schema.json", result.Out);
            return JsonDocument.Parse(result.Out).RootElement;
        }

        public string PathOf(string file) => project.PathOf(file);

        public string Read(string file) => project.Read(file);

        public void Dispose()
        {
            project.Dispose();
            Directory.Delete(states, recursive: true);
        }
    }
}
