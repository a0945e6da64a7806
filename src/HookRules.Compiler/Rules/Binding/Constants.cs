using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Engine;

namespace HookRules.Compiler.Rules.Binding;

/// <summary>The parameters and <c>let</c>s of one scope: what <c>$name</c> and, in texts, <c>{name}</c> stand for.</summary>
internal sealed class Constants
{
    /// <summary>The folder of a pack.</summary>
    public const string Pack = "pack";

    private const int MostGuesses = 100;

    private readonly Dictionary<string, (Constant Value, SourceRef At, BindContext Context)> all = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SourceRef> arguments = new(StringComparer.Ordinal);
    private readonly HashSet<string> skipped = new(StringComparer.Ordinal);
    private readonly HashSet<string> used = new(StringComparer.Ordinal);
    private readonly HashSet<string> settled = new(StringComparer.Ordinal);
    private string? folder;
    private bool isBundled;
    private int guesses;

    /// <summary>Names that payloads have already, or that stand for something else in a text.</summary>
    public static bool IsReserved(string name) => IsField(name) || name is Pack or "files";

    // The short names of payload fields; those of the tool's file among them.
    private static bool IsField(string name) => FieldPath.Parse(name) is { IsFile: true } || FieldPath.Aliases.ContainsKey(name);

    public bool IsEmpty => all.Count == 0 && folder is null && !isBundled;

    /// <summary>What <c>$pack</c> stands for; null for a bundled pack, which has no folder.</summary>
    public void SetFolder(string? path) => (folder, isBundled) = (path, path is null);

    /// <param name="argument">Where its value is given, if in another scope; no names of this one are meant in its texts.</param>
    public void Add(NameSyntax name, string kind, Constant value, BindContext context, SourceRef? argument = null)
    {
        if (!all.TryAdd(name.Text, (value, context.At(name), context)))
            context.Report(DiagnosticCatalog.DuplicateName(context.At(name), kind, name.Text, all[name.Text].At));
        else if (argument is not null)
        {
            settled.Add(name.Text);
            arguments.Add(name.Text, argument);
        }
    }

    /// <summary>It is wrong for another reason, which is reported: that nobody uses it is no second mistake.</summary>
    public void Excuse(string name) => used.Add(name);

    /// <summary>A statement that could not be read still declares its name.</summary>
    public void Skip(string name) => skipped.Add(name);

    public bool IsKnown(string name) => all.ContainsKey(name) || (name == Pack && folder is not null);

    /// <summary>A name that a text means when it stands in braces.</summary>
    public bool IsPlaceholder(string name) =>
        ((all.ContainsKey(name) || skipped.Contains(name)) && !IsField(name)) || (name == Pack && (folder is not null || isBundled));

    /// <summary>Null where there is none, which is reported.</summary>
    public Constant? Use(string name, SourceRef at, BindContext context)
    {
        if (all.TryGetValue(name, out var constant))
        {
            used.Add(name);
            if (arguments.TryGetValue(name, out var argument))
                context.SetOrigin(at, argument);
            return Settled(name, constant.Value, at, context);
        }

        if (name == Pack && folder is not null)
            return Constant.Text(folder);
        if (name == Pack && isBundled)
            return context.None<Constant>(DiagnosticCatalog.PackHasNoFolder(at));
        return skipped.Contains(name)
            ? null
            : context.None<Constant>(
                DiagnosticCatalog.UnknownLet(at, name, guesses++ < MostGuesses ? NearestName.Find(name, all.Keys.Concat(skipped)) : null)
            );
    }

    /// <summary>A constant in whose texts others have their values; those that name each other in a circle stay as they are.</summary>
    public Constant Settled(Constant value, SourceRef at, BindContext context)
    {
        return value.Texts.Any(text => text.Contains('{', StringComparison.Ordinal))
            ? value with
            {
                Texts = [.. value.Texts.Select(Text)],
            }
            : value;

        string Text(string text)
        {
            var (expanded, _, isWhole) = ConstantText.Expand(
                text,
                (name, _, _) => IsPlaceholder(name) && !skipped.Contains(name) ? Use(name, at, context)?.Inline : null
            );
            if (!isWhole)
                context.Report(DiagnosticCatalog.ConstantsTooLong(at, ConstantText.MostInserted));
            return expanded;
        }
    }

    private Constant Settled(string name, Constant value, SourceRef at, BindContext context)
    {
        // Once, and not again inside of itself.
        if (!settled.Add(name))
            return value;
        var whole = Settled(value, at, context);
        all[name] = all[name] with { Value = whole };
        return whole;
    }

    public void ReportUnused()
    {
        foreach (var (name, constant) in all)
        {
            if (!used.Contains(name))
                constant.Context.Report(DiagnosticCatalog.UnusedLet(constant.At, name));
        }
    }
}
