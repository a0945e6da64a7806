using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace HookRules.Engine;

public abstract partial record Invocation
{
    internal const string SlackWebhook = "SLACK_WEBHOOK";

    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(30);

    // The text goes over HTTP, never into a page.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static Http OfHttp(Handler.Http http, Payload payload, InvocationContext context)
    {
        var url = http.Url is TextValue.Text text ? UrlOf(text.Template, payload, context) : Resolve(http.Url, payload, context);
        var shownUrl = http.Url is TextValue.Env variable ? Reference(variable) : url;
        CheckUrl(url, shownUrl, context);
        var headers = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>(http.Headers.Length);
        foreach (var header in http.Headers)
        {
            var value = Resolve(header.Value, payload, context);
            if (value.AsSpan().ContainsAny('\r', '\n', '\0'))
                throw new RefusedException($"the value of the header {header.Name} contains a line break");
            headers.Add(KeyValuePair.Create(header.Name, value));
        }

        return new Http(
            $"{http.Method} {shownUrl}",
            http.Method,
            url,
            headers.ToImmutable(),
            http.Body is { } body ? BodyOf(body, payload, context) : null
        )
        {
            DefaultTimeout = RequestTimeout,
        };
    }

    private static Http OfSlack(Handler.Slack slack, Payload payload, InvocationContext context)
    {
        var webhook = new TextValue.Env(slack.Webhook ?? SlackWebhook);
        var url = Resolve(webhook, context);
        CheckUrl(url, Reference(webhook), context);
        // In a message <!channel> and <url|text> are commands: what comes from an event is text.
        var text = slack.Text is TextValue.Text { Template: var template }
            ? string.Concat(template.Parts.Select(part => part.Literal ?? EscapeForSlack(Text(part.Field!, payload, context) ?? "")))
            : Resolve(slack.Text, payload, context);
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body, Plain))
        {
            json.WriteStartObject();
            json.WriteString("text", text);
            json.WriteEndObject();
        }

        return new Http($"POST {Reference(webhook)}", "POST", url, [], body.WrittenMemory) { DefaultTimeout = RequestTimeout };
    }

    private static string EscapeForSlack(string value) =>
        value
            .Replace("&", "&amp;", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal);

    /// <summary>Inside a URL a value stays inside its one segment or parameter; only one that begins the URL is taken as it is.</summary>
    private static string UrlOf(Template template, Payload payload, InvocationContext context)
    {
        var url = new StringBuilder();
        foreach (var part in template.Parts)
        {
            var value = part.Literal ?? Text(part.Field!, payload, context) ?? "";
            url.Append(part.Field is null || url.Length == 0 ? value : Uri.EscapeDataString(value));
        }

        return url.ToString();
    }

    private static void CheckUrl(string url, string shown, InvocationContext context)
    {
        if (context.Environment is null && shown.StartsWith("env.", StringComparison.Ordinal))
            return;
        if (
            !Uri.TryCreate(url, UriKind.Absolute, out var address)
            || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps)
        )
            throw new RefusedException($"{shown} is not an http or https URL");
    }

    private static ReadOnlyMemory<byte> BodyOf(JsonTemplate template, Payload payload, InvocationContext context)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body, Plain))
            JsonTemplateWriter.Write(json, template, payload, value => Resolve(value, payload, context), context.Files);
        return body.WrittenMemory;
    }
}
