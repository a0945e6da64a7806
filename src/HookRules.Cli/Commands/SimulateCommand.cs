using System.CommandLine;
using HookRules.Cli.Reports;
using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Engine;
using HookRules.Simulation;
using HookRules.Simulation.Timelines;

namespace HookRules.Cli.Commands;

/// <summary><c>hookrules simulate</c>: what payloads would cause; nothing is run.</summary>
internal static class SimulateCommand
{
    private enum Format
    {
        Text,
        Json,
    }

    public static Command Create(Cli cli)
    {
        var file = RulesProject.FileArgument;
        var payloads = new Option<string[]>("--payload")
        {
            Description = "A file with the payload of a hook event, or - for standard input; may be given several times.",
            HelpName = "FILE",
            AllowMultipleArgumentsPerToken = true,
        };
        var samples = new Option<bool>("--samples") { Description = "Take a real payload of every official event." };
        var @event = new Option<string?>("--event")
        {
            Description = "Make up a payload of this event, from a real one.",
            HelpName = "NAME",
        };
        var tool = new Option<string?>("--tool") { Description = "The tool of the made-up payload.", HelpName = "NAME" };
        @event.CompletionSources.Add([.. HookEvents.All.Select(one => one.Name)]);
        tool.CompletionSources.Add([.. HookTools.All.Select(one => one.Name)]);
        var set = new Option<string[]>("--set")
        {
            Description =
                "Another value in the made-up payload, as in --set command='git push -f' or --set tool_input.timeout=5000; may be "
                + "given several times.",
            HelpName = "PATH=VALUE",
        };
        var timeline = new Option<string?>("--timeline")
        {
            Description = "Play the events of a file in order of time, a line of JSON each, on a virtual clock; - for standard input.",
            HelpName = "FILE.jsonl",
        };
        var outcomes = new Option<string?>("--outcomes")
        {
            Description = "A file that says how runs of the timeline end, apart from the events.",
            HelpName = "FILE.jsonl",
        };
        var html = new Option<string?>("--html")
        {
            Description = "Of a timeline: also writes a page with it drawn, as trace does; one file that asks nobody for anything.",
            HelpName = "FILE",
        };
        var explain = new Option<bool>("--explain") { Description = "Of a timeline: name the clause of each rule that did not match." };
        var parameters = PackArguments.Option;
        var format = new Option<Format>("--format")
        {
            Description = "How the result is printed; text if not given.",
            HelpName = "text|json",
        };
        var command = new Command(
            "simulate",
            "Show which rules match a payload and which clause fails, the decision that Claude Code would get, and what would be "
                + "queued. Runs nothing.\n\nExample: hookrules simulate --event PreToolUse --tool Bash --set command='git push -f'\n"
                + "Example: hookrules simulate --payload write.json --payload - <stop.json\n"
                + "Example: hookrules simulate --timeline morning.jsonl"
        )
        {
            file,
            payloads,
            samples,
            @event,
            tool,
            set,
            timeline,
            outcomes,
            html,
            explain,
            parameters,
            format,
        };
        command.SetAction(parsed =>
        {
            var wanted = new Wanted(
                parsed.GetValue(payloads) ?? [],
                parsed.GetValue(samples),
                parsed.GetValue(@event),
                parsed.GetValue(tool),
                parsed.GetValue(set) ?? []
            )
            {
                Timeline = parsed.GetValue(timeline),
                Outcomes = parsed.GetValue(outcomes),
                Html = parsed.GetValue(html),
                Explains = parsed.GetValue(explain),
            };
            return Simulate(cli, parsed.GetValue(file), wanted, parsed.GetValue(parameters) ?? [], parsed.GetValue(format));
        });
        return command;
    }

    /// <summary>Which payloads the command line asks for.</summary>
    private sealed record Wanted(string[] Files, bool Samples, string? Event, string? Tool, string[] Set)
    {
        public string? Timeline { get; init; }

