using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;

namespace HookRules.Engine;

/// <summary>Which variables the actions of a graph ask for: the hook keeps their values for the consumer.</summary>
internal static class EnvironmentNames
{
    public static ImmutableArray<string> Of(RuleGraph graph)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var branch in graph.Rules.SelectMany(rule => rule.QueuedBranches))
            names.UnionWith(branch.Options.Named);
        foreach (var action in graph.Actions)
        {
            if (action.Handler is Handler.Slack { Webhook: null })
                names.Add(Invocation.SlackWebhook);
            if (action.Handler is Handler.Notify)
                names.UnionWith(Invocation.PassedToNotifiers);
            AddReferences(action, names);
        }

        if (graph.Settings.Queue.UrlVariable is { } server)
            names.Add(server);
        names.ExceptWith(Invocation.AlwaysPassed);
        return [.. names];
    }

    // Wherever a handler may hold env.NAME, its JSON is {"env":"NAME"}: so a new kind of handler is not forgotten here.
    private static void AddReferences(ActionDefinition action, SortedSet<string> names)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text))
            RuleJson.Write(json, action);
        var reader = new Utf8JsonReader(text.WrittenSpan, new JsonReaderOptions { MaxDepth = 1000 });
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals("env"u8))
                continue;
            reader.Read();
            if (reader.TokenType == JsonTokenType.String)
                names.Add(reader.GetString()!);
        }
    }
}
