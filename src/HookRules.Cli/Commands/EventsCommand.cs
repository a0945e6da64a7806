using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using HookRules.Cli.Reports;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Engine;
using Spectre.Console;

namespace HookRules.Cli.Commands;

/// <summary><c>hookrules events</c>: the official events as a table, or all there is to know of one.</summary>
internal static class EventsCommand
{
    private enum Format
    {
        Text,
        Json,
    }

    public static Command Create(Cli cli)
    {
        var name = new Argument<string?>("NAME")
        {
            Description = "An event, such as PreToolUse; without one all are listed.",
            HelpName = "NAME",
            Arity = ArgumentArity.ZeroOrOne,
        };
        name.CompletionSources.Add([.. HookEvents.All.Select(one => one.Name)]);
        var format = new Option<Format>("--format")
        {
            Description = "How the result is printed; text if not given.",
            HelpName = "text|json",
        };
        var command = new Command(
            "events",
            "Print the official events: when they fire, what a matcher is compared with, which decisions they honour; of one also "
                + "its payload.\n\nExample: hookrules events PostToolUse"
        )
        {
            name,
            format,
        };
        command.SetAction(parsed => Events(cli, parsed.GetValue(name), parsed.GetValue(format)));
        return command;
    }

    /// <summary>The page of one event, for who asks for it by another command.</summary>
    public static int Show(Cli cli, string name, bool asJson) => Events(cli, name, asJson ? Format.Json : Format.Text);

    private static int Events(Cli cli, string? name, Format format)
    {
        if (name is null)
        {
            if (format == Format.Json)
                cli.Print(output => WriteAll(output));
            else
                WriteTable(cli);
            return ExitCode.Ok;
        }

        if (EventFacts.Find(name) is not { } facts)
        {
            var nearest = NearestName.Find(name, HookEvents.All.Select(known => known.Name));
            var advice = nearest is null ? "\"hookrules events\" lists them" : $"did you mean \"{nearest}\"?";
            cli.Error.WriteLine($"hookrules: there is no event \"{Printable.Line(name)}\"; {advice}");
            return ExitCode.Usage;
        }

        if (format == Format.Json)
            cli.Print(output => WriteOne(output, facts));
        else
            WritePage(cli, facts);
        return ExitCode.Ok;
    }

    private static void WriteTable(Cli cli)
    {
        var table = Report.Table("event", "when it fires", "a matcher is compared with", "decisions");
        foreach (var facts in EventFacts.All)
            table.AddRow(
                Report.Cell(facts.Event.Name),
                Report.Cell(facts.Event.Summary),
                Report.Cell(facts.Matcher),
                Report.Cell(Decisions(facts))
            );
        new Report(cli).Write(table);
        cli.Out.Write("hookrules events NAME shows the payload, the handlers and a sample of one.\n");
    }

    private static void WritePage(Cli cli, EventFacts facts)
    {
        var known = facts.Event;
        Line("", $"{known.Name}: {known.Summary}");
        cli.Out.Write("\n");
        Line("fires", facts.Fires);
        if (facts.Alias is { } alias)
            Line("in rules", $"also {alias}");
        Line("since", known.Since is null ? "unknown" : $"Claude Code {known.Since}");
        Line("matcher", known.Matching == MatcherKind.None ? facts.Matcher : $"compared with {facts.Matcher}");
        if (!known.MatcherValues.IsEmpty)
            Line("values", string.Join(", ", known.MatcherValues) + (known.OpenMatcherValues ? ", or another" : ""));
        Line("decisions", Decisions(facts));
        if (facts.SetChanges is { } changed)
            Line("set", $"changes {changed}");
        if (!facts.ReplyFields.IsEmpty)
            Line("reply", string.Join(", ", facts.ReplyFields));
        Line("exit code 2", facts.ExitTwo);
        Line(
            "handlers",
            string.Join(
                ", ",
                facts.Handlers.Select(handler =>
                    string.Create(CultureInfo.InvariantCulture, $"{handler.Name} ({handler.DefaultTimeout} s)")
                )
            ) + ": each with its default timeout"
        );
        foreach (var note in facts.Notes)
            Line("note", note);

        var fields = Report.Table("field", "type", "always", "what");
        foreach (var field in facts.Fields)
            fields.AddRow(
                Report.Cell(field.Path),
                Report.Cell(field.Type),
                Report.Cell(field.IsRequired ? "yes" : ""),
                Report.Cell(What(field))
            );
        cli.Out.Write("\nPayload\n");
        new Report(cli).Write(fields);
        cli.Out.Write($"\nSample\n{Printable.Text(Encoding.UTF8.GetString(facts.Sample).ReplaceLineEndings("\n").TrimEnd('\n'))}\n");

        void Line(string label, string text) =>
            cli.Out.Write(label.Length == 0 ? $"{Printable.Line(text)}\n" : $"{label, -13}{Printable.Line(text)}\n");
    }

