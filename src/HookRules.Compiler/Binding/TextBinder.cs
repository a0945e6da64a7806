using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Syntax;
using HookRules.Engine;

namespace HookRules.Compiler.Binding;

/// <summary>A field that a text names, and where.</summary>
internal readonly record struct Placeholder(FieldPath Field, string Text, int Index, TextSpan Span);

/// <summary>Texts with placeholders, and values of actions.</summary>
internal sealed class TextBinder(BindContext context)
{
    private readonly ImmutableArray<Placeholder>.Builder placeholders = ImmutableArray.CreateBuilder<Placeholder>();

    /// <summary>Every placeholder of the texts bound so far; which of them exist depends on the rule that uses them.</summary>
    public ImmutableArray<Placeholder> Placeholders => placeholders.ToImmutable();

    public Template Template(StringSyntax text) => Template(text.Text, text.Part);

    /// <param name="place">Where a part of the text stands.</param>
    public Template Template(string text, Func<int, int, TextSpan> place)
    {
        var template = Engine.Template.Parse(text);
        var at = 0;
        foreach (var field in template.Fields)
        {
            var (start, length) = Find(text, field, at);
            placeholders.Add(new Placeholder(field, text.Substring(start, length), start, place(start, length)));
            at = start + length;
        }

        return template;
    }

    /// <summary>Text or <c>env.NAME</c>; null where it is neither, which is reported.</summary>
    public TextValue? Value(ValueSyntax value, string what)
    {
        switch (value)
        {
            case StringSyntax text:
                return new TextValue.Text(Template(text));
            case LiteralSyntax literal:
                return new TextValue.Text(Engine.Template.Literal(literal.Json));
            case EnvSyntax env:
                return Variable(env);
            default:
                return context.None<TextValue>(DiagnosticCatalog.WrongValue(context.At(value), what, "a text or env.NAME"));
        }
    }

    public JsonTemplate? Json(ValueSyntax value)
    {
        switch (value)
        {
            case StringSyntax text:
                return new JsonTemplate.Value(new TextValue.Text(Template(text)));
            case EnvSyntax env:
                return Variable(env) is { } variable ? new JsonTemplate.Value(variable) : null;
            case LiteralSyntax literal:
                return new JsonTemplate.Raw(literal.Json);
            case PayloadSyntax:
                return new JsonTemplate.WholePayload();
            case ListSyntax list:
                var items = list.Items.Select(Json).ToArray();
                return items.All(item => item is not null) ? new JsonTemplate.Array([.. items.Select(item => item!)]) : null;
            case MapSyntax map:
                var members = map.Members.Select(member => KeyValuePair.Create(member.Key.Text, Json(member.Value))).ToArray();
                return members.All(member => member.Value is not null) ? new JsonTemplate.Object([.. members.Select(member => KeyValuePair.Create(member.Key, member.Value!))]) : null;
            default:
                throw new InvalidOperationException($"unknown value {value.GetType().Name}");
        }
    }

    public TextValue.Env? Variable(EnvSyntax env) => IsVariable(env.Name) ? new TextValue.Env(env.Name) : context.None<TextValue.Env>(DiagnosticCatalog.BadVariable(context.At(env), env.Name));

    public static bool IsVariable(string name) => name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    /// <summary>Reports the placeholders that a payload has not.</summary>
    public static void Check(BindContext context, IEnumerable<Placeholder> placeholders, PayloadKind payload)
    {
        foreach (var placeholder in placeholders)
        {
            if (payload.Find(placeholder.Field) is FieldLookup.Unknown unknown)
                context.Report(DiagnosticCatalog.UnknownField(context.At(placeholder.Span), placeholder.Text, unknown.Reason, unknown.Nearest is null ? null : $"{{{unknown.Nearest}}}"));
        }
    }

    // The engine's template does not keep places; the field is searched for where the template found it.
    private static (int Start, int Length) Find(string text, FieldPath field, int from)
    {
        for (var at = text.IndexOf('{', from); at >= 0; at = text.IndexOf('{', at + 1))
        {
            if (at + 1 < text.Length && text[at + 1] == '{')
            {
                at++;
                continue;
            }

            if (Engine.Template.FieldAt(text, at, out var close) == field) return (at, close + 1 - at);
        }

        return (from, 0);
    }
}
