using System.CommandLine;
using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Graphs;
using HookRules.Compiler.Knowledge;
using HookRules.Engine;

namespace HookRules.Cli.Commands;

/// <summary><c>hookrules graph</c>: a picture of the rules.</summary>
internal static class GraphCommand
{
    /// <summary>More rules than this are one box for each event and pack, where a picture cannot be opened.</summary>
    private const int MostShown = 150;

    private enum Format
    {
        Mermaid,
        Dot,
        Svg,
        Html,
        Json,
    }

    public static Command Create(Cli cli)
    {
        var file = RulesProject.FileArgument;
        var format = new Option<Format>("--format")
        {
            Description = "Mermaid for READMEs, DOT for Graphviz, a drawing, a page that can be searched, or data; mermaid if not given.",
            HelpName = "mermaid|dot|svg|html|json",
        };
        var @event = new Option<string?>("--event") { Description = "Only rules of this event.", HelpName = "NAME" };
        @event.CompletionSources.Add([.. HookEvents.All.Select(one => one.Name)]);
        var rule = new Option<string?>("--rule") { Description = "Only this rule.", HelpName = "NAME" };
        var pack = new Option<string?>("--pack") { Description = "Only rules of this pack.", HelpName = "NAME" };
        var payload = new Option<string?>("--payload")
        {
            Description = "A file with the payload of a hook event, or - for standard input: its way is lit, and dark rules say why.",
            HelpName = "FILE",
        };
        var parameters = PackArguments.Option;
        var command = new Command(
            "graph",
            "Draw the rules: event, what has to match, rule, stages, actions, decisions; packs as boxes, await as an edge.\n\n"
                + "Example: hookrules graph --format html >rules.html\nExample: hookrules graph --event PreToolUse --payload push.json"
        )
        {
            file,
            format,
            @event,
            rule,
            pack,
            payload,
            parameters,
        };
        command.SetAction(parsed =>
            Draw(
                cli,
                parsed.GetValue(file),
                new PictureScope(parsed.GetValue(@event), parsed.GetValue(rule), parsed.GetValue(pack)),
                parsed.GetValue(payload),
                parsed.GetValue(parameters) ?? [],
                parsed.GetValue(format)
            )
        );
        return command;
    }

    private static int Draw(Cli cli, string? file, PictureScope scope, string? payloadFile, string[] parameters, Format format)
    {
        if (scope.Event is { } name)
        {
            if (EventFacts.Find(name)?.Event is not { } known)
                return cli.Refuse(Missing("event", name, HookEvents.All.Select(one => one.Name)));
            scope = scope with { Event = known.Name };
        }

        if (PackArguments.Open(cli, file, parameters, out var exit) is not { } project)
            return exit;

        Payload? payload = null;
        if (payloadFile is not null && (payload = Read(cli, payloadFile)) is null)
            return ExitCode.Problems;
        var context = new RouteContext(payload?.Cwd is { } cwd && !RealPath.IsInside(cwd, project.ProjectDir) ? cwd : project.ProjectDir);
        var picture = PictureBuilder.Of(project.Compilation, scope, payload, context);
        if (picture.Rules.IsEmpty && (scope.Rule ?? scope.Pack) is { } nothing)
        {
            var (rules, packs) = PictureBuilder.Names(project.Compilation);
            return cli.Refuse(Missing(scope.Rule is null ? "pack" : "rule", nothing, scope.Rule is null ? packs : rules));
        }

        Write(cli, picture, format);
        return ExitCode.Ok;
    }

    private static void Write(Cli cli, RulePicture picture, Format format)
    {
        if (picture.Rules.Length > MostShown && format is Format.Mermaid or Format.Svg)
        {
            picture = picture.Folded();
            cli.Error.WriteLine(
                $"hookrules: {picture.Rules.Length} rules, so each box stands for those of an event and pack: --event, --pack or --rule "
                    + "opens one, --format html all."
            );
        }

        switch (format)
        {
            case Format.Json:
                cli.Print(output => JsonGraph.Write(output, picture));
                break;
            case Format.Html:
                cli.Out.Write(HtmlGraph.Of(picture));
                break;
            case Format.Svg:
                cli.Out.Write(SvgGraph.Of(picture));
                break;
            case Format.Dot:
                cli.Out.Write(DotGraph.Of(picture));
                break;
            default:
                cli.Out.Write(MermaidGraph.Of(picture));
                break;
        }
    }

    private static Payload? Read(Cli cli, string name)
    {
        byte[] content;
        if (name == "-")
        {
            using var buffer = new MemoryStream();
            using (var input = cli.OpenInput())
                input.CopyTo(buffer);
            content = buffer.ToArray();
        }
        else
        {
            var path = Path.GetFullPath(name, cli.WorkingDirectory);
            content = File.Exists(path) ? RegularFile.ReadAllBytes(path) : throw new FileNotFoundException($"there is no file {name}.");
        }

        var problems = PayloadValidator.Validate(content);
        if (problems.Length == 0)
            return Payload.TryParse(content, out _);
        cli.Show(problems.Select(problem => DiagnosticCatalog.InvalidPayload(new SourceRef(name, 1, 1, 1, 1), problem.ToString())), []);
        return null;
    }

    private static string Missing(string what, string name, IEnumerable<string> known)
    {
        var nearest = NearestName.Find(name, known);
        return $"there is no {what} \"{name}\"{(nearest is null ? "." : $"; did you mean \"{nearest}\"?")}";
    }
}
