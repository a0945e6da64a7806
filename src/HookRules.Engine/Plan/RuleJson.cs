using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace HookRules.Engine;

/// <summary>A rule, an action and the settings as lines of plan.json.</summary>
internal static class RuleJson
{
    private static readonly SourceRef NoPlace = new("?", 0, 0, 0, 0);

    private static ReadOnlySpan<(string Name, WindowKind Value)> WindowNames =>
        new[]
        {
            ("dedup", WindowKind.Dedup),
            ("dedup first", WindowKind.DedupFirst),
            ("debounce", WindowKind.Debounce),
            ("throttle", WindowKind.Throttle),
            ("batch", WindowKind.Batch),
            ("batch turn", WindowKind.BatchTurn),
        };

    private static ReadOnlySpan<(string Name, BusyMode Value)> BusyNames =>
        new[] { ("queue", BusyMode.Queue), ("coalesce", BusyMode.Coalesce), ("restart", BusyMode.Restart), ("skip", BusyMode.Skip) };

    private static ReadOnlySpan<(string Name, QueueKind Value)> QueueNames =>
        new[] { ("file", QueueKind.File), ("sqlite", QueueKind.Sqlite), ("redis", QueueKind.Redis) };

    private static ReadOnlySpan<(string Name, ConsumerMode Value)> ConsumerNames =>
        new[] { ("auto", ConsumerMode.Auto), ("manual", ConsumerMode.Manual), ("service", ConsumerMode.Service) };

    private static ReadOnlySpan<(string Name, Durability Value)> DurabilityNames =>
        new[] { ("fast", Durability.Fast), ("fsync", Durability.Fsync) };

    public static void Write(Utf8JsonWriter json, Rule rule)
    {
        json.WriteStartObject();
        json.WriteString("id", rule.Id);
        if (rule.Name is not null)
            json.WriteString("name", rule.Name);
        json.WriteString("on", rule.Event);
        if (rule.GuardsSkillCommands)
            json.WriteBoolean("skillCommands", true);
        WriteMatcher(json, rule.Matcher);
        WriteArray(json, "globs", rule.Globs, (j, glob) => j.WriteStringValue(glob.Text));
        if (rule.Where is not null)
        {
            json.WritePropertyName("where");
            ConditionJson.Write(json, rule.Where);
        }

        WriteArray(
            json,
            "decide",
            rule.Decisions,
            (j, step) =>
            {
                j.WriteStartArray();
                j.WriteStringValue(DecisionWords.Of(step.Kind));
                j.WriteStringValue(step.Text.Text);
                j.WriteEndArray();
            }
        );
        WriteArray(json, "set", rule.Sets, (j, change) => WritePair(j, change.Field.Text, change.Value, change.Word));
        WriteArray(json, "reply", rule.Replies, (j, field) => WritePair(j, field.Name, field.Value));
        Write(json, rule.Await);
        WriteArray(json, "sync", rule.Sync, Write);
        WriteArray(json, "native", rule.Natives, (j, native) => j.WriteRawValue(native.Json));
        WriteArray(json, "stages", rule.Stages, Write);
        WriteArray(json, "failure", rule.OnFailure, Write);
        Write(json, rule.Window);
        if (rule.Closed)
            json.WriteBoolean("closed", true);
        json.WriteEndObject();
    }

    public static Rule ReadRule(JsonElement json, SourceRef source) =>
        new()
        {
            Id = json.Required("id").AsText(),
            Name = json.Optional("name")?.AsText(),
            Event = json.Required("on").AsText(),
            GuardsSkillCommands = json.Optional("skillCommands") is { ValueKind: JsonValueKind.True },
            Matcher = ReadMatcher(json),
            Globs = json.Array("globs", ConditionJson.Glob),
            Where = json.Optional("where") is { } where ? ConditionJson.Read(where) : null,
            Decisions = json.Array(
                "decide",
                step => new DecisionStep(At(step, 0).AsOneOf(DecisionWords.All), Template.Parse(At(step, 1).AsText()))
            ),
            Sets = json.Array(
                "set",
                change => new FieldChange(
                    ConditionJson.Field(At(change, 0)),
                    HandlerJson.ReadBody(At(change, 1)),
                    change.GetArrayLength() > 2 ? At(change, 2).AsText() : null
                )
            ),
            Replies = json.Array("reply", field => new ReplyField(At(field, 0).AsText(), HandlerJson.ReadBody(At(field, 1)))),
            Await = json.Optional("await") is { } awaited
                ? new AwaitStep(awaited.Array("actions", name => name.AsText()), Seconds(awaited.Required("seconds")))
                : null,
            Sync = json.Array("sync", ReadBranch),
            Natives = json.Array("native", native => new NativeHandler(native.GetRawText())),
            Stages = json.Array("stages", ReadStage),
            OnFailure = json.Array("failure", ReadStage),
            Window = ReadWindow(json),
            Closed = json.Optional("closed") is { ValueKind: JsonValueKind.True },
            Source = source,
        };

