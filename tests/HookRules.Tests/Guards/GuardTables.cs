using System.Collections.Concurrent;
using System.Globalization;
using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Engine;
using HookRules.Tests.Packs;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Guards;

/// <summary>What the guards together stop, and what they leave alone, kind by kind: tables of <c>held</c> (denied or asked about) or
/// <c>free</c>, ⇶, and a command line or an event as in the packs' own tables. <c>##</c> begins a kind.</summary>
public sealed class GuardTables
{
    private static readonly string[] Tables = ["dangerous.cases", "spellings.cases"];

    private const double LeastHeld = 0.95;
    private const double MostHeldOfHarmless = 0.02;
    private const double MostHeldOfOrdinary = 0.01;

    private static readonly string[] Guards =
    [
        "bash-guard",
        "git-guard",
        "protect-files",
        "secrets",
        "cloud-guard",
        "database-guard",
        "release-guard",
        "system-guard",
        "network-guard",
        "backup-guard",
    ];

    private static readonly Lazy<RuleGraph> Graph = new(() =>
        Compilation.Create(new SourceText("main.hookrules", string.Concat(Guards.Select(guard => $"use std/{guard}\n")))).Graph
    );

    private sealed record Row(string Kind, string Expected, string Subject, bool IsHeld);

    public static TheoryData<string, string> Dangerous
    {
        get
        {
            var kinds = new TheoryData<string, string>();
            foreach (var file in Tables)
            foreach (var kind in Kinds(file))
                kinds.Add(file, kind);
            return kinds;
        }
    }

    public static TheoryData<string> Ordinary => [.. Kinds("daily.cases")];

    /// <summary>A small table may have one line that is not held.</summary>
    [Theory, MemberData(nameof(Dangerous))]
    public void WhatIsDangerousIsHeld(string file, string kind)
    {
        var rows = Read(file).Where(row => row.Kind == kind && row.Expected == "held").ToList();
        var missed = rows.Where(row => !row.IsHeld).ToList();
        missed.Count.ShouldBeLessThanOrEqualTo((int)Math.Ceiling(rows.Count * (1 - LeastHeld)), Shown(missed));
    }

    [Theory, InlineData("dangerous.cases"), InlineData("spellings.cases")]
    public void OfAllThatIsDangerousNearlyEverythingIsHeld(string file)
    {
        var rows = Read(file).Where(row => row.Expected == "held").ToList();
        rows.Count.ShouldBeGreaterThan(300);
        Share(rows, row => row.IsHeld).ShouldBeGreaterThanOrEqualTo(LeastHeld, Shown(rows.Where(row => !row.IsHeld)));
    }

    [Theory, InlineData("dangerous.cases"), InlineData("spellings.cases")]
    public void WhatLooksDangerousAndIsHarmlessIsFree(string file)
    {
        var rows = Read(file).Where(row => row.Expected == "free").ToList();
        rows.Count.ShouldBeGreaterThan(100);
        Share(rows, row => row.IsHeld).ShouldBeLessThanOrEqualTo(MostHeldOfHarmless, Shown(rows.Where(row => row.IsHeld)));
    }

    [Theory, MemberData(nameof(Ordinary))]
    public void OrdinaryLinesAreFree(string kind)
    {
        var rows = Read("daily.cases").Where(row => row.Kind == kind).ToList();
        rows.Count.ShouldBeGreaterThan(30);
        Share(rows, row => row.IsHeld).ShouldBeLessThanOrEqualTo(MostHeldOfOrdinary, Shown(rows.Where(row => row.IsHeld)));
    }

    private static double Share(List<Row> rows, Func<Row, bool> holds) => rows.Count(holds) / (double)rows.Count;

    private static string Shown(IEnumerable<Row> rows) => string.Join('\n', rows.Select(row => $"{row.Kind}: {row.Subject}"));

    private static IEnumerable<string> Kinds(string file) =>
        Lines(file).Where(line => line.StartsWith("## ", StringComparison.Ordinal)).Select(line => line[3..]);

    private static string[] Lines(string file) => File.ReadAllLines(Repository.PathOf("tests", "HookRules.Tests", "Guards", file));

    private static readonly ConcurrentDictionary<string, Lazy<List<Row>>> Rows = new(StringComparer.Ordinal);

    private static List<Row> Read(string file) => Rows.GetOrAdd(file, name => new Lazy<List<Row>>(() => [.. Judged(name)])).Value;

    private static IEnumerable<Row> Judged(string file)
    {
        var kind = "";
        var number = 0;
        foreach (var line in Lines(file))
        {
            number++;
            if (line.StartsWith("## ", StringComparison.Ordinal))
                kind = line[3..];
            if (line.Length == 0 || line[0] == '#')
                continue;
            var at = line.IndexOf('⇶', StringComparison.Ordinal);
            if (at < 0 || line[..at].Trim() is not ("held" or "free"))
                throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{file}:{number}: {line}"));
            var subject = line[(at + 1)..].Trim();
            yield return new Row(kind, line[..at].Trim(), subject, IsHeld(subject, ignoresCase: kind == "names in another case"));
        }
    }

    private static bool IsHeld(string subject, bool ignoresCase)
    {
        var payload = Payload.TryParse(PackTable.Payload(subject), out _)!;
        var context = new RouteContext("/home/dev/project") { Home = "/home/dev", IgnoresCase = ignoresCase };
        return Router
            .Route(payload, Graph.Value.Rules, context)
            .Matched.Any(rule => rule.Decisions.Any(step => step.Kind is DecisionKind.Deny or DecisionKind.Ask));
    }
}
