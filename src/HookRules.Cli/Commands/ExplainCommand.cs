using System.CommandLine;
using System.CommandLine.Completions;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Lint;
using HookRules.Engine;

namespace HookRules.Cli.Commands;

/// <summary><c>hookrules explain</c>: the page of a diagnostic, of a word of the language, of an event or a tool; or the list of
/// diagnostics.</summary>
internal static class ExplainCommand
{
    private enum Format
    {
        Text,
        Json,
    }

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Command Create(Cli cli)
    {
        var code = new Argument<string?>("WHAT")
        {
            Description =
                "A code such as HR1003 or the id of a lint rule; a word of the rules language, such as dedup; an event or a tool. Without "
                + "one all codes are listed.",
            HelpName = "CODE|WORD|EVENT|TOOL",
            Arity = ArgumentArity.ZeroOrOne,
        };
        code.CompletionSources.Add(_ =>
            ExplainPages
                .All.Concat(ExplainPages.Words)
                .Select(page => page.Code)
                .Concat(HookEvents.All.Select(known => known.Name))
                .Concat(HookTools.All.Select(tool => tool.Name))
                .Select(name => new CompletionItem(name))
        );
        var format = new Option<Format>("--format")
        {
            Description = "How the result is printed; text if not given.",
            HelpName = "text|json",
        };
        var command = new Command(
            "explain",
            "Print the page of a diagnostic (why it matters, a bad example and a good one), of a word of the language, of an event or of "
                + "a tool.\n\nExample: hookrules explain HR1003\nExample: hookrules explain dedup"
        )
        {
            code,
            format,
        };
        command.SetAction(parsed => Explain(cli, parsed.GetValue(code), parsed.GetValue(format)));
        return command;
    }

    private static int Explain(Cli cli, string? code, Format format)
    {
        if (code is null)
        {
            if (format == Format.Json)
                cli.Out.Write(new JsonArray([.. ExplainPages.All.Select(ToJson)]).ToJsonString(Json) + "\n");
            else
                foreach (var known in ExplainPages.All)
                    cli.Out.Write($"{known.Code}  {known.Title}{(known.Id is null ? "" : $"  ({known.Id})")}\n");
            return ExitCode.Ok;
        }

        if (ExplainPages.Find(code) is not { } page)
            return Other(cli, code, format);

        if (format == Format.Json)
        {
            cli.Out.Write(ToJson(page).ToJsonString(Json) + "\n");
            return ExitCode.Ok;
        }

        cli.Out.Write($"{page.Code}{(page.Id is null ? "" : $" {page.Id}")}: {page.Title}\n\n");
        foreach (var line in Wrapped(page.Why))
            cli.Out.Write(line + "\n");
        Example(cli, "Bad:", page.Bad);
        Example(cli, "Good:", page.Good);
        return ExitCode.Ok;
    }

    /// <summary>A word, an event or a tool. An event comes before an alias of it, which is a word.</summary>
    private static int Other(Cli cli, string name, Format format)
    {
        if (HookEvents.All.Any(known => known.Name == name))
            return EventsCommand.Show(cli, name, format == Format.Json);
        if (ExplainPages.Words.FirstOrDefault(word => word.Code == name) is { } page)
        {
            Word(cli, page, format);
            return ExitCode.Ok;
        }

        if (HookTools.Find(HookTools.Canonical(name)) is { } tool)
        {
            ToolReport.Write(cli, tool, format == Format.Json);
            return ExitCode.Ok;
        }

        var known = ExplainPages
            .All.SelectMany(one => new[] { one.Code, one.Id })
            .OfType<string>()
            .Concat(ExplainPages.Words.Select(word => word.Code))
            .Concat(HookEvents.All.Select(one => one.Name))
            .Concat(HookTools.All.Select(one => one.Name));
        var advice = NearestName.Find(name, known) is { } nearest
            ? $"did you mean \"{nearest}\"?"
            : "\"hookrules explain\" lists the codes, \"hookrules events\" the events";
        cli.Error.WriteLine($"hookrules: there is no code, word, event or tool \"{Printable.Line(name)}\"; {advice}");
        return ExitCode.Usage;
    }

    private static void Word(Cli cli, ExplainPage page, Format format)
    {
        if (format == Format.Json)
        {
            var json = new JsonObject
            {
                ["word"] = page.Code,
                ["title"] = page.Title,
                ["what"] = page.Why,
                ["example"] = page.Bad,
            };
            cli.Out.Write(json.ToJsonString(Json) + "\n");
            return;
        }

        cli.Out.Write($"{page.Code}: {page.Title}\n\n");
        foreach (var line in Wrapped(page.Why))
            cli.Out.Write(line + "\n");
        Example(cli, "Example:", page.Bad);
    }

    private static JsonObject ToJson(ExplainPage page) =>
        new()
        {
            ["code"] = page.Code,
            ["id"] = page.Id,
            ["title"] = page.Title,
            ["why"] = page.Why,
            ["bad"] = page.Bad,
            ["good"] = page.Good,
        };

    private static void Example(Cli cli, string title, string text)
    {
        if (text.Length == 0)
            return;
        cli.Out.Write($"\n{title}\n\n");
        foreach (var line in text.TrimEnd('\n').Split('\n'))
            cli.Out.Write(line.Length == 0 ? "\n" : $"    {Printable.Line(line)}\n");
    }

    private static IEnumerable<string> Wrapped(string text)
    {
        const int width = 80;
        var line = "";
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = "";
            }

            line = line.Length == 0 ? word : $"{line} {word}";
        }

        if (line.Length > 0)
            yield return line;
    }
}
