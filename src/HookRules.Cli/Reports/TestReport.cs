using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Xml;
using HookRules.Cli.Commands;
using HookRules.Compiler.Diagnostics;
using HookRules.Engine;
using HookRules.Simulation.Cases;
using HookRules.Simulation.Coverage;
using HookRules.Simulation.Mutants;

namespace HookRules.Cli.Reports;

/// <summary>How the cases ended.</summary>
/// <param name="Problems">What could not be read or compiled.</param>
/// <param name="Coverage">Null where nobody asked.</param>
/// <param name="Mutants">Null where nobody asked.</param>
internal sealed record TestResult(
    ImmutableArray<CaseSuite> Suites,
    IReadOnlyCollection<Diagnostic> Problems,
    RuleCoverage? Coverage,
    MutantRun? Mutants
)
{
    /// <summary>How many percent have to be reached.</summary>
    public double? Least { get; init; }

    public IEnumerable<CaseResult> Results => Suites.SelectMany(suite => suite.Results);

    public int Passed => Results.Count(result => result.Passed);

    public int Failed => Results.Count(result => !result.Passed);

    public bool IsBelow => Least is { } least && Coverage is { } coverage && coverage.Percent < least;

    public string Counts => string.Create(CultureInfo.InvariantCulture, $"{Passed} passed, {Failed} failed");
}

/// <summary>Prints how cases ended: for people, for programs, for CI.</summary>
internal static class TestReport
{
    public static void Write(Cli cli, TestCommand.Format format, TestResult result, IReadOnlyCollection<SourceText> sources)
    {
        switch (format)
        {
            case TestCommand.Format.Json:
                cli.Print(output => WriteJson(output, result));
                break;
            case TestCommand.Format.Junit:
                cli.Show(result.Problems, sources);
                cli.Print(output => WriteJunit(output, result));
                break;
            case TestCommand.Format.Github:
                DiagnosticReport.Write(cli, DiagnosticFormat.Github, Diagnostics(result), sources);
                cli.Out.WriteLine(result.Counts);
                break;
            case TestCommand.Format.Sarif:
                DiagnosticReport.Write(cli, DiagnosticFormat.Sarif, Diagnostics(result), sources);
                break;
            default:
                cli.Show(result.Problems, sources);
                WriteText(cli, result);
                break;
        }
    }

    /// <summary>What could not be read, and each case that failed.</summary>
    private static List<Diagnostic> Diagnostics(TestResult result) =>
        [.. result.Problems, .. result.Results.Where(one => !one.Passed).Select(Failure)];

    private static Diagnostic Failure(CaseResult one) =>
        DiagnosticCatalog.CaseFailed(
            one.Case.At,
            $"{one.Case.Title}: expected {one.Expected}, came {one.Came}{string.Concat(one.Why.Select(why => $"; {why}"))}",
            "mend the rule, or the case"
        );

    private static void WriteText(Cli cli, TestResult result)
    {
        foreach (var one in result.Results.Where(one => !one.Passed))
        {
            Line($"{one.Case.At.File}:{one.Case.At.Line}: failed: {one.Case.Title}");
            Line($"  expected: {one.Expected}");
            Line($"  came:     {one.Came}");
            foreach (var why in one.Why)
                Line($"  {why}");
        }

        if (result.Coverage is { } coverage)
        {
            foreach (var part in coverage.Missing)
                Line($"{part.At.File}:{part.At.Line}: not reached: {(part.Kind == "pack rule" ? "pack's " : "")}{part.What}");
            Line(Sum(coverage));
            if (result.IsBelow)
                cli.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"hookrules: less than {result.Least:0.##} % is reached."));
        }

