using System.Buffers;
using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Engine;

namespace HookRules.Compiler.Rules.Binding;

/// <summary><c>set</c> and <c>reply</c>: fields looked up in the schemas of event and tool, values checked against their types.</summary>
internal sealed class AnswerBinder(BindContext context, PayloadKind payload)
{
    private static readonly (FieldKinds Kind, string What)[] Kinds =
    [
        (FieldKinds.String, "a text"),
        (FieldKinds.Number, "a number"),
        (FieldKinds.Boolean, "true or false"),
        (FieldKinds.Array, "a list"),
        (FieldKinds.Object, "a map"),
    ];

    private SchemaShape? Output => ReplyFields.ShapeOf(payload.Event.Name);

    /// <summary>What <c>reply</c> may say on this event.</summary>
    public ImmutableArray<string> ReplyNames => ReplyFields.Of(payload.Event.Name);

    private static readonly FieldPath Command = FieldPath.Parse("command")!;

    // Nothing that a shell would read as more than a word.
    private static readonly SearchValues<char> WordSigns = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./=:,@%+"
    );

    /// <summary>A word of the commands that matched for another, or for several. Null where it is wrong, which is reported.</summary>
    public FieldChange? Replacement(MemberSyntax syntax, StringSyntax replaced)
    {
        if (FieldPath.Parse(syntax.Key.Text) is not { } path || path != Command)
            return context.None<FieldChange>(
                DiagnosticCatalog.WrongValue(
                    context.At(syntax.Key),
                    "the field whose word is replaced",
                    "command, which has commands and words"
                )
            );
        if (payload.Find(path) is FieldLookup.Unknown unknown)
            return context.None<FieldChange>(
                DiagnosticCatalog.UnknownField(context.At(syntax.Key), syntax.Key.Text, unknown.Reason, unknown.Nearest)
            );
        if (context.Resolve(syntax.Value) is not { } value)
            return null;
        if (replaced.Text.Length == 0 || replaced.Text.AsSpan().ContainsAnyExcept(WordSigns))
            return context.None<FieldChange>(
                DiagnosticCatalog.WrongValue(
                    context.At(replaced),
                    "the word that is replaced",
                    "one word without quotes and signs of the shell"
                )
            );
        var words = (value as StringSyntax)?.Text.Split(' ');
        if (words is null || words.Any(word => word.Length == 0 || word.AsSpan().ContainsAnyExcept(WordSigns)))
            return context.None<FieldChange>(
                DiagnosticCatalog.WrongValue(
                    context.At(syntax.Value),
                    "what replaces the word",
                    "words without quotes and signs of the shell"
                )
            );
        return new FieldChange(path, new JsonTemplate.Value(new TextValue.Text(Template.Literal(string.Join(' ', words)))), replaced.Text);
    }

    /// <summary>Null where it is wrong, which is reported.</summary>
    public FieldChange? Change(MemberSyntax syntax)
    {
        var changeable = payload.Event.Changes!;
        if (FieldPath.Parse(syntax.Key.Text) is not { } path)
            return context.None<FieldChange>(
                DiagnosticCatalog.UnknownField(context.At(syntax.Key), syntax.Key.Text, "this is no path such as tool_input.command", null)
            );
        if (path.IsFile || path.Segments[0].Name != changeable)
            return context.None<FieldChange>(
                DiagnosticCatalog.NotChangeable(context.At(syntax.Key), syntax.Key.Text, payload.Event.Name, changeable)
            );
        if (payload.Find(path) is FieldLookup.Unknown unknown)
            return context.None<FieldChange>(
                DiagnosticCatalog.UnknownField(context.At(syntax.Key), syntax.Key.Text, unknown.Reason, unknown.Nearest)
            );
        return Bind(syntax, FieldCatalog.Shapes(payload.Event.Name, payload.Tools, path)) is { } value
            ? new FieldChange(path, value)
            : null;
    }

    /// <summary>Null where it is wrong, which is reported.</summary>
    public ReplyField? Reply(MemberSyntax syntax)
    {
        var name = syntax.Key.Text;
        if (Output is not { } output || Below(output, name) is not { } shape || name == "hookEventName")
            return context.None<ReplyField>(
                DiagnosticCatalog.UnknownReplyField(
                    context.At(syntax.Key),
                    name,
                    payload.Event.Name,
                    NearestName.Find(name, ReplyNames),
                    ReplyNames
                )
            );
        if (ReplyFields.Steps.TryGetValue(name, out var step))
            return context.None<ReplyField>(DiagnosticCatalog.ReplyFieldIsStep(context.At(syntax.Key), name, step));
        return Bind(syntax, [shape]) is { } value ? new ReplyField(name, value) : null;
    }

    // Half of a surrogate pair, which YAML can spell, is no name that a schema can be asked for.
    private static SchemaShape? Below(SchemaShape shape, string name) =>
        shape.Names.Contains(name, StringComparer.Ordinal) ? shape.Property(name) : null;

    private JsonTemplate? Bind(MemberSyntax syntax, IReadOnlyList<SchemaShape> shapes)
    {
        if (context.Resolve(syntax.Value) is not { } resolved)
            return null;
        syntax = syntax with { Value = resolved };
        if (Foreign(syntax.Value) is { } foreign)
            return context.None<JsonTemplate>(
                DiagnosticCatalog.WrongValue(context.At(foreign), "a value here", "a text, a number, true, false, a list or a map")
            );
        if (shapes.Count > 0)
        {
            // A value that fits one of the tools is none that never fits.
            var problems = shapes.Select(shape => Problem(syntax.Value, syntax.Key.Text, shape)).ToArray();
            if (problems.All(problem => problem is not null))
                return context.None<JsonTemplate>(problems[0]!);
        }

        var texts = new TextBinder(context);
        var value = texts.Json(syntax.Value);
        TextBinder.Check(context, texts.Placeholders, payload);
        return value;
    }

    /// <summary>The whole event and environment variables are for requests: an answer to Claude Code holds neither.</summary>
    private static ValueSyntax? Foreign(ValueSyntax value) =>
        value switch
        {
            EnvSyntax or PayloadSyntax => value,
            ListSyntax list => list.Items.Select(Foreign).FirstOrDefault(found => found is not null),
            MapSyntax map => map.Members.Select(member => Foreign(member.Value)).FirstOrDefault(found => found is not null),
            _ => null,
        };

    /// <summary>Why a value never fits a shape; null where it may.</summary>
    private Diagnostic? Problem(ValueSyntax value, string name, SchemaShape shape)
    {
        var kind = value switch
        {
            StringSyntax => FieldKinds.String,
            ListSyntax => FieldKinds.Array,
            MapSyntax => FieldKinds.Object,
            LiteralSyntax { Json: "true" or "false" } => FieldKinds.Boolean,
            LiteralSyntax { Json: "null" } => FieldKinds.None,
            _ => FieldKinds.Number,
        };
        if (kind == FieldKinds.None ? !shape.IsNullable && shape.Kinds != FieldKinds.Any : (shape.Kinds & kind) == 0)
            return DiagnosticCatalog.ValueNeverFits(
                context.At(value),
                name,
                new FieldType(shape.Kinds, [], false).Describe(),
                kind == FieldKinds.None ? "null" : Kinds.First(one => one.Kind == kind).What
            );

        return value switch
        {
            StringSyntax text when shape.Values is { } known && !Template.Parse(text.Text).HasFields && !known.Contains(text.Text) =>
                DiagnosticCatalog.ValueNeverFits(context.At(value), name, $"one of {DiagnosticCatalog.OneOf(known)}", $"\"{text.Text}\""),
            ListSyntax list => list
                .Items.Select((item, number) => Problem(item, $"{name}[{number}]", shape.Item()))
                .FirstOrDefault(problem => problem is not null),
            MapSyntax map => map.Members.Select(member => MemberProblem(member, name, shape)).FirstOrDefault(problem => problem is not null)
                ?? Missing(map, name, shape),
            _ => null,
        };
    }

    private Diagnostic? Missing(MapSyntax map, string name, SchemaShape shape) =>
        shape.Names.FirstOrDefault(required => shape.Requires(required) && !map.Members.Any(member => member.Key.Text == required))
            is { } missing
            ? DiagnosticCatalog.MissingKey(context.At(map), $"\"{name}\"", missing, $"{missing}: …")
            : null;

    private Diagnostic? MemberProblem(MemberSyntax member, string name, SchemaShape shape)
    {
        if (Below(shape, member.Key.Text) is { } below)
            return Problem(member.Value, $"{name}.{member.Key.Text}", below);
        if (shape.MayHaveMore)
            return null;
        var nearest = NearestName.Find(member.Key.Text, shape.Names);
        return DiagnosticCatalog.UnknownField(
            context.At(member.Key),
            $"{name}.{member.Key.Text}",
            $"\"{name}\" has no field \"{member.Key.Text}\"",
            nearest
        );
    }
}
