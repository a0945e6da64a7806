using System.Text;
using HookRules.Cli;
using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Emit;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Lint;
using HookRules.Compiler.Rules.Format;
using HookRules.Compiler.Settings.Merge;
using HookRules.Engine;
using HookRules.Simulation;

namespace HookRules.Playground;

/// <summary>What the commands would print for rules that stand in a page. Nothing is read from a disk and nothing is run.</summary>
internal static class PlaygroundAnswers
{
    private const string ProjectDir = "/home/dev/project";

    /// <summary>What <c>hookrules lint</c> prints; empty where nothing is wrong.</summary>
    public static string Lint(string rules)
    {
        var compilation = Compilation.Create(Source(rules));
        return Text(Linter.Rules(compilation), compilation);
    }

    /// <summary>The rules as <c>hookrules fmt</c> lays them out, or what keeps it from doing so.</summary>
    public static string Format(string rules) => Sound(rules, (_, source) => Formatter.Format(source) ?? rules);

    /// <summary>What <c>hookrules simulate</c> prints for a payload.</summary>
    public static string Simulate(string rules, string payload)
    {
        var content = Encoding.UTF8.GetBytes(payload);
        var problems = PayloadValidator.Validate(content);
        return problems.Length > 0 || Payload.TryParse(content, out _) is not { } read
            ? string.Concat(problems.Select(problem => $"payload: {Printable.Line(problem.ToString())}\n"))
            : Sound(
                rules,
                (compilation, _) =>
                {
                    using var output = new StringWriter { NewLine = "\n" };
                    var around = new RouteContext(ProjectDir) { Home = "/home/dev", IgnoresCase = false };
                    SimulationReport.WriteText(output, "payload", Simulator.Simulate(compilation.Graph, read, ProjectDir, around));
                    return output.ToString();
                }
            );
    }

    /// <summary>The settings.json that <c>hookrules compile</c> writes into a project without one.</summary>
    public static string Settings(string rules) =>
        Sound(
            rules,
            (compilation, _) =>
            {
                var target = new EmissionTarget(ProjectDir, $"{ProjectDir}/.claude/settings.json", RuntimeMode.Launcher, null);
                var (_, hash) = RuleGraphJson.Write(compilation.Graph, RuntimeEmitter.Version);
                return SettingsMerge
                        .Apply(null, SettingsEmitter.Emit(compilation.Graph, hash, target.Options), null, target.SettingsName)
                        .Text
                    ?? "";
            }
        );

    /// <summary>A payload as Claude Code sends it; empty where there is no such event.</summary>
    public static string Sample(string @event, string tool) =>
        EventFacts.Find(@event)?.Event is { } known
            ? Encoding.UTF8.GetString(SamplePayload.Of(known, known.IsToolEvent && tool.Length > 0 ? tool : null).ToBytes())
            : "";

    private static string Sound(string rules, Func<Compilation, SourceText, string> answer)
    {
        var source = Source(rules);
        var compilation = Compilation.Create(source);
        return compilation.HasErrors
            ? Text(compilation.Diagnostics.Where(one => one.Severity == Severity.Error), compilation)
            : answer(compilation, source);
    }

    /// <summary>The form is told by the line that each file in YAML begins with.</summary>
    private static SourceText Source(string rules)
    {
        var isYaml = rules.Split('\n').Any(line => line.StartsWith("version:", StringComparison.Ordinal));
        return new SourceText(isYaml ? "hookrules.yaml" : "main.hookrules", rules);
    }

    private static string Text(IEnumerable<Diagnostic> diagnostics, Compilation compilation)
    {
        using var output = new StringWriter { NewLine = "\n" };
        DiagnosticPrinter.WriteText(output, DiagnosticList.Sorted(diagnostics), compilation.Sources, null, false);
        return output.ToString();
    }
}
