using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Engine;

namespace HookRules.Compiler.Rules.Binding;

/// <summary>A field that a text names, and where.</summary>
internal sealed record Placeholder(FieldPath Field, string Text, int Index, TextSpan Span);

/// <summary>Texts with placeholders, and values of actions.</summary>
internal sealed class TextBinder(BindContext context)
{
    private readonly ImmutableArray<Placeholder>.Builder placeholders = ImmutableArray.CreateBuilder<Placeholder>();

    /// <summary>Every placeholder of the texts bound so far; which of them exist depends on the rule that uses them.</summary>
    public ImmutableArray<Placeholder> Placeholders => placeholders.ToImmutable();

    public Template Template(StringSyntax text) => Template(text.Text, text.Part, text.IsConstant);

    /// <param name="place">Where a part of the text stands.</param>
    /// <param name="isConstant">It is the value of a constant, whose own constants have their values.</param>
    public Template Template(string text, Func<int, int, TextSpan> place, bool isConstant)
    {
        if (!isConstant)
            (text, place) = Expanded(text, place);
        var template = Engine.Template.Parse(text);
        placeholders.AddRange(Fields(template, text, place));
        return template;
    }

    /// <summary>What would be a placeholder, were the text one that has them.</summary>
    public static IEnumerable<Placeholder> Fields(StringSyntax text) => Fields(Engine.Template.Parse(text.Text), text.Text, text.Part);

    private static IEnumerable<Placeholder> Fields(Template template, string text, Func<int, int, TextSpan> place)
    {
        var at = 0;
        foreach (var field in template.Fields)
        {
            var (start, length) = Find(text, field, at);
            yield return new Placeholder(field, text.Substring(start, length), start, place(start, length));
            at = start + length;
        }
    }

    /// <summary>A text in which constants have their values, and where its parts stand.</summary>
    public (string Text, Func<int, int, TextSpan> Place) Expanded(string text, Func<int, int, TextSpan> place)
    {
        if (context.Constants.IsEmpty || !text.Contains('{', StringComparison.Ordinal))
            return (text, place);
        var (expanded, from, isWhole) = ConstantText.Expand(
            text,
            (name, start, end) =>
                context.Constants.IsPlaceholder(name)
                    ? context.Constants.Use(name, context.At(place(start, end - start)), context)?.Inline ?? name
                    : null
        );
        if (!isWhole)
            context.Report(DiagnosticCatalog.ConstantsTooLong(context.At(place(0, text.Length)), ConstantText.MostInserted));
        return (
            expanded,
            (start, length) =>
                length == 0
                    ? place(start < from.Count ? from[start].Start : text.Length, 0)
                    : place(from[start].Start, from[start + length - 1].End - from[start].Start)
        );
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
            case ConstantSyntax constant:
                return context.Use(constant) is not { } known ? null
                    : known.Type == ConstantType.List
                        ? context.None<TextValue>(
                            DiagnosticCatalog.ConstantNotFitting(
                                context.At(constant),
                                constant.Name,
                                Constant.Describe(known.Type),
                                "one text"
                            )
                        )
                    : Value(known.ToValue(constant.Span), what);
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
            case ConstantSyntax constant:
                return context.Use(constant) is { } known ? Json(known.ToValue(constant.Span)) : null;
            case PayloadSyntax:
                return new JsonTemplate.WholePayload();
            case ListSyntax list:
                var items = list.Items.Select(Json).ToArray();
                return items.All(item => item is not null) ? new JsonTemplate.Array([.. items.Select(item => item!)]) : null;
            case MapSyntax map:
                var members = map.Members.Select(member => KeyValuePair.Create(member.Key.Text, Json(member.Value))).ToArray();
                return members.All(member => member.Value is not null)
                    ? new JsonTemplate.Object([.. members.Select(member => KeyValuePair.Create(member.Key, member.Value!))])
                    : null;
            default:
                throw new InvalidOperationException($"unknown value {value.GetType().Name}");
        }
    }

    public TextValue.Env? Variable(EnvSyntax env) =>
        IsVariable(env.Name)
            ? new TextValue.Env(env.Name)
            : context.None<TextValue.Env>(DiagnosticCatalog.BadVariable(context.At(env), env.Name));

    public static bool IsVariable(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    /// <summary>Reports the placeholders that a payload has not.</summary>
    public static void Check(BindContext context, IEnumerable<Placeholder> placeholders, PayloadKind payload)
    {
        foreach (var placeholder in placeholders)
        {
            if (payload.Find(placeholder.Field) is FieldLookup.Unknown unknown)
                context.Report(
                    DiagnosticCatalog.UnknownField(
                        context.At(placeholder.Span),
                        placeholder.Text,
                        unknown.Reason,
                        unknown.Nearest is null ? null : $"{{{unknown.Nearest}}}"
                    )
                );
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

            if (Engine.Template.FieldAt(text, at, out var close) == field)
                return (at, close + 1 - at);
        }

        return (from, 0);
    }
}