        if (result.Mutants is { } mutants)
        {
            foreach (var survivor in mutants.Survivors)
            {
                Line($"{survivor.Rule.Source.File}:{survivor.Rule.Source.Line}: survived: {Name(survivor.Rule)}: {survivor.What}");
                Line(survivor.Line is { } line ? $"  add: {line}" : "  no case found that tells them apart: they may mean the same");
            }

            Line(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"mutants: {mutants.Tried} tried, {mutants.Killed} noticed, {mutants.Survivors.Length} survived"
                )
            );
        }

        cli.Out.WriteLine(result.Counts);

        void Line(string text) => cli.Out.WriteLine(Printable.Line(text));
    }

    private static string Sum(RuleCoverage coverage) =>
        string.Create(CultureInfo.InvariantCulture, $"coverage: {Shown(coverage.Percent)} % ({coverage.Reached} of {coverage.Total})");

    // Rounded down: what is not all is never shown as all.
    private static string Shown(double percent) => (Math.Floor(percent * 10) / 10).ToString("0.#", CultureInfo.InvariantCulture);

    private static string Name(Rule rule) => rule.Name ?? rule.Id;

    private static void WriteJson(Stream output, TestResult result)
    {
        using var json = new Utf8JsonWriter(output, JsonLayout.Readable);
        json.WriteStartObject();
        json.WriteStartArray("cases");
        foreach (var one in result.Results)
        {
            json.WriteStartObject();
            json.WriteString("file", one.Case.At.File);
            json.WriteNumber("line", one.Case.At.Line);
            json.WriteString("case", one.Case.Title);
            json.WriteString("status", one.Passed ? "passed" : "failed");
            json.WriteString("expected", one.Expected);
            json.WriteString("came", one.Came);
            if (!one.Passed)
                json.WriteStrings("why", one.Why);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("passed", result.Passed);
        json.WriteNumber("failed", result.Failed);
        if (result.Coverage is { } coverage)
            WriteCoverage(json, coverage);
        if (result.Mutants is { } mutants)
            WriteMutants(json, mutants);
        json.WritePropertyName("diagnostics");
        DiagnosticPrinter.WriteJsonArray(json, result.Problems);
        json.WriteEndObject();
    }

    private static void WriteCoverage(Utf8JsonWriter json, RuleCoverage coverage)
    {
        json.WriteStartObject("coverage");
        json.WriteNumber("percent", Math.Floor(coverage.Percent * 100) / 100);
        json.WriteNumber("reached", coverage.Reached);
        json.WriteNumber("of", coverage.Total);
        json.WriteStartArray("missing");
        foreach (var part in coverage.Missing)
        {
            json.WriteStartObject();
            json.WriteString("kind", part.Kind);
            json.WriteString("file", part.At.File);
            json.WriteNumber("line", part.At.Line);
            json.WriteString("what", part.What);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteMutants(Utf8JsonWriter json, MutantRun mutants)
    {
        json.WriteStartObject("mutants");
        json.WriteNumber("tried", mutants.Tried);
        json.WriteNumber("killed", mutants.Killed);
        json.WriteStartArray("survivors");
        foreach (var survivor in mutants.Survivors)
        {
            json.WriteStartObject();
            json.WriteString("rule", Name(survivor.Rule));
            json.WriteString("file", survivor.Rule.Source.File);
            json.WriteNumber("line", survivor.Rule.Source.Line);
            json.WriteString("what", survivor.What);
            if (survivor.Line is { } line)
                json.WriteString("add", line);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteJunit(Stream output, TestResult result)
    {
        using var xml = XmlWriter.Create(output, new XmlWriterSettings { Indent = true, NewLineChars = "\n" });
        xml.WriteStartElement("testsuites");
        Count(xml, result.Results.Count(), result.Failed, result.Problems.Count);
        foreach (var file in result.Results.GroupBy(one => one.Case.At.File))
        {
            xml.WriteStartElement("testsuite");
            xml.WriteAttributeString("name", Clean(file.Key));
            Count(xml, file.Count(), file.Count(one => !one.Passed), 0);
            foreach (var one in file)
            {
                xml.WriteStartElement("testcase");
                xml.WriteAttributeString("classname", Clean(file.Key));
                xml.WriteAttributeString("name", Clean(one.Case.Title));
                xml.WriteAttributeString("file", Clean(file.Key));
                xml.WriteAttributeString("line", one.Case.At.Line.ToString(CultureInfo.InvariantCulture));
                if (!one.Passed)
                {
                    xml.WriteStartElement("failure");
                    xml.WriteAttributeString("message", Clean($"expected {one.Expected}, came {one.Came}"));
                    xml.WriteString(Clean(string.Join('\n', one.Why)));
                    xml.WriteEndElement();
                }

                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }

        WriteProblems(xml, result.Problems);
        xml.WriteEndElement();
    }

    private static void WriteProblems(XmlWriter xml, IReadOnlyCollection<Diagnostic> problems)
    {
        foreach (var file in problems.GroupBy(problem => problem.At.File))
        {
            xml.WriteStartElement("testsuite");
            xml.WriteAttributeString("name", Clean(file.Key));
            Count(xml, file.Count(), 0, file.Count());
            foreach (var problem in file)
            {
                xml.WriteStartElement("testcase");
                xml.WriteAttributeString("classname", Clean(file.Key));
                xml.WriteAttributeString("name", Clean(problem.At.ToString()));
                xml.WriteStartElement("error");
                xml.WriteAttributeString("message", Clean($"{problem.Message}; {problem.Fix}"));
                xml.WriteEndElement();
                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }
    }

    private static void Count(XmlWriter xml, int tests, int failures, int errors)
    {
        xml.WriteAttributeString("tests", tests.ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("failures", failures.ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("errors", errors.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>XML has no way to write control characters and halves of pairs.</summary>
    private static string Clean(string text) =>
        string.Concat(
            Printable
                .Text(text)
                .EnumerateRunes()
                .Select(rune => XmlConvert.IsXmlChar((char)(rune.Value & 0xFFFF)) || rune.Value > 0xFFFF ? rune.ToString() : "\uFFFD")
        );
}
