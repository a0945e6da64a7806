using System.Collections.Immutable;
using System.Text;
using HookRules.Engine;
using Newtonsoft.Json.Linq;

namespace HookRules.Compiler.Knowledge;

/// <summary>Says what Claude Code would refuse or ignore in what a hook printed.</summary>
public static class OutputValidator
{
    /// <summary>Empty if an event honours every field of the output; no output at all is fine too.</summary>
    /// <param name="event">An official event name.</param>
    /// <param name="stdout">All that the hook wrote to its standard output.</param>
    public static ImmutableArray<SchemaProblem> Validate(string @event, string stdout)
    {
        var found = HookEvents.Find(@event) ?? throw new ArgumentException($"there is no event {@event}", nameof(@event));
        var text = stdout.Trim();
        if (text.Length == 0)
            return [];
        // Whatever does not look like an object is plain text to the client.
        if (text[0] != '{' || text[^1] != '}')
            return found.PlainStdout ? [] : [new SchemaProblem("", $"the output is plain text, which {@event} ignores")];

        if (SchemaCheck.Read(Encoding.UTF8.GetBytes(text), out var problem) is not JObject output)
            return [new SchemaProblem("", $"the output is {problem}")];
        return SchemaCheck.Check(SchemaCheck.Schema(SchemaFiles.OfEvent(@event)).Definitions["output"], output);
    }
}