    private static string Decisions(EventFacts facts) => facts.Decisions.IsEmpty ? "none: actions only" : string.Join(' ', facts.Decisions);

    private static string What(EventField field) =>
        string.Join(
            ' ',
            new[]
            {
                field.Values.IsEmpty ? "" : string.Join(", ", field.Values) + (field.Description.Length == 0 ? "" : "."),
                field.Description,
            }.Where(part => part.Length > 0)
        );

    private static void WriteAll(Stream output)
    {
        using var json = new Utf8JsonWriter(output, JsonLayout.Readable);
        json.WriteStartObject();
        json.WriteStartArray("events");
        foreach (var facts in EventFacts.All)
        {
            json.WriteStartObject();
            WriteFacts(json, facts);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteOne(Stream output, EventFacts facts)
    {
        using var json = new Utf8JsonWriter(output, JsonLayout.Readable);
        json.WriteStartObject();
        WriteFacts(json, facts);
        json.WriteStartArray("fields");
        foreach (var field in facts.Fields)
        {
            json.WriteStartObject();
            json.WriteString("path", field.Path);
            json.WriteString("type", field.Type);
            json.WriteBoolean("required", field.IsRequired);
            if (!field.Values.IsEmpty)
                json.WriteStrings("values", field.Values);
            if (field.Description.Length > 0)
                json.WriteString("description", field.Description);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WritePropertyName("sample");
        using var sample = JsonDocument.Parse(facts.Sample);
        sample.WriteTo(json);
        json.WriteEndObject();
    }

    private static void WriteFacts(Utf8JsonWriter json, EventFacts facts)
    {
        var known = facts.Event;
        json.WriteString("name", known.Name);
        json.WriteString("summary", known.Summary);
        json.WriteString("fires", facts.Fires);
        json.WriteString("since", known.Since);
        json.WriteString("alias", facts.Alias);
        json.WriteStartObject("matcher");
        json.WriteString(
            "kind",
            known.Matching switch
            {
                MatcherKind.None => "none",
                MatcherKind.FileName => "fileName",
                MatcherKind.Model => "model",
                _ => "value",
            }
        );
        if (known.Matching != MatcherKind.None)
        {
            json.WriteString("field", known.MatcherField);
            json.WriteStrings("values", known.MatcherValues);
            json.WriteBoolean("open", known.OpenMatcherValues);
        }

        json.WriteEndObject();
        json.WriteStrings("decisions", facts.Decisions);
        json.WriteString("set", facts.SetChanges);
        json.WriteStrings("reply", facts.ReplyFields);
        json.WriteBoolean("canBlock", known.CanBlock);
        json.WriteString("exitTwo", facts.ExitTwo);
        json.WriteStartArray("handlers");
        foreach (var handler in facts.Handlers)
        {
            json.WriteStartObject();
            json.WriteString("type", handler.Name);
            json.WriteNumber("defaultTimeout", handler.DefaultTimeout);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStrings("notes", facts.Notes);
    }
}
