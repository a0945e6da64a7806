using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Engine;

namespace HookRules.Compiler.Rules.Binding;

/// <summary>The header, parameters and <c>let</c>s of a file: what its constants are.</summary>
internal static class ParameterBinder
{
    /// <summary>The <c>let</c>s, and what is wrong with header and parameters whatever their values are.</summary>
    public static void Declare(RulesFileSyntax file, BindContext context)
    {
        var headers = file.Statements.OfType<PackSyntax>().ToArray();
        foreach (var header in headers)
        {
            if (header == headers[0] && header != file.Statements[0])
                context.Report(DiagnosticCatalog.PackHeaderMisplaced(context.At(header), "the first statement of its file"));
            else if (header != headers[0])
                context.Report(DiagnosticCatalog.PackHeaderMisplaced(context.At(header), "there once"));
            else if (header.Name.Text.Contains('.', StringComparison.Ordinal))
                context.Report(DiagnosticCatalog.WrongValue(context.At(header.Name), "the name of a pack", "a name without dots"));
        }

        foreach (var statement in file.Statements)
        {
            switch (statement)
            {
                case LetSyntax let:
                    if (Constant.From(let.Value is ListSyntax ? ConstantType.List : ConstantType.Text, let.Value) is { } constant)
                        context.Constants.Add(let.Name, "a value", constant, context);
                    else
                    {
                        context.Report(DiagnosticCatalog.WrongValue(context.At(let.Value), "a value", "a text or a list of texts"));
                        context.Constants.Skip(let.Name.Text);
                    }

                    break;
                case SkippedSyntax { Keyword: "let" or "param", Name: { } name }:
                    context.Constants.Skip(name);
                    break;
                case ParamSyntax param
                    when headers.Length == 0 && !file.Statements.Any(other => other is SkippedSyntax { Keyword: "pack" }):
                    context.Report(DiagnosticCatalog.ParamOutsidePack(context.At(param), param.Name.Text));
                    context.Constants.Excuse(param.Name.Text);
                    break;
                case ParamSyntax param:
                    if (Constants.IsReserved(param.Name.Text))
                        context.Report(DiagnosticCatalog.ReservedParameter(context.At(param.Name), param.Name.Text));
                    if (!PackGrammar.Types.ContainsKey(param.Type.Text))
                        context.Report(
                            DiagnosticCatalog.UnknownParameterType(
                                context.At(param.Type),
                                param.Type.Text,
                                NearestName.Find(param.Type.Text, PackGrammar.Types.Keys),
                                PackGrammar.Types.Keys
                            )
                        );
                    break;
            }
        }
    }

    /// <summary>Parameters of a file that nobody uses as a pack: what a command line gives, their defaults, or an example where there is
    /// none.</summary>
    public static void Defaults(RulesFileSyntax file, BindContext context, bool isPack, IReadOnlyDictionary<string, string> arguments)
    {
        foreach (var param in file.Statements.OfType<ParamSyntax>())
            Add(
                param,
                Given(param, context, arguments)
                    ?? Value(param, context, tell: isPack)
                    ?? (param.Default is null && TypeOf(param) is { } type ? Constant.Example(type) : null),
                context
            );
    }

    private static Constant? Given(ParamSyntax param, BindContext context, IReadOnlyDictionary<string, string> arguments)
    {
        if (!arguments.TryGetValue(param.Name.Text, out var text) || TypeOf(param) is not { } type)
            return null;
        return Constant.Given(type, text)
            ?? context.None<Constant>(
                DiagnosticCatalog.WrongParameterType(context.At(param.Name), param.Name.Text, Constant.Describe(type))
            );
    }

    /// <summary>Parameters of a used pack: what the user gives, else their defaults. What is wrong is reported and left out.</summary>
    public static Dictionary<string, Constant> Bind(RulesFileSyntax file, BindContext context, UseSyntax use, BindContext user)
    {
        var given = use.With?.Members ?? [];
        var values = new Dictionary<string, Constant>(StringComparer.Ordinal);
        var parameters = file.Statements.OfType<ParamSyntax>().DistinctBy(param => param.Name.Text).ToArray();
        var names = parameters
            .Select(param => param.Name.Text)
            .Concat(
                file.Statements.OfType<SkippedSyntax>().Where(skipped => skipped.Keyword == "param").Select(skipped => skipped.Name ?? "")
            )
            .ToArray();
        foreach (var member in given)
        {
            if (!names.Contains(member.Key.Text))
                user.Report(
                    DiagnosticCatalog.UnknownParameter(
                        user.At(member.Key),
                        use.Reference.Text,
                        member.Key.Text,
                        NearestName.Find(member.Key.Text, names),
                        names
                    )
                );
        }

        var missing = new List<string>();
        foreach (var param in parameters)
        {
            var argument = given.FirstOrDefault(member => member.Key.Text == param.Name.Text);
            if (argument is null && param.Default is null)
                missing.Add(param.Name.Text);
            var value = argument is null ? Value(param, context) : Argument(argument, param, user);
            if (value is not null)
                values[param.Name.Text] = value;
            Add(param, value, context, argument is null ? null : user.Origin(user.At(argument.Value)));
        }

        if (missing.Count > 0)
            user.Report(DiagnosticCatalog.MissingParameter(user.At(use.Reference), use.Reference.Text, missing));
        foreach (var again in file.Statements.OfType<ParamSyntax>().Except(parameters))
            Add(again, null, context);

        return values;
    }

    private static void Add(ParamSyntax param, Constant? value, BindContext context, SourceRef? argument = null)
    {
        if (value is null || Constants.IsReserved(param.Name.Text))
            context.Constants.Skip(param.Name.Text);
        else
            context.Constants.Add(param.Name, "a parameter or value", value, context, argument);
    }

    private static ConstantType? TypeOf(ParamSyntax param) => PackGrammar.Types.TryGetValue(param.Type.Text, out var type) ? type : null;

    private static Constant? Value(ParamSyntax param, BindContext context, bool tell = true)
    {
        if (param.Default is null || TypeOf(param) is not { } type)
            return null;
        if (Constant.From(type, param.Default) is { } value)
            return value;
        return tell
            ? context.None<Constant>(
                DiagnosticCatalog.WrongParameterType(context.At(param.Default), param.Name.Text, Constant.Describe(type))
            )
            : null;
    }

    private static Constant? Argument(MemberSyntax argument, ParamSyntax param, BindContext user)
    {
        if (user.Resolve(argument.Value) is not { } resolved || TypeOf(param) is not { } type)
            return null;
        // A text that the user writes means what its names mean there.
        return Constant.From(type, resolved) is { } value
            ? argument.Value is ConstantSyntax
                ? value
                : user.Constants.Settled(value, user.At(argument.Value), user)
            : user.None<Constant>(DiagnosticCatalog.WrongParameterType(user.At(argument.Value), param.Name.Text, Constant.Describe(type)));
    }
}
