using System.Collections.Immutable;
using System.Globalization;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Engine;

namespace HookRules.Compiler.Rules.Binding;

/// <summary>What binding one file needs at hand: where things stand, where problems go, and what its constants are.</summary>
internal sealed class BindContext(SourceText source, ICollection<Diagnostic> problems, Constants constants)
{
    private readonly Dictionary<(int Line, int Column), SourceRef> origins = [];

    public Constants Constants => constants;

    public SourceRef At(SyntaxNode node) => source.Locate(node.Span);

    public SourceRef At(TextSpan span) => source.Locate(span);

    /// <summary>What an argument of a pack makes wrong is told at the argument, and not in the pack.</summary>
    public void Report(Diagnostic diagnostic) => problems.Add(diagnostic with { At = Origin(diagnostic.At) });

    /// <summary>Where the argument stands that a parameter has its value from; a place of something else as it is.</summary>
    public SourceRef Origin(SourceRef at) => origins.GetValueOrDefault((at.Line, at.Column), at);

    /// <summary>The parameter that stands at a place has its value from an argument.</summary>
    public void SetOrigin(SourceRef at, SourceRef argument) => origins[(at.Line, at.Column)] = argument;

    /// <summary>Reports and gives nothing, so that a caller can return both at once.</summary>
    public T? None<T>(Diagnostic diagnostic)
        where T : class
    {
        Report(diagnostic);
        return null;
    }

    /// <summary>Null where there is none, which is reported.</summary>
    public Constant? Use(ConstantSyntax constant) => constants.Use(constant.Name, At(constant), this);

    /// <summary>A value with the values of its constants; null where one is unknown, which is reported.</summary>
    public ValueSyntax? Resolve(ValueSyntax value)
    {
        switch (value)
        {
            case ConstantSyntax constant:
                return Use(constant)?.ToValue(constant.Span);
            case ListSyntax list when list.Items.Any(HasConstant):
                var items = list.Items.Select(Resolve).ToArray();
                return items.All(item => item is not null) ? list with { Items = [.. items.Select(item => item!)] } : null;
            case MapSyntax map when map.Members.Any(member => HasConstant(member.Value)):
                var members = map.Members.Select(member => (Member: member, Value: Resolve(member.Value))).ToArray();
                return members.All(member => member.Value is not null)
                    ? map with
                    {
                        Members = [.. members.Select(member => member.Member with { Value = member.Value! })],
                    }
                    : null;
            default:
                return value;
        }
    }

    /// <summary>Several values, of which a list that a constant stands for is spliced; null where one is unknown, which is
    /// reported.</summary>
    public ImmutableArray<ValueSyntax>? Splice(ImmutableArray<ValueSyntax> values)
    {
        if (!values.Any(HasConstant))
            return values;
        var spliced = ImmutableArray.CreateBuilder<ValueSyntax>();
        var isSound = true;
        foreach (var value in values)
        {
            if (Resolve(value) is not { } resolved)
                isSound = false;
            else if (value is ConstantSyntax && resolved is ListSyntax list)
                spliced.AddRange(list.Items);
            else
                spliced.Add(resolved);
        }

        return isSound ? spliced.ToImmutable() : null;
    }

    /// <summary>The length that is written or that a constant stands for; of a wrong one, which is reported, something harmless.</summary>
    public TimeSpan Value(DurationSyntax duration)
    {
        if (duration.Constant is not { } constant)
            return duration.Value;
        if (Use(constant) is { } value)
        {
            if (value.Type is ConstantType.Duration or ConstantType.Text && Durations.Parse(value.Texts[0]) is { } length)
                return length;
            Report(
                DiagnosticCatalog.ConstantNotFitting(At(constant), constant.Name, Constant.Describe(value.Type), "a duration such as 1s")
            );
        }

        return TimeSpan.FromSeconds(1);
    }

    /// <summary>The count that is written or that a constant stands for; of a wrong one, which is reported, the smallest.</summary>
    public int Value(CountSyntax count)
    {
        if (count.Constant is not { } constant)
            return count.Value;
        if (Use(constant) is { } value)
        {
            if (
                value.Type is ConstantType.Int or ConstantType.Text
                && int.TryParse(value.Texts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number >= count.Least
                && number <= Terminals.MostTimes
            )
                return number;
            Report(
                DiagnosticCatalog.ConstantNotFitting(
                    At(constant),
                    constant.Name,
                    value.Type is ConstantType.Int ? value.Inline : Constant.Describe(value.Type),
                    string.Create(CultureInfo.InvariantCulture, $"a whole number from {count.Least} to {Terminals.MostTimes}")
                )
            );
        }

        return count.Least;
    }

    private static bool HasConstant(ValueSyntax value) =>
        value switch
        {
            ConstantSyntax => true,
            ListSyntax list => list.Items.Any(HasConstant),
            MapSyntax map => map.Members.Any(member => HasConstant(member.Value)),
            _ => false,
        };
}

/// <summary>An event and the tools that may come with it (null for any): what decides which fields there are.</summary>
internal sealed record PayloadKind(HookEvent Event, IReadOnlyCollection<string>? Tools)
{
    private readonly Dictionary<string, FieldLookup> known = new(StringComparer.Ordinal);

    /// <summary>It is about what a batch collected, which has files.</summary>
    public bool IsBatch { get; init; }

    public FieldLookup Find(FieldPath path)
    {
        if (path.IsFiles && !IsBatch)
            return new FieldLookup.Unknown(
                "only a run of \"batch 5s\" or \"batch turn\" has several files",
                Find(FieldPath.File) is FieldLookup.Known ? "file" : null
            );
        if (path.IsFiles)
            path = FieldPath.File;
        if (known.TryGetValue(path.Text, out var lookup))
            return lookup;
        return known[path.Text] = FieldCatalog.Find(Event.Name, Tools, path);
    }
}
