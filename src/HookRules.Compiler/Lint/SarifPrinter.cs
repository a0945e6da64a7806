using System.Text.Json;
using HookRules.Compiler.Diagnostics;

namespace HookRules.Compiler.Lint;

/// <summary>Prints diagnostics as SARIF 2.1.0, which code scanning services read.</summary>
public static class SarifPrinter
{
    public static void Write(Stream output, IEnumerable<Diagnostic> diagnostics, string version)
    {
        var all = diagnostics.ToArray();
        var codes = all.Select(diagnostic => diagnostic.Code).Distinct().Order(StringComparer.Ordinal).ToArray();
        using var json = new Utf8JsonWriter(output, JsonLayout.Readable);
        json.WriteStartObject();
        json.WriteString("$schema", "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json");
        json.WriteString("version", "2.1.0");
        json.WriteStartArray("runs");
        json.WriteStartObject();
        WriteTool(json, codes, version);
        // What columns count: a character outside the basic plane is two.
        json.WriteString("columnKind", "utf16CodeUnits");
        json.WriteStartArray("results");
        foreach (var diagnostic in all)
            WriteResult(json, diagnostic, Array.IndexOf(codes, diagnostic.Code));
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteTool(Utf8JsonWriter json, string[] codes, string version)
    {
        json.WriteStartObject("tool");
        json.WriteStartObject("driver");
        json.WriteString("name", "hookrules");
        json.WriteString("semanticVersion", version);
        json.WriteStartArray("rules");
        foreach (var code in codes)
        {
            var rule = LintRules.Find(code);
            var page = ExplainPages.Find(code);
            json.WriteStartObject();
            json.WriteString("id", code);
            if (rule is not null)
            {
                json.WriteString("name", rule.Id);
                WriteText(json, "shortDescription", rule.Summary);
                json.WriteStartObject("defaultConfiguration");
                json.WriteString("level", Level(rule.Severity));
                json.WriteEndObject();
            }

            if (page is not null)
                WriteText(json, "fullDescription", page.Why);
            WriteText(json, "help", page is null ? $"hookrules explain {code}" : $"{page.Why} (hookrules explain {code})");
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteResult(Utf8JsonWriter json, Diagnostic diagnostic, int ruleIndex)
    {
        var at = diagnostic.At;
        json.WriteStartObject();
        json.WriteString("ruleId", diagnostic.Code);
        json.WriteNumber("ruleIndex", ruleIndex);
        json.WriteString("level", Level(diagnostic.Severity));
        WriteText(
            json,
            "message",
            diagnostic.Fix is { } fix && !diagnostic.Message.EndsWith('?') ? $"{diagnostic.Message} ({fix})" : diagnostic.Message
        );
        json.WriteStartArray("locations");
        json.WriteStartObject();
        json.WriteStartObject("physicalLocation");
        json.WriteStartObject("artifactLocation");
        json.WriteString("uri", Uri(at.File));
        json.WriteEndObject();
        json.WriteStartObject("region");
        json.WriteNumber("startLine", Math.Max(1, at.Line));
        json.WriteNumber("startColumn", Math.Max(1, at.Column));
        json.WriteNumber("endLine", Math.Max(1, Math.Max(at.Line, at.EndLine)));
        json.WriteNumber("endColumn", Math.Max(1, at.EndColumn));
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string text)
    {
        json.WriteStartObject(name);
        json.WriteString("text", text);
        json.WriteEndObject();
    }

    private static string Level(Severity severity) =>
        severity switch
        {
            Severity.Error => "error",
            Severity.Warning => "warning",
            _ => "note",
        };

    // A path below the working folder stays relative; every segment is escaped, so that a space or a # breaks nothing.
    private static string Uri(string file) =>
        Path.IsPathFullyQualified(file)
            ? new Uri(file).AbsoluteUri
            : string.Join('/', file.Replace('\\', '/').Split('/').Select(System.Uri.EscapeDataString));
}
