using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Engine;

namespace HookRules.Compiler.Rules.Binding;

/// <summary>Conditions: fields looked up in the payload of event and tool, comparisons checked against their types.</summary>
internal sealed class ConditionBinder(BindContext context, PayloadKind payload)
{
    private static readonly SearchValues<char> PatternSigns = SearchValues.Create(@"^$\()[]|+*?");

    private readonly PartialFields partial = new(context, payload);

    /// <summary>What a constant makes always true.</summary>
    public static readonly Condition Always = new Condition.All([]);

    /// <summary>What a constant makes never true.</summary>
    public static readonly Condition Never = new Condition.Any([]);

    /// <summary>The whole condition of a rule.</summary>
    public Condition? BindWhole(ConditionSyntax syntax)
    {
        var bound = Bind(syntax);
        if (bound is not null)
            partial.Report(syntax);
        return bound;
    }

    /// <summary>Null where the condition is wrong, which is reported. What constants decide is no part of it: it may be
    /// <see cref="Always"/> or <see cref="Never"/>, but holds neither.</summary>
    public Condition? Bind(ConditionSyntax syntax) =>
        syntax switch
        {
            AllSyntax all => Terms(all.Terms) is { } terms ? Joined(terms, Always, Never, left => new Condition.All(left)) : null,
            AnySyntax any => Terms(any.Terms) is { } terms
                ? Joined(WithOneOnly(terms), Never, Always, left => new Condition.Any(left))
                : null,
            NotSyntax not => Bind(not.Term) is { } term
                ? ReferenceEquals(term, Always)
                    ? Never
                    : ReferenceEquals(term, Never)
                        ? Always
                        : new Condition.Not(term)
                : null,
            ConstantConditionSyntax constant => Flag(constant),
            ExistsSyntax exists => Field(exists.Field) is var (path, _) ? new Condition.Exists(path) : null,
            CompareSyntax compare => Field(compare.Field) is var (path, type) ? Compare(compare, path, type) : null,
            MatchesSyntax matches => Field(matches.Field) is var (path, type) ? Matches(matches, path, type) : null,
            InGlobSyntax glob => Field(glob.Field) is var (path, type) ? InGlob(glob, path, type) : null,
            ShellConditionSyntax shell => new ShellConditionBinder(context, payload).Bind(shell),
            _ => throw new InvalidOperationException($"unknown condition {syntax.GetType().Name}"),
        };

    // Every term is looked at, so that each mistake is told.
    private ImmutableArray<Condition>? Terms(ImmutableArray<ConditionSyntax> terms)
    {
        var bound = terms.Select(Bind).ToArray();
        return bound.All(term => term is not null) ? [.. bound.Select(term => term!)] : null;
    }

    /// <summary>Several <c>only runs</c> joined by <c>or</c> allow a line that is made of the commands of all of them.</summary>
    private static ImmutableArray<Condition> WithOneOnly(ImmutableArray<Condition> terms)
    {
        var only = terms.OfType<Condition.OnlyRuns>().ToArray();
        return only.Length < 2
            ? terms
            : [new Condition.OnlyRuns([.. only.SelectMany(one => one.Allowed)]), .. terms.Where(term => term is not Condition.OnlyRuns)];
    }

    /// <param name="nothing">A term that changes nothing.</param>
    /// <param name="everything">A term that decides alone.</param>
    private static Condition Joined(
        ImmutableArray<Condition> terms,
        Condition nothing,
        Condition everything,
        Func<ImmutableArray<Condition>, Condition> join
    )
    {
        if (terms.Any(term => ReferenceEquals(term, everything)))
            return everything;
        var left = terms.RemoveAll(term => ReferenceEquals(term, nothing));
        return left.Length switch
        {
            0 => nothing,
            1 when terms.Length > 1 || left[0] is Condition.OnlyRuns => left[0],
            _ => join(left),
        };
    }

    private Condition? Flag(ConstantConditionSyntax syntax)
    {
        if (context.Use(syntax.Constant) is not { } constant)
            return null;
        return constant.Type == ConstantType.Bool
            ? constant.IsTrue
                ? Always
                : Never
            : context.None<Condition>(
                DiagnosticCatalog.ConstantNotFitting(
                    context.At(syntax),
                    syntax.Constant.Name,
                    Constant.Describe(constant.Type),
                    Constant.Describe(ConstantType.Bool)
                )
            );
    }

    private (FieldPath Path, FieldType Type)? Field(NameSyntax field)
    {
        if (FieldPath.Parse(field.Text) is not { } path)
        {
            context.Report(
                DiagnosticCatalog.UnknownField(context.At(field), field.Text, "this is no path such as tool_input.command", null)
            );
            return null;
        }

        switch (payload.Find(path))
        {
            case FieldLookup.Known known:
                partial.Look(field, path);
                return (path, known.Type);
            case FieldLookup.Unknown unknown:
                context.Report(DiagnosticCatalog.UnknownField(context.At(field), field.Text, unknown.Reason, unknown.Nearest));
                return null;
            default:
                throw new InvalidOperationException("unknown lookup");
        }
    }

