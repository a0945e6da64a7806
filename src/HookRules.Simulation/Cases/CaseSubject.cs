using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Engine;

namespace HookRules.Simulation.Cases;

/// <summary>
/// The event of a case in one line: a command line of Bash (⏎ is a line break); or an event, its tool and what most is said with there
/// (<c>after Write src/a.py</c>, <c>SessionStart resume</c>); or the fields that differ from the sample payload as JSON, first those of the
/// tool's input, then those of the payload around it (<c>before Write {"file_path": "/x"} {"cwd": "/"}</c>).
/// </summary>
internal static class CaseSubject
{
    private const char LineBreak = '⏎';

    /// <summary>The payload; null, with the reason, where there is no such event.</summary>
    public static byte[]? Read(string subject, out string? problem, out string fix)
    {
        fix = "write a command line, or an event and what it is about: before Write .env, after Edit src/a.py, SessionStart resume";
        var words = subject.Split(' ', 3, StringSplitOptions.TrimEntries);
        if (EventAliases.Find(words[0]) is not { } known)
        {
            problem = Misspelt(words[0], words.ElementAtOrDefault(1));
            return problem is null ? Payload(HookEvents.Find("PreToolUse")!, "Bash", Command(subject).ToJsonString(), out problem) : null;
        }

        var tool = known.IsToolEvent ? words.ElementAtOrDefault(1) : null;
        if (known.IsToolEvent && ToolProblem(known, tool, out fix) is { } wrong)
        {
            problem = wrong;
            return null;
        }

        var about = tool is null ? words[0] : $"{words[0]} {tool}";
        fix = $"write for example {about} {{\"NAME\": \"VALUE\"}}; hookrules events {known.Name} lists the fields";
        return Payload(known, tool, string.Join(' ', words.Skip(tool is null ? 1 : 2)), out problem);
    }

    private static JsonObject Command(string line) => new() { ["command"] = line.Replace(LineBreak, '\n') };

    /// <summary>Why an event does not come for a tool; null where it does.</summary>
    public static string? ToolProblem(HookEvent known, string? tool, out string fix)
    {
        fix = $"write it as: {known.Name} Write src/a.py";
        if (string.IsNullOrEmpty(tool))
            return $"{known.Name} is about a tool, and none is named";
        if (!known.OpenMatcherValues && !known.MatcherValues.IsEmpty && !known.MatcherValues.Contains(tool))
        {
            fix = $"write one of {string.Join(", ", known.MatcherValues)}";
            return $"{known.Name} comes for {DiagnosticCatalog.OneOf(known.MatcherValues)} alone";
        }

        if (HookTools.Find(tool) is not null || HookTools.IsMcp(tool))
            return null;
        var nearest = NearestName.Find(tool, HookTools.All.Select(one => one.Name));
        fix = "hookrules events names the tools of an event";
        return $"there is no tool \"{tool}\"{(nearest is null ? "" : $"; did you mean \"{nearest}\"?")}";
    }

    /// <summary>A command line hardly begins with a word like <c>PreToolUze</c>.</summary>
    private static string? Misspelt(string word, string? next)
    {
        var aliases = EventAliases.All.Keys.Concat(HookEvents.All.Select(one => one.Name)).ToList();
        var looksLikeEvent =
            (word.Length > 3 && char.IsUpper(word[0]) && word.All(char.IsAsciiLetter))
            || (next is not null && HookTools.Find(next) is not null);
        var nearest =
            aliases.Find(name => name.Equals(word, StringComparison.OrdinalIgnoreCase))
            ?? (looksLikeEvent ? NearestName.Find(word, aliases) : null);
        return nearest is null ? null : $"there is no event \"{word}\"; did you mean \"{nearest}\"?";
    }

    private static byte[]? Payload(HookEvent known, string? tool, string rest, out string? problem)
    {
        var sample = SamplePayload.Of(known, tool);
        problem = null;
        if (rest.StartsWith('{'))
        {
            if (Objects(rest, out problem) is not { } fields)
                return null;
            if (fields.Count > 2)
            {
                problem = "more than two objects: the first is the tool's input, the second the payload around it";
                return null;
            }

            if (fields.Count > 0)
                sample.Merge(fields[0]);
            if (fields.Count > 1)
                sample.MergeOutside(fields[1]);
        }
        else if (rest.Length > 0)
        {
            if (sample.MainField is not { } field)
            {
                problem =
                    $"{known.Name}{(tool is null ? "" : $" {tool}")} has no field that \"{rest}\" could be: write fields as "
                    + "{\"NAME\": …}";
                return null;
            }

            problem = sample.Set(field, sample.IsAboutFile ? CaseProject.PathOf(rest) : rest.Replace(LineBreak, '\n'));
            if (problem is not null)
                return null;
        }

        return sample.ToBytes();
    }

    private static List<JsonObject>? Objects(string text, out string? problem)
    {
        List<JsonObject> objects = [];
        problem = null;
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text), new JsonReaderOptions { AllowMultipleValues = true });
            while (reader.Read())
            {
                if (JsonNode.Parse(ref reader) is JsonObject one)
                {
                    // Names that stand twice are told now, and not when somebody asks for one.
                    _ = one.Count;
                    objects.Add(one);
                    continue;
                }

                problem = "only objects may stand there: {\"NAME\": …}";
                return null;
            }

            return objects;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            problem = $"not JSON: {e.Message.Split(". Path:")[0].Split(" LineNumber:")[0].TrimEnd('.')}";
            return null;
        }
    }
}