    public static void Write(Utf8JsonWriter json, ActionDefinition action)
    {
        json.WriteStartObject();
        json.WriteString("name", action.Name);
        HandlerJson.Write(json, action.Handler);
        json.WriteEndObject();
    }

    public static ActionDefinition ReadAction(JsonElement json) => new(json.Required("name").AsText(), HandlerJson.Read(json), NoPlace);

    public static void Write(Utf8JsonWriter json, GraphSettings settings)
    {
        json.WriteStartObject();
        json.WriteString("queue", Name(QueueNames, settings.Queue.Kind));
        if (settings.Queue.Path is { } path)
            json.WriteString("path", path);
        if (settings.Queue.UrlVariable is { } url)
            json.WriteString("url", url);
        if (settings.Queue.Stream is { } stream)
            json.WriteString("stream", stream);
        if (settings.Queue.ElseLocal)
            json.WriteString("else", "local");
        json.WriteString("consumer", Name(ConsumerNames, settings.Consumer));
        json.WriteString("durability", Name(DurabilityNames, settings.Durability));
        if (settings.Requires is { } requires)
            json.WriteString("requires", requires);
        if (settings.Install is { } install)
            json.WriteString("install", install);
        if (settings.Environment.Length > 0)
            WriteArray(json, "env", settings.Environment, (j, name) => j.WriteStringValue(name));
        if (settings.Awaited.Length > 0)
            WriteArray(json, "awaited", settings.Awaited, (j, name) => j.WriteStringValue(name));
        if (settings.HasTurns)
            json.WriteBoolean("turns", true);
        if (settings.FeedbackWakes)
            json.WriteBoolean("wakes", true);
        if (settings.Record is { } record)
        {
            json.WriteBoolean("record", record.IsOn);
            WriteArray(json, "without", record.Without, (j, field) => j.WriteStringValue(field.Text));
            if (record.With.Length > 0)
                WriteArray(json, "with", record.With, (j, field) => j.WriteStringValue(field.Text));
        }

        json.WriteEndObject();
    }

    public static GraphSettings ReadSettings(JsonElement json) =>
        new()
        {
            Queue = new QueueSettings(
                json.Required("queue").AsOneOf(QueueNames),
                json.Optional("path")?.AsText(),
                json.Optional("url")?.AsText(),
                json.Optional("stream")?.AsText(),
                json.Optional("else") is not null
            ),
            Consumer = json.Required("consumer").AsOneOf(ConsumerNames),
            Durability = json.Required("durability").AsOneOf(DurabilityNames),
            Requires = json.Optional("requires")?.AsText(),
            Install = json.Optional("install")?.AsText(),
            Environment = json.Array("env", name => name.AsText()),
            Awaited = json.Array("awaited", name => name.AsText()),
            HasTurns = json.Optional("turns") is { ValueKind: JsonValueKind.True },
            FeedbackWakes = json.Optional("wakes") is { ValueKind: JsonValueKind.True },
            Record = json.Optional("record") is { } record
                ? new RecordSettings(record.ValueKind == JsonValueKind.True, json.Array("without", ConditionJson.Field))
                {
                    With = json.Array("with", ConditionJson.Field),
                }
                : null,
        };

    private static void WritePair(Utf8JsonWriter json, string name, JsonTemplate value, string? word = null)
    {
        json.WriteStartArray();
        json.WriteStringValue(name);
        HandlerJson.Write(json, value);
        if (word is not null)
            json.WriteStringValue(word);
        json.WriteEndArray();
    }

    private static void WriteMatcher(Utf8JsonWriter json, Matcher matcher)
    {
        switch (matcher)
        {
            case Matcher.Any:
                break;
            case Matcher.Names names:
                WriteArray(json, "match", names.Values, (j, name) => j.WriteStringValue(name));
                break;
            case Matcher.Expression expression:
                json.WriteString("match", expression.Pattern.ToString());
                break;
            default:
                throw new InvalidOperationException($"unknown matcher {matcher.GetType().Name}");
        }

        if (matcher.Raw is { } raw)
            json.WriteString("raw", raw);
    }

    private static Matcher ReadMatcher(JsonElement json)
    {
        Matcher matcher = json.Optional("match") switch
        {
            null => Matcher.Any.Instance,
            { ValueKind: JsonValueKind.Array } names => new Matcher.Names(names.AsArray(name => name.AsText())),
            { } expression => new Matcher.Expression(ConditionJson.Regex(expression.AsText())),
        };
        return json.Optional("raw") is { } raw ? matcher with { Raw = raw.AsText() } : matcher;
    }

    private static void Write(Utf8JsonWriter json, Stage stage)
    {
        json.WriteStartArray();
        foreach (var branch in stage.Branches)
            Write(json, branch);
        json.WriteEndArray();
    }

    private static Stage ReadStage(JsonElement json) => new(json.AsArray(ReadBranch));