    private Condition.Matches? Matches(MatchesSyntax syntax, FieldPath path, FieldType type)
    {
        var pattern = syntax.Regex.Constant is { } constant ? Regex(constant) : Regex(context, syntax.Regex.Source, syntax.Regex.Flags);
        // A payload's text is what is compared, and any value has one.
        return pattern is null ? null
            : type.Can(FieldKinds.Any) ? new Condition.Matches(path, pattern)
            : null;
    }

    private RegexPattern? Regex(ConstantSyntax constant)
    {
        if (context.Resolve(constant) is not { } value)
            return null;
        if (value is not StringSyntax text)
            return context.None<RegexPattern>(DiagnosticCatalog.WrongValue(context.At(constant), "a regular expression", "a text"));
        return RegexPattern.TryParse(text.Text, "", out var problem, out _)
            ?? context.None<RegexPattern>(DiagnosticCatalog.BadRegex(context.At(constant), problem!));
    }

    /// <summary>An expression that JavaScript and we read alike; null where it is none, which is reported.</summary>
    public static RegexPattern? Regex(BindContext context, StringSyntax source, string flags)
    {
        var pattern = RegexPattern.TryParse(source.Text, flags, out var problem, out var at);
        if (pattern is null)
        {
            var start = Math.Clamp(at, 0, source.Text.Length);
            context.Report(
                DiagnosticCatalog.BadRegex(start < source.Text.Length ? context.At(source.Part(start, 1)) : context.At(source), problem!)
            );
        }

        return pattern;
    }

    private Condition.InGlob? InGlob(InGlobSyntax syntax, FieldPath path, FieldType type)
    {
        if (!type.Can(FieldKinds.String))
            return Impossible<Condition.InGlob>(syntax, syntax.Field, type, "a file pattern", "compare a field that holds a path");
        if (context.Resolve(syntax.Glob) is not { } value)
            return null;
        if (value is not StringSyntax text)
            return context.None<Condition.InGlob>(DiagnosticCatalog.WrongValue(context.At(syntax.Glob), "a file pattern", "a text"));
        return Glob.TryParse(text.Text, out var problem) is { } glob
            ? new Condition.InGlob(path, glob)
            : context.None<Condition.InGlob>(DiagnosticCatalog.BadGlob(context.At(syntax.Glob), text.Text, problem!));
    }

    private Condition? Compare(CompareSyntax syntax, FieldPath path, FieldType type)
    {
        if (context.Splice(syntax.Values) is not { } values)
            return null;
        if (syntax.Operator == CompareOperator.In && values.IsEmpty && !syntax.Values.IsEmpty)
            return Never;
        if (syntax.Operator != CompareOperator.In && syntax.Values[0] is ConstantSyntax one && context.Use(one)?.Type == ConstantType.List)
            return context.None<Condition>(
                DiagnosticCatalog.ConstantNotFitting(context.At(one), one.Name, Constant.Describe(ConstantType.List), "one value")
            );
        syntax = syntax with { Values = values };
        var sign = syntax.Sign.Text;
        foreach (var value in values.OfType<StringSyntax>())
            LooksAsPattern(syntax, value);
        switch (syntax.Operator)
        {
            case CompareOperator.Less or CompareOperator.LessOrEqual or CompareOperator.Greater or CompareOperator.GreaterOrEqual:
                if (!type.Can(FieldKinds.Number))
                    return Impossible<Condition.Compare>(syntax, syntax.Field, type, $"\"{sign}\"", "compare it with == or matches");
                if (Literal(syntax.Values[0]) is not { Number: not null })
                    return Impossible<Condition.Compare>(
                        syntax.Values[0],
                        syntax.Field,
                        type,
                        $"\"{sign}\" with a text",
                        "compare it with a number"
                    );
                break;
            case CompareOperator.StartsWith or CompareOperator.EndsWith:
                if (!type.Can(FieldKinds.String))
                    return Impossible<Condition.Compare>(syntax, syntax.Field, type, $"\"{sign}\"", "compare it with ==");
                return new Condition.Compare(path, syntax.Operator, [Text(syntax.Values[0])]);
            case CompareOperator.Contains:
                if (!type.Can(FieldKinds.String | FieldKinds.Array))
                    return Impossible<Condition.Compare>(syntax, syntax.Field, type, $"\"{sign}\"", "compare it with ==");
                // Whether a text or an array comes is known only then, and a text contains texts alone.
                return new Condition.Compare(path, syntax.Operator, [Text(syntax.Values[0])]);
            default:
                if (syntax.Values.IsEmpty)
                    return context.None<Condition.Compare>(
                        DiagnosticCatalog.ImpossibleComparison(
                            context.At(syntax),
                            syntax.Field.Text,
                            type.Describe(),
                            "\"in\" with no value",
                            "name at least one value"
                        )
                    );
                break;
        }

        var literals = syntax.Values.Select(value => Comparable(syntax, value, type)).ToArray();
        return literals.All(literal => literal is not null)
            ? new Condition.Compare(path, syntax.Operator, [.. literals.Select(literal => literal!.Value)])
            : null;
    }

