using System.Text.Json;
using HookRules.Engine;

namespace HookRules.Cli.Reports;

/// <summary>What one event was answered, and by which rules, as <c>simulate</c> writes it: of a payload and of a timeline alike.</summary>
internal static class RoutingJson
{
    /// <summary>What the hook prints, and the same as an object for whoever compares it field by field: null where it prints nothing or
    /// plain text.</summary>
    public static void WriteAnswer(Utf8JsonWriter json, WireOutput output)
    {
        json.WriteStartObject("output");
        json.WriteNumber("exitCode", output.ExitCode);
        json.WriteString("stdout", output.Stdout);
        json.WriteString("stderr", output.Stderr);
        json.WriteEndObject();
        json.WritePropertyName("decision");
        if (output.Stdout.StartsWith('{'))
            json.WriteRawValue(output.Stdout);
        else
            json.WriteNullValue();
    }

    /// <summary>Each rule that was looked at, and of one that does not match the first clause that fails.</summary>
    public static void WriteRules(Utf8JsonWriter json, IEnumerable<RouteTrace> traces, Action<Rule> writeRule)
    {
        json.WriteStartArray("rules");
        foreach (var trace in traces)
        {
            json.WriteStartObject();
            writeRule(trace.Rule);
            json.WriteBoolean("matches", trace.Matched);
            if (trace.FailedClause is not null)
            {
                json.WriteString("failedClause", trace.FailedClause);
                json.WriteString("detail", trace.Detail);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
