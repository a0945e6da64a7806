using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using HookRules.Compiler.Settings.Merge;
using HookRules.Engine;

namespace HookRules.Compiler.Emit;

/// <summary>The plan that an earlier compile left, with what it merged into which settings file.</summary>
/// <param name="Text">Null where there is none.</param>
/// <param name="Hash">As it states it; null where it does not.</param>
internal sealed record ExistingPlan(byte[]? Text, string? Hash, ImmutableDictionary<string, SettingsRecord> Records)
{
    private const string RecordMember = "record";

    private static readonly ExistingPlan None = new(
        null,
        null,
        ImmutableDictionary<string, SettingsRecord>.Empty.WithComparers(StringComparer.Ordinal)
    );

    // Even a plan that was edited, or that git could not merge, may still say what was merged into the settings.
    public static ExistingPlan Read(string path)
    {
        if (!File.Exists(path))
            return None;
        var text = RegularFile.ReadAllBytes(path);
        return Parse(text, text)
            ?? (MergeConflict.Ours(Encoding.UTF8.GetString(text)) is { } ours ? Parse(text, Encoding.UTF8.GetBytes(ours)) : null)
            ?? None with
            {
                Text = text,
            };
    }

    public ExistingPlan With(string settings, SettingsRecord record) => this with { Records = Records.SetItem(settings, record) };

    public ExistingPlan Without(string settings) => this with { Records = Records.Remove(settings) };

    /// <summary>As the plan holds them.</summary>
    public string RecordText()
    {
        var byFile = new JsonObject();
        foreach (var (file, record) in Records.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            byFile[file] = JsonNode.Parse(record.ToJson());
        return byFile.ToJsonString();
    }

    /// <summary>The same plan with these records; null where it is no plan.</summary>
    public byte[]? Rewritten()
    {
        if (Text is null)
            return null;
        try
        {
            var read = RuleGraphJson.Read(Text);
            return RuleGraphJson.Write(read.Graph, read.CompilerVersion, RecordText()).Text;
        }
        catch (PlanCorruptException)
        {
            return null;
        }
    }

    private static ExistingPlan? Parse(byte[] text, ReadOnlyMemory<byte> readable)
    {
        try
        {
            using var json = JsonDocument.Parse(readable);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
                return null;
            var records = None.Records;
            if (json.RootElement.TryGetProperty(RecordMember, out var byFile) && byFile.ValueKind == JsonValueKind.Object)
                foreach (var file in byFile.EnumerateObject())
                    if (SettingsRecord.FromJson(file.Value.GetRawText()) is { } record)
                        records = records.SetItem(file.Name, record);
            var hash =
                json.RootElement.TryGetProperty("hash", out var stated) && stated.ValueKind == JsonValueKind.String
                    ? stated.GetString()
                    : null;
            return new ExistingPlan(text, hash, records);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