    /// <summary>A bare word that is written as an expression or a file pattern is, which no comparison reads as one.</summary>
    private void LooksAsPattern(CompareSyntax syntax, StringSyntax value)
    {
        var text = value.Text;
        if (value.IsConstant || value.Span.Length != text.Length)
            return;
        var field = syntax.Field.Text;
        var isPath = field is "file" or "cwd" || field.EndsWith("path", StringComparison.Ordinal);
        var pattern =
            text is ['/', _, .., '/'] && (!isPath || text.AsSpan().ContainsAny(PatternSigns)) ? $"{field} matches {text}"
            : text.Contains('*', StringComparison.Ordinal)
                ? isPath ? $"{field} glob \"{text}\""
                    : $"{field} matches /…/"
            : null;
        if (pattern is not null)
            context.Report(DiagnosticCatalog.PlainText(context.At(value), text, syntax.Sign.Text, pattern, $"\"{text}\""));
    }

    /// <summary>A value of a kind that the field can have.</summary>
    private Literal? Comparable(CompareSyntax syntax, ValueSyntax value, FieldType type)
    {
        var literal = Literal(value);
        var kind =
            literal.Number is not null ? FieldKinds.Number
            : literal.Flag is not null ? FieldKinds.Boolean
            : FieldKinds.String;
        if (!type.Can(kind) && value.Span == syntax.Field.Span)
        {
            context.Report(
                DiagnosticCatalog.ImpossibleComparison(
                    context.At(syntax.Field),
                    syntax.Field.Text,
                    type.Describe(),
                    "a condition of its name alone",
                    type.Can(FieldKinds.String)
                        ? $"say what it is to be: {syntax.Field.Text} contains \"…\", or {syntax.Field.Text} exists"
                        : $"say what it is to be, or write {syntax.Field.Text} exists"
                )
            );
            return null;
        }

        if (!type.Can(kind))
        {
            var what = kind switch
            {
                FieldKinds.Number => "a number",
                FieldKinds.Boolean => "true or false",
                _ => "a text",
            };
            context.Report(
                DiagnosticCatalog.ImpossibleComparison(
                    context.At(value),
                    syntax.Field.Text,
                    type.Describe(),
                    $"\"{syntax.Sign.Text}\" with {what}",
                    type.Can(FieldKinds.String) ? $"put it in quotes: \"{Text(value).Text}\""
                        : type.Can(FieldKinds.Boolean) ? "compare it with true or false"
                        : type.Can(FieldKinds.Number) ? "compare it with a number"
                        : "compare one of its fields, or use \"exists\""
                )
            );
            return null;
        }

        if (kind == FieldKinds.String && type.Kinds == FieldKinds.String && type.Values.Length > 0 && !type.Values.Contains(literal.Text!))
        {
            var nearest = NearestName.Find(literal.Text!, type.Values);
            context.Report(
                DiagnosticCatalog.UnknownMatcherValue(
                    context.At(value),
                    literal.Text!,
                    payload.Event.Name,
                    syntax.Field.Text,
                    nearest,
                    type.Values
                )
            );
            return null;
        }

        return literal;
    }

    private T? Impossible<T>(SyntaxNode at, NameSyntax field, FieldType type, string comparison, string fix)
        where T : class =>
        context.None<T>(DiagnosticCatalog.ImpossibleComparison(context.At(at), field.Text, type.Describe(), comparison, fix));

    private static Literal Literal(ValueSyntax value) =>
        value switch
        {
            LiteralSyntax { Json: "true" } => Engine.Literal.Of(true),
            LiteralSyntax { Json: "false" } => Engine.Literal.Of(false),
            LiteralSyntax number => Engine.Literal.Of(double.Parse(number.Json, CultureInfo.InvariantCulture)),
            _ => Text(value),
        };

    private static Literal Text(ValueSyntax value) =>
        Engine.Literal.Of(
            value switch
            {
                StringSyntax text => text.Text,
                LiteralSyntax literal => literal.Json,
                _ => throw new InvalidOperationException($"{value.GetType().Name} is no operand"),
            }
        );
}
