using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using HookRules.Compiler.Knowledge;
using HookRules.Engine;

namespace HookRules.Tests.Packs;

/// <summary>One line of a pack's table.</summary>
/// <param name="With">The parameters of the pack, as they stand between the braces behind <c>with</c>.</param>
/// <param name="Expected">What its rules do: <c>deny NAME</c>, <c>queue NAME</c>, … joined by <c>, </c>, or <c>nothing</c>.</param>
/// <param name="Subject">As it is written.</param>
/// <param name="Holds">Text that the answer or an action must hold; empty for any.</param>
internal sealed record PackCase(string Pack, int Line, string With, string Expected, string Subject, string Holds, byte[] Payload)
{
    public string Rules => $"use std/{Pack}{(With.Length > 0 ? $" with {{ {With} }}" : "")}\n";
}

/// <summary>
/// The table beside a bundled pack, NAME.cases. A line is <c>EXPECTED ⇶ SUBJECT</c>, or <c>EXPECTED ⇶ SUBJECT ⇶ TEXT THAT IS TOLD OR
/// RUN</c>. A subject is a command line of Bash (⏎ is a line break),
/// or an event with its tool, the fields that differ from the sample payload, and those of the payload around a tool's input: <c>before
/// Write {"file_path": "/x"} {"cwd": "/"}</c>.
/// <c>with { NAME = VALUE }</c> sets the pack's parameters for the lines below it, <c>with { }</c> takes the defaults again.
/// </summary>
internal static class PackTable
{
    private static readonly Dictionary<string, string> Aliases = new(StringComparer.Ordinal)
    {
        ["before"] = "PreToolUse",
        ["after"] = "PostToolUse",
        ["failed"] = "PostToolUseFailure",
    };

    public static ImmutableArray<PackCase> Read(string pack)
    {
        var cases = ImmutableArray.CreateBuilder<PackCase>();
        var with = "";
        var number = 0;
        foreach (var line in File.ReadAllLines(Repository.PathOf("src", "HookRules.Compiler", "Packs", "std", $"{pack}.cases")))
        {
            number++;
            if (line.Length == 0 || line[0] == '#')
                continue;
            if (line.StartsWith("with {", StringComparison.Ordinal))
            {
                with = line[6..line.LastIndexOf('}')].Trim();
                continue;
            }

            var cells = line.Split('⇶').Select(cell => cell.Trim()).ToArray();
            if (cells.Length is < 2 or > 3)
                throw new FormatException($"{pack}.cases:{number}: {line}");
            cases.Add(new PackCase(pack, number, with, cells[0], cells[1], cells.Length > 2 ? cells[2] : "", Payload(cells[1])));
        }

        return cases.ToImmutable();
    }

    internal static byte[] Payload(string subject)
    {
        var words = subject.Split(' ', 3);
        var name = Aliases.GetValueOrDefault(words[0], words[0]);
        if (HookEvents.Find(name) is not { } known)
            return Payload(HookEvents.Find("PreToolUse")!, "Bash", [new JsonObject { ["command"] = subject.Replace('⏎', '\n') }]);
        var tool = known.IsToolEvent ? words[1] : null;
        var fields = string.Join(' ', words.Skip(tool is null ? 1 : 2));
        return Payload(known, tool, Objects(fields));
    }

    private static byte[] Payload(HookEvent known, string? tool, List<JsonObject> fields)
    {
        var payload = JsonNode.Parse(Samples.Read(Samples.Find(known.Name, tool)!))!.AsObject();
        if (tool is not null && (string?)payload["tool_name"] != tool)
        {
            payload["tool_name"] = tool;
            payload["tool_input"] = new JsonObject();
        }

        var input = tool is null ? payload : payload["tool_input"]!.AsObject();
        if (fields.Count > 0)
            Merge(input, fields[0]);
        if (fields.Count > 1)
            Merge(payload, fields[1]);
        return JsonSerializer.SerializeToUtf8Bytes(payload);
    }

    private static void Merge(JsonObject into, JsonObject fields)
    {
        foreach (var (name, value) in fields)
            into[name] = value?.DeepClone();
    }

    private static List<JsonObject> Objects(string text)
    {
        List<JsonObject> objects = [];
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text), new JsonReaderOptions { AllowMultipleValues = true });
        while (reader.Read())
            objects.Add(JsonNode.Parse(ref reader)!.AsObject());
        return objects;
    }
}