        /// <summary>How runs end, where the timeline does not say it itself.</summary>
        public string? Outcomes { get; init; }

        /// <summary>Where its picture goes.</summary>
        public string? Html { get; init; }

        public bool Explains { get; init; }
    }

    private static int Simulate(Cli cli, string? file, Wanted wanted, string[] parameters, Format format)
    {
        if (wanted.Event is null && (wanted.Tool is not null || wanted.Set.Length > 0))
            return cli.Refuse("--tool and --set are for a made-up payload: give --event NAME too.");
        if (wanted is { Outcomes: not null, Timeline: null })
            return cli.Refuse("--outcomes is for a timeline: give --timeline FILE too.");
        if (wanted is { Html: not null, Timeline: null })
            return cli.Refuse("--html is for a timeline: give --timeline FILE too.");
        if (wanted.Timeline is not null && (wanted.Files.Length > 0 || wanted.Samples || wanted.Event is not null))
            return cli.Refuse("--timeline stands alone: leave --payload, --event and --samples out.");
        if (wanted is { Files.Length: 0, Samples: false, Event: null, Timeline: null })
            return cli.Refuse(
                "nothing to simulate: give --payload FILE (- for standard input), --event NAME, --samples or --timeline FILE."
            );
        (string Name, byte[] Content)? madeUp = null;
        if (wanted.Event is not null)
        {
            if (MakeUp(wanted, wanted.Event, out var problem) is not { } made)
                return cli.Refuse(problem!);
            madeUp = made;
        }

        if (PackArguments.Open(cli, file, parameters, out var exit) is not { } project)
            return exit;

        if (wanted.Timeline is not null)
            return Play(cli, wanted, project, format);

        var simulations = new List<(string Name, DryRun Simulation)>();
        var problems = false;
        foreach (var (name, content) in Payloads(cli, wanted, madeUp))
        {
            if (Read(cli, name, content) is { } payload)
                simulations.Add((name, Simulator.Simulate(project.Compilation.Graph, payload, project.ProjectDir)));
            else
                problems = true;
        }

        if (format == Format.Json)
            cli.Print(output => SimulationReport.WriteJson(output, simulations));
        else
            foreach (var (name, simulation) in simulations)
                SimulationReport.WriteText(cli.Out, name, simulation);
        return problems ? ExitCode.Problems : ExitCode.Ok;
    }

    private static int Play(Cli cli, Wanted wanted, RulesProject project, Format format)
    {
        var problems = new List<Diagnostic>();
        var sources = new List<SourceText>();
        var timeline = Read(wanted.Timeline!);
        if (wanted.Outcomes is { } file && Read(file) is { } outcomes)
        {
            if (outcomes.Events is [var stray, ..])
                problems.Add(DiagnosticCatalog.BadTimeline(stray.Place, "this is an event", "put it into the file of --timeline"));
            timeline = timeline with { Outcomes = timeline.Outcomes.AddRange(outcomes.Outcomes) };
        }

        if (problems.Count > 0)
        {
            cli.Show(problems, sources);
            return ExitCode.Problems;
        }

        TimelineResult result;
        using (var progress = Progress.Of(cli, "event", timeline.Events.Length))
            result = TimelineRun.Play(
                project.Compilation.Graph,
                timeline,
                project.ProjectDir,
                wanted.Explains,
                keepsJournal: wanted.Html is not null,
                progress.At
            );
        if (format == Format.Json)
            cli.Print(output => TimelineReport.WriteJson(output, result, wanted.Explains));
        else
            TimelineReport.WriteText(cli.Out, result, wanted.Explains);
        if (wanted.Html is { } page)
            AtomicFile.Write(
                Path.GetFullPath(page, cli.WorkingDirectory),
                TracePage.OfSimulation(TimelineTrace.Of(result), project.ProjectDir, TimelineReport.Summary(result))
            );
        return ExitCode.Ok;

        Timeline Read(string name)
        {
            var source = Source(cli, name);
            sources.Add(source);
            return TimelineFile.Read(source, problems);
        }
    }

