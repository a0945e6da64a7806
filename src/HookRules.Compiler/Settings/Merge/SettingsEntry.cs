using System.Collections.Immutable;
using System.Text;
using HookRules.Compiler.Settings.Json;

namespace HookRules.Compiler.Settings.Merge;

/// <summary>One matcher group wanted in settings.json. A null matcher is none at all; each handler is a JSON object.</summary>
public sealed record SettingsEntry(string Event, string? Matcher, ImmutableArray<string> Handlers)
{
    internal string ToJson()
    {
        var json = new StringBuilder("{");
        if (Matcher is not null)
            json.Append("\"matcher\":").Append(JsonText.Quote(Matcher)).Append(',');
        return json.Append("\"hooks\":[").AppendJoin(',', Handlers).Append("]}").ToString();
    }
}
