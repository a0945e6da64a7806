using System.CommandLine;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler;
using HookRules.Engine;

namespace HookRules.Cli.Commands;

/// <summary><c>hookrules simulate</c>: what payloads would cause; nothing is run.</summary>
internal static class SimulateCommand
{
    private enum Format { Text, Json }

    public static Command Create(Cli cli)
    {
        var file = RulesProject.FileArgument;
        var payloads = new Option<string[]>("--payload") { Description = "A file with the payload of a hook event, or - for standard input; may be given several times.", HelpName = "FILE", AllowMultipleArgumentsPerToken = true };
        var samples = new Option<bool>("--samples") { Description = "Take a real payload of every official event." };
        var format = new Option<Format>("--format") { Description = "How the result is printed; text if not given.", HelpName = "text|json" };
        var command = new Command("simulate", "Show which rules match a payload and which clause fails, the decision that Claude Code would get, and what would be queued. Runs nothing.\n\nExample: hookrules simulate --payload write.json --payload - <stop.json")
        {
            file, payloads, samples, format,
        };
        command.SetAction(parsed => Simulate(cli, parsed.GetValue(file), parsed.GetValue(payloads) ?? [], parsed.GetValue(samples), parsed.GetValue(format)));
        return command;
    }

    private static int Simulate(Cli cli, string? file, string[] payloads, bool samples, Format format)
    {
        if (payloads.Length == 0 && !samples)
        {
            cli.Error.WriteLine("hookrules: nothing to simulate: give --payload FILE (- for standard input) or --samples.");
            return ExitCode.Usage;
        }

        if (RulesProject.Open(cli, file) is not { } project) return ExitCode.CouldNot;
        if (project.Report(cli)) return ExitCode.Problems;

        var simulations = new List<(string Name, Simulation Simulation)>();
        var problems = false;
        foreach (var (name, content) in Payloads(cli, payloads, samples))
        {
            if (Read(cli, name, content) is { } payload) simulations.Add((name, Simulator.Simulate(project.Compilation.Graph, payload, project.ProjectDir)));
            else problems = true;
        }

        if (format == Format.Json) cli.Print(output => SimulationReport.WriteJson(output, simulations));
        else foreach (var (name, simulation) in simulations) SimulationReport.WriteText(cli.Out, name, simulation);
        return problems ? ExitCode.Problems : ExitCode.Ok;
    }

    private static IEnumerable<(string Name, byte[] Content)> Payloads(Cli cli, string[] files, bool samples)
    {
        foreach (var file in files)
        {
            if (file != "-")
            {
                var path = Path.GetFullPath(file, cli.WorkingDirectory);
                if (Directory.Exists(path)) throw new IOException($"{file} is a folder: name the payload's file.");
                if (!File.Exists(path)) throw new FileNotFoundException($"there is no file {file}.");
                yield return (file, File.ReadAllBytes(path));
                continue;
            }

            using var content = new MemoryStream();
            using (var input = cli.OpenInput()) input.CopyTo(content);
            yield return ("-", content.ToArray());
        }

        if (!samples) yield break;
        foreach (var name in Samples.Names) yield return ($"{name}.json", Samples.Read(name));
    }

    private static Payload? Read(Cli cli, string name, byte[] content)
    {
        var problems = PayloadValidator.Validate(content);
        if (problems.Length == 0) return Payload.TryParse(content, out _);
        var at = new SourceRef(name, 1, 1, 1, 1);
        cli.Show(problems.Select(problem => DiagnosticCatalog.InvalidPayload(at, problem.ToString())), []);
        return null;
    }
}