    private static void Write(Utf8JsonWriter json, Branch branch)
    {
        var options = branch.Options;
        json.WriteStartObject();
        json.WriteString("id", branch.Id);
        json.WriteString("action", branch.Action);
        if (options.Timeout is { } timeout)
            json.WriteNumber("timeout", timeout.TotalSeconds);
        if (options.Retry != 0)
            json.WriteNumber("retry", options.Retry);
        if (options.Backoff is { } backoff)
            json.WriteNumber("backoff", backoff.TotalSeconds);
        if (options.Concurrency is { } concurrency)
            json.WriteNumber("concurrency", concurrency);
        if (options.Group is { } group)
            json.WriteString("group", group);
        if (options.Closed)
            json.WriteBoolean("closed", true);
        WriteArray(json, "pass", options.Pass, (j, name) => j.WriteStringValue(name));
        if (options.Folder is { } folder)
            json.WriteString("in", folder);
        Write(json, options.Variables);
        Write(json, options.Window);
        if (options.Feedback)
            json.WriteBoolean("feedback", true);
        if (options.Busy is { } busy)
            json.WriteString("busy", Name(BusyNames, busy));
        json.WriteEndObject();
    }

    private static Branch ReadBranch(JsonElement json) =>
        new(
            json.Required("id").AsText(),
            json.Required("action").AsText(),
            new BranchOptions
            {
                Timeout = json.Optional("timeout") is { } timeout ? Seconds(timeout) : null,
                Retry = json.Optional("retry")?.AsInt() ?? 0,
                Backoff = json.Optional("backoff") is { } backoff ? Seconds(backoff) : null,
                Concurrency = json.Optional("concurrency")?.AsInt(),
                Group = json.Optional("group")?.AsText(),
                Closed = json.Optional("closed") is { ValueKind: JsonValueKind.True },
                Pass = json.Array("pass", name => name.AsText()),
                Folder = json.Optional("in")?.AsText(),
                Variables = json.Optional("variables") is { } variables
                    ?
                    [
                        .. variables
                            .EnumerateObject()
                            .Select(variable => KeyValuePair.Create(variable.Name, HandlerJson.ReadText(variable.Value))),
                    ]
                    : [],
                Window = ReadWindow(json),
                Feedback = json.Optional("feedback") is { ValueKind: JsonValueKind.True },
                Busy = json.Optional("busy")?.AsOneOf(BusyNames),
            }
        );

    private static void Write(Utf8JsonWriter json, ImmutableArray<KeyValuePair<string, TextValue>> variables)
    {
        if (variables.IsEmpty)
            return;
        json.WriteStartObject("variables");
        foreach (var (name, value) in variables)
        {
            json.WritePropertyName(name);
            HandlerJson.Write(json, value);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, AwaitStep? step)
    {
        if (step is null)
            return;
        json.WriteStartObject("await");
        WriteArray(json, "actions", step.Actions, (j, name) => j.WriteStringValue(name));
        json.WriteNumber("seconds", step.Timeout.TotalSeconds);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Window? window)
    {
        if (window is null)
            return;
        json.WriteStartObject("window");
        json.WriteString("kind", Name(WindowNames, window.Kind));
        json.WriteNumber("seconds", window.Length.TotalSeconds);
        if (window.Count > 0)
            json.WriteNumber("count", window.Count);
        if (window.Most is { } most)
            json.WriteNumber("max", most.TotalSeconds);
        WriteArray(json, "by", window.By, (j, field) => j.WriteStringValue(field.Text));
        json.WriteEndObject();
    }

    private static Window? ReadWindow(JsonElement json) =>
        json.Optional("window") is { } window
            ? new Window(
                window.Required("kind").AsOneOf(WindowNames),
                Seconds(window.Required("seconds")),
                window.Array("by", ConditionJson.Field)
            )
            {
                Count = window.Optional("count")?.AsInt() ?? 0,
                Most = window.Optional("max") is { } most ? Seconds(most) : null,
            }
            : null;

    internal static void WriteArray<T>(Utf8JsonWriter json, string name, ImmutableArray<T> items, Action<Utf8JsonWriter, T> write)
    {
        if (items.IsDefaultOrEmpty)
            return;
        json.WriteStartArray(name);
        foreach (var item in items)
            write(json, item);
        json.WriteEndArray();
    }

    private static TimeSpan Seconds(JsonElement json)
    {
        var seconds = json.AsDouble();
        return seconds is >= 0 and < 1e9
            ? TimeSpan.FromSeconds(seconds)
            : throw new PlanCorruptException(
                string.Create(CultureInfo.InvariantCulture, $"the plan has an impossible duration: {seconds} s")
            );
    }

    internal static JsonElement At(JsonElement array, int index) =>
        array.ValueKind == JsonValueKind.Array && index < array.GetArrayLength()
            ? array[index]
            : throw new PlanCorruptException("the plan is malformed: an array is too short");

    internal static string Name<T>(ReadOnlySpan<(string Name, T Value)> names, T value)
    {
        foreach (var (name, one) in names)
            if (EqualityComparer<T>.Default.Equals(one, value))
                return name;
        throw new InvalidOperationException($"{value} has no name");
    }
}
