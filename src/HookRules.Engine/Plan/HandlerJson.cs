using System.Text.Json;

namespace HookRules.Engine;

/// <summary>What an action does, in plan.json: one member named as the step in the language.</summary>
internal static class HandlerJson
{
    /// <summary>Writes the member into an object that the caller has begun.</summary>
    public static void Write(Utf8JsonWriter json, Handler handler)
    {
        switch (handler)
        {
            case Handler.Run run:
                json.WriteStartArray("run");
                foreach (var argument in run.Argv)
                    Write(json, argument);
                json.WriteEndArray();
                break;
            case Handler.Shell shell:
                json.WriteString("shell", shell.Script);
                if (shell.Pack is { } folder)
                    json.WriteString("pack", folder);
                break;
            case Handler.Http http:
                json.WriteStartObject("http");
                json.WriteString("method", http.Method);
                json.WritePropertyName("url");
                Write(json, http.Url);
                RuleJson.WriteArray(
                    json,
                    "headers",
                    http.Headers,
                    (j, header) =>
                    {
                        j.WriteStartArray();
                        j.WriteStringValue(header.Name);
                        Write(j, header.Value);
                        j.WriteEndArray();
                    }
                );
                if (http.Body is not null)
                {
                    json.WritePropertyName("json");
                    Write(json, http.Body);
                }

                json.WriteEndObject();
                break;
            case Handler.Slack slack:
                json.WritePropertyName("slack");
                Write(json, slack.Text);
                if (slack.Webhook is { } webhook)
                {
                    json.WritePropertyName("webhook");
                    Write(json, new TextValue.Env(webhook));
                }

                break;
            case Handler.Notify notify:
                json.WritePropertyName("notify");
                Write(json, notify.Text);
                if (notify.Sound)
                    json.WriteBoolean("sound", true);
                break;
            case Handler.Log log:
                json.WritePropertyName("log");
                Write(json, log.File);
                if (log.Text is { } line)
                    json.WriteString("text", line.Text);
                break;
            default:
                throw new InvalidOperationException($"unknown handler {handler.GetType().Name}");
        }
    }

    public static Handler Read(JsonElement json)
    {
        if (json.Optional("run") is { } run)
            return new Handler.Run(run.AsArray(ReadText));
        if (json.Optional("shell") is { } shell)
            return new Handler.Shell(shell.AsText(), json.Optional("pack")?.AsText());
        if (json.Optional("slack") is { } slack)
            return new Handler.Slack(ReadText(slack), json.Optional("webhook") is { } webhook ? webhook.Required("env").AsText() : null);
        if (json.Optional("notify") is { } notify)
            return new Handler.Notify(ReadText(notify), json.Optional("sound") is { ValueKind: JsonValueKind.True });
        if (json.Optional("log") is { } log)
            return new Handler.Log(ReadText(log), json.Optional("text") is { } line ? Template.Parse(line.AsText()) : null);
        var http = json.Required("http");
        return new Handler.Http(
            http.Required("method").AsText(),
            ReadText(http.Required("url")),
            http.Array("headers", header => new Handler.HttpHeader(RuleJson.At(header, 0).AsText(), ReadText(RuleJson.At(header, 1)))),
            http.Optional("json") is { } body ? ReadBody(body) : null
        );
    }

    public static void Write(Utf8JsonWriter json, TextValue value)
    {
        switch (value)
        {
            case TextValue.Text text:
                json.WriteStringValue(text.Template.Text);
                break;
            case TextValue.Env env:
                json.WriteStartObject();
                json.WriteString("env", env.Name);
                json.WriteEndObject();
                break;
            default:
                throw new InvalidOperationException($"unknown value {value.GetType().Name}");
        }
    }

    public static TextValue ReadText(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object
            ? new TextValue.Env(json.Required("env").AsText())
            : new TextValue.Text(Template.Parse(json.AsText()));

    public static void Write(Utf8JsonWriter json, JsonTemplate body)
    {
        switch (body)
        {
            case JsonTemplate.Value value:
                Write(json, value.Text);
                break;
            case JsonTemplate.Raw raw:
                json.WriteRawValue(raw.Json);
                break;
            case JsonTemplate.WholePayload:
                json.WriteStartObject();
                json.WriteBoolean("payload", true);
                json.WriteEndObject();
                break;
            case JsonTemplate.Array array:
                json.WriteStartArray();
                foreach (var item in array.Items)
                    Write(json, item);
                json.WriteEndArray();
                break;
            case JsonTemplate.Object members:
                // One level deeper, so that a member may be called "env" or "payload".
                json.WriteStartObject();
                json.WriteStartObject("object");
                foreach (var (name, value) in members.Members)
                {
                    json.WritePropertyName(name);
                    Write(json, value);
                }

                json.WriteEndObject();
                json.WriteEndObject();
                break;
            default:
                throw new InvalidOperationException($"unknown body {body.GetType().Name}");
        }
    }

    public static JsonTemplate ReadBody(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Array:
                return new JsonTemplate.Array(json.AsArray(ReadBody));
            case JsonValueKind.Object when json.Optional("payload") is not null:
                return new JsonTemplate.WholePayload();
            case JsonValueKind.Object when json.Optional("object") is { } members:
                return new JsonTemplate.Object([
                    .. members.EnumerateObject().Select(member => KeyValuePair.Create(member.Name, ReadBody(member.Value))),
                ]);
            case JsonValueKind.Object or JsonValueKind.String:
                return new JsonTemplate.Value(ReadText(json));
            default:
                return new JsonTemplate.Raw(json.GetRawText());
        }
    }
}
