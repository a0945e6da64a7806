using System.CommandLine;
using System.CommandLine.Completions;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Lint;

namespace HookRules.Cli.Commands;

/// <summary><c>hookrules explain</c>: the page of one diagnostic, or the list of all.</summary>
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
        var code = new Argument<string?>("CODE")
        {
            Description = "A code such as HR1003, or the id of a lint rule; without one all are listed.",
            HelpName = "CODE",
            Arity = ArgumentArity.ZeroOrOne,
        };
        code.CompletionSources.Add(_ => ExplainPages.All.Select(page => new CompletionItem(page.Code)));
        var format = new Option<Format>("--format")
        {
            Description = "How the result is printed; text if not given.",
            HelpName = "text|json",
        };
        var command = new Command(
            "explain",
            "Print the page of a diagnostic: why it matters, a bad example and a good one.\n\nExample: hookrules explain HR1003"
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
        {
            var nearest = NearestName.Find(
                code,
                ExplainPages.All.Select(known => known.Id).OfType<string>().Concat(ExplainPages.All.Select(known => known.Code))
            );
            var advice = nearest is null ? "\"hookrules explain\" lists them" : $"did you mean \"{nearest}\"?";
            cli.Error.WriteLine($"hookrules: there is no diagnostic \"{Engine.Printable.Line(code)}\"; {advice}");
            return ExitCode.Usage;
        }

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
            cli.Out.Write(line.Length == 0 ? "\n" : $"    {Engine.Printable.Line(line)}\n");
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