    private static SourceText Source(Cli cli, string name)
    {
        if (name != "-")
        {
            var path = Path.GetFullPath(name, cli.WorkingDirectory);
            if (Directory.Exists(path))
                throw new IOException($"{name} is a folder: name the timeline's file.");
            return File.Exists(path) ? SourceText.Load(path, name) : throw new FileNotFoundException($"there is no file {name}.");
        }

        using var reader = new StreamReader(cli.OpenInput());
        return new SourceText("-", reader.ReadToEnd());
    }

    /// <summary>Null, with the reason, where the event, the tool or a value is not possible.</summary>
    private static (string Name, byte[] Content)? MakeUp(Wanted wanted, string name, out string? problem)
    {
        problem = null;
        if (EventFacts.Find(name)?.Event is not { } known)
        {
            var nearest = NearestName.Find(name, HookEvents.All.Select(one => one.Name));
            problem =
                "there is no event "
                + $"\"{name}\"{(nearest is null ? "; \"hookrules events\" lists them." : $"; did you mean \"{nearest}\"?")}";
        }
        else if (wanted.Tool is { } tool && !known.IsToolEvent)
        {
            problem = $"{known.Name} has no tool: leave --tool out.";
        }
        else if (wanted.Tool is { } other && !known.OpenMatcherValues && !known.MatcherValues.Contains(other))
        {
            problem = $"{known.Name} comes for {string.Join(" or ", known.MatcherValues.Select(value => $"\"{value}\""))} alone.";
        }
        else if (wanted.Tool is { } unknown && HookTools.Find(unknown) is null && !HookTools.IsMcp(unknown))
        {
            var nearest = NearestName.Find(unknown, HookTools.All.Select(one => one.Name));
            problem = $"there is no tool \"{unknown}\"{(nearest is null ? "" : $"; did you mean \"{nearest}\"?")}";
        }
        else
        {
            var payload = SamplePayload.Of(known, wanted.Tool);
            foreach (var one in wanted.Set)
            {
                var sign = one.IndexOf('=', StringComparison.Ordinal);
                problem = sign < 0 ? $"--set {one}: write PATH=VALUE." : payload.Set(one[..sign], one[(sign + 1)..]);
                if (problem is not null)
                    return null;
            }

            return ($"{known.Name}{(wanted.Tool is null ? "" : $" {wanted.Tool}")}", payload.ToBytes());
        }

        return null;
    }

    private static IEnumerable<(string Name, byte[] Content)> Payloads(Cli cli, Wanted wanted, (string Name, byte[] Content)? madeUp)
    {
        foreach (var file in wanted.Files)
        {
            if (file != "-")
            {
                var path = Path.GetFullPath(file, cli.WorkingDirectory);
                if (Directory.Exists(path))
                    throw new IOException($"{file} is a folder: name the payload's file.");
                if (!File.Exists(path))
                    throw new FileNotFoundException($"there is no file {file}.");
                yield return (file, RegularFile.ReadAllBytes(path));
                continue;
            }

            using var content = new MemoryStream();
            using (var input = cli.OpenInput())
                input.CopyTo(content);
            yield return ("-", content.ToArray());
        }

        if (madeUp is { } made)
            yield return made;
        if (!wanted.Samples)
            yield break;
        foreach (var name in Samples.Names)
            yield return ($"{name}.json", Samples.Read(name));
    }

    private static Payload? Read(Cli cli, string name, byte[] content)
    {
        var problems = PayloadValidator.Validate(content);
        if (problems.Length == 0)
            return Payload.TryParse(content, out _);
        var at = new SourceRef(name, 1, 1, 1, 1);
        cli.Show(problems.Select(problem => DiagnosticCatalog.InvalidPayload(at, problem.ToString())), []);
        return null;
    }
}
