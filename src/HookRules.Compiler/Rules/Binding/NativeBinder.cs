using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Compiler.Settings;
using HookRules.Engine;

namespace HookRules.Compiler.Rules.Binding;

/// <summary>Claude Code's own handlers: every field checked, written as the JSON object that goes into settings.json.</summary>
internal sealed class NativeBinder(BindContext context, Trigger trigger, ClientVersion? requires)
{
    private enum Kind
    {
        Text,
        TextOrNone,
        Flag,
        Seconds,
        Texts,
        TextMap,
        Object,
        Shell,
        OnFailure,
        Cloud,
    }

    private sealed record Field(Kind Kind, string? Since = null);

    /// <param name="Type">As settings.json calls it.</param>
    private sealed record Handler(
        string Type,
        HandlerTypes Flag,
        string Since,
        FrozenDictionary<string, Field> Fields,
        params string[] Given
    );

    private static readonly JsonWriterOptions Readable = new()
    {
        SkipValidation = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly Dictionary<string, Field> Common = new()
    {
        ["if"] = new(Kind.Text, "2.1.85"),
        ["timeout"] = new(Kind.Seconds),
        ["statusMessage"] = new(Kind.TextOrNone),
        ["once"] = new(Kind.Flag),
    };

    private static readonly Field OnFailure = new(Kind.OnFailure, "2.1.295");

    /// <summary>The fields of each handler type (specification of the hooks, section 3).</summary>
    private static readonly FrozenDictionary<string, Handler> Handlers = new Dictionary<string, Handler>
    {
        ["command"] = new(
            "command",
            HandlerTypes.Command,
            "1.0.38",
            And(
                new()
                {
                    ["args"] = new(Kind.Texts, "2.1.139"),
                    ["shell"] = new(Kind.Shell),
                    ["async"] = new(Kind.Flag),
                    ["asyncRewake"] = new(Kind.Flag),
                    ["onFailure"] = OnFailure,
                    ["rewakeMessage"] = new(Kind.Text),
                    ["rewakeSummary"] = new(Kind.Text),
                    ["cloud"] = new(Kind.Cloud),
                }
            ),
            "command"
        ),
        ["webhook"] = new(
            "http",
            HandlerTypes.Http,
            "2.1.63",
            And(
                new()
                {
                    ["headers"] = new(Kind.TextMap),
                    ["allowedEnvVars"] = new(Kind.Texts),
                    ["onFailure"] = OnFailure,
                    ["cloud"] = new(Kind.Cloud),
                }
            ),
            "url"
        ),
        ["mcp"] = new(
            "mcp_tool",
            HandlerTypes.McpTool,
            "2.1.118",
            And(new() { ["input"] = new(Kind.Object), ["onFailure"] = OnFailure }),
            "server",
            "tool"
        ),
        ["prompt"] = new(
            "prompt",
            HandlerTypes.Prompt,
            "2.0.30",
            And(new() { ["model"] = new(Kind.Text), ["continueOnBlock"] = new(Kind.Flag, "2.1.139") }),
            "prompt"
        ),
        ["agent"] = new("agent", HandlerTypes.Agent, "2.1.0", And(new() { ["model"] = new(Kind.Text) }), "prompt"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Null where it is wrong, which is reported.</summary>
    public NativeHandler? Bind(NativeSyntax syntax)
    {
        var handler = Handlers[syntax.Word.Text];
        var @event = trigger.Event;
        if ((@event.Handlers & handler.Flag) == 0)
        {
            return context.None<NativeHandler>(
                DiagnosticCatalog.HandlerNotSupported(
                    context.At(syntax.Word),
                    syntax.Word.Text,
                    @event.Name,
                    from other in Handlers
                    where (@event.Handlers & other.Value.Flag) != 0
                    select other.Key
                )
            );
        }

        if (requires is { } oldest && ClientVersion.Parse(handler.Since) is { } since && since.CompareTo(oldest) > 0)
            return context.None<NativeHandler>(
                DiagnosticCatalog.NewerThanRequired(
                    context.At(syntax.Word),
                    $"the handler \"{syntax.Word.Text}\"",
                    handler.Since,
                    oldest.ToString()
                )
            );

        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            json.WriteString("type", handler.Type);
            if (!WriteSubject(json, syntax) || !CanFilter(syntax) || !WriteFields(json, syntax, handler))
                return null;
            json.WriteEndObject();
        }

        return new NativeHandler(Encoding.UTF8.GetString(buffer.ToArray()));
    }

    private bool WriteSubject(Utf8JsonWriter json, NativeSyntax syntax)
    {
        switch (syntax.Word.Text)
        {
            case "mcp":
                var name = ((StringSyntax)syntax.Subject).Text;
                var dot = name.LastIndexOf('.');
                if (dot <= 0 || dot == name.Length - 1)
                    return Refuse(DiagnosticCatalog.BadMcpTool(context.At(syntax.Subject), name));
                json.WriteString("server", name[..dot]);
                json.WriteString("tool", name[(dot + 1)..]);
                if (syntax.Input is null)
                    return true;
                json.WritePropertyName("input");
                return WriteJson(json, syntax.Input);
            case "command" when syntax.Subject is ListSyntax list:
                if (list.Items.Any(item => item is not (StringSyntax or LiteralSyntax)))
                    return Refuse(DiagnosticCatalog.WrongValue(context.At(list), "each argument", "a text"));
                if (list.Items.IsEmpty || Text(list.Items[0]).Length == 0)
                    return Refuse(DiagnosticCatalog.EmptyCommand(context.At(list)));
                json.WriteString("command", Text(list.Items[0]));
                json.WriteStartArray("args");
                foreach (var item in list.Items.Skip(1))
                    json.WriteStringValue(Text(item));
                json.WriteEndArray();
                return true;
            default:
                if (syntax.Subject is not StringSyntax text)
                    return Refuse(
                        DiagnosticCatalog.WrongValue(context.At(syntax.Subject), $"what follows \"{syntax.Word.Text}\"", "a text")
                    );
                if (text.Text.Length == 0)
                    return Refuse(
                        DiagnosticCatalog.WrongValue(context.At(text), $"what follows \"{syntax.Word.Text}\"", "a text that is not empty")
                    );
                if (syntax.Word.Text == "webhook" && !HandlerBinder.IsUrl(text.Text))
                    return Refuse(DiagnosticCatalog.BadUrl(context.At(text), text.Text));
                json.WriteString(
                    syntax.Word.Text switch
                    {
                        "command" => "command",
                        "webhook" => "url",
                        _ => "prompt",
                    },
                    text.Text
                );
                return true;
        }
    }

    /// <summary>File patterns become an <c>if</c> in settings.json, where the client's says the same.</summary>
    private bool CanFilter(NativeSyntax syntax)
    {
        if (trigger.Globs.IsEmpty)
            return true;
        var word = syntax.Word.Text;
        if (syntax.Fields?.Members.FirstOrDefault(member => member.Key.Text == "if") is { } written)
            return Refuse(
                DiagnosticCatalog.HandlerCannotFilter(context.At(written), word, "both a file pattern and an \"if\"", "keep one of the two")
            );
        return SettingsCondition.CanFilter(trigger.Matcher, trigger.Globs)
            || Refuse(
                DiagnosticCatalog.HandlerCannotFilter(
                    context.At(syntax.Word),
                    word,
                    "these file patterns: its \"if\" knows one pattern without / { [ !",
                    "name the tools (Write, Edit, Read) and one pattern such as *.py, in a rule of its own"
                )
            );
    }

    private bool WriteFields(Utf8JsonWriter json, NativeSyntax syntax, Handler handler)
    {
        var word = syntax.Word.Text;
        var isSound = true;
        foreach (var member in syntax.Fields?.Members ?? [])
        {
            var name = member.Key.Text;
            var isGiven =
                name == "type"
                || handler.Given.Contains(name)
                || (name == "args" && syntax.Subject is ListSyntax)
                || (name == "input" && syntax.Input is not null);
            if (isGiven)
                isSound = Refuse(DiagnosticCatalog.HandlerFieldGiven(context.At(member.Key), name, word));
            // A name in quotes is no misspelt one: Claude Code passes over fields that it does not know.
            else if (!handler.Fields.TryGetValue(name, out var field) && member.Key.Span.Length > name.Length)
            {
                json.WritePropertyName(name);
                isSound = WriteJson(json, member.Value);
            }
            else if (field is null)
                isSound = Refuse(
                    DiagnosticCatalog.UnknownHandlerField(
                        context.At(member.Key),
                        name,
                        word,
                        NearestName.Find(name, handler.Fields.Keys),
                        handler.Fields.Keys
                    )
                );
            else if (name == "if" && !trigger.Event.IsToolEvent)
                isSound = Refuse(
                    DiagnosticCatalog.HandlerCannotFilter(
                        context.At(member),
                        word,
                        $"an \"if\" on {trigger.Event.Name}, where it would never run",
                        "remove it: only tool events know \"if\""
                    )
                );
            else if (requires is { } oldest && ClientVersion.Parse(field.Since ?? "") is { } since && since.CompareTo(oldest) > 0)
                isSound = Refuse(
                    DiagnosticCatalog.NewerThanRequired(context.At(member.Key), $"the field \"{name}\"", field.Since!, oldest.ToString())
                );
            else if (Expected(field.Kind, member.Value) is { } expected)
                isSound = Refuse(DiagnosticCatalog.HandlerFieldType(context.At(member.Value), name, expected));
            else if (isSound)
            {
                json.WritePropertyName(name);
                isSound = WriteJson(json, member.Value);
            }
        }

        return isSound;
    }

    /// <summary>What the field wants, if the value is something else.</summary>
    private static string? Expected(Kind kind, ValueSyntax value) =>
        kind switch
        {
            Kind.Text => value is StringSyntax { Text.Length: > 0 } ? null : "a text",
            Kind.TextOrNone => value is StringSyntax ? null : "a text",
            Kind.Flag => value is LiteralSyntax { Json: "true" or "false" } ? null : "true or false",
            Kind.Seconds => value is LiteralSyntax { Json: var number }
            && double.TryParse(number, CultureInfo.InvariantCulture, out var seconds)
            && seconds > 0
                ? null
                : "a number of seconds above 0",
            Kind.Texts => value is ListSyntax list && list.Items.All(item => item is StringSyntax) ? null : "a list of texts",
            Kind.TextMap => value is MapSyntax map && map.Members.All(member => member.Value is StringSyntax) ? null : "an object of texts",
            Kind.Object => value is MapSyntax ? null : "an object",
            Kind.Shell => value is StringSyntax { Text: "bash" or "powershell" } ? null : "\"bash\" or \"powershell\"",
            Kind.OnFailure => value is StringSyntax { Text: "continue" or "block" } ? null : "\"continue\" or \"block\"",
            Kind.Cloud => value is StringSyntax { Text: "device" or "skip" } ? null : "\"device\" or \"skip\"",
            _ => throw new InvalidOperationException($"unknown kind {kind}"),
        };

    private bool WriteJson(Utf8JsonWriter json, ValueSyntax value)
    {
        switch (value)
        {
            case StringSyntax text:
                json.WriteStringValue(text.Text);
                return true;
            case LiteralSyntax literal:
                json.WriteRawValue(literal.Json);
                return true;
            case ListSyntax list:
                json.WriteStartArray();
                var items = list.Items.All(item => WriteJson(json, item));
                json.WriteEndArray();
                return items;
            case MapSyntax map:
                json.WriteStartObject();
                var members = map.Members.All(member =>
                {
                    json.WritePropertyName(member.Key.Text);
                    return WriteJson(json, member.Value);
                });
                json.WriteEndObject();
                return members;
            default:
                return Refuse(
                    DiagnosticCatalog.WrongValue(
                        context.At(value),
                        "a value of a native handler",
                        "plain JSON: Claude Code knows no payload or env.NAME here"
                    )
                );
        }
    }

    /// <summary>A field that some handler has.</summary>
    public static bool IsField(string name) => Handlers.Values.Any(handler => handler.Fields.ContainsKey(name));

    private bool Refuse(Diagnostic diagnostic)
    {
        context.Report(diagnostic);
        return false;
    }

    private static string Text(ValueSyntax value) => value is StringSyntax text ? text.Text : ((LiteralSyntax)value).Json;

    private static FrozenDictionary<string, Field> And(Dictionary<string, Field> fields) =>
        fields.Concat(Common).ToFrozenDictionary(StringComparer.Ordinal);
}
