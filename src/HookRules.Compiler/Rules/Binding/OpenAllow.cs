using HookRules.Compiler.Diagnostics;
using HookRules.Engine;

namespace HookRules.Compiler.Rules.Binding;

/// <summary>An <c>allow</c> approves a whole command line, so its condition must be about the whole line.</summary>
internal static class OpenAllow
{
    private static readonly FieldPath Command = FieldPath.Parse("command")!;
    private static readonly string[] Shells = ["Bash", "PowerShell", "Monitor"];

    public static void Check(Condition where, Trigger trigger, BindContext context, SourceRef at)
    {
        if (
            trigger.Event.Name is not ("PreToolUse" or "PermissionRequest")
            || trigger.Payload.Tools is { } tools && !tools.Any(Shells.Contains)
            || Bounds(where)
            || Open(where) is not { } open
        )
            return;
        context.Report(
            DiagnosticCatalog.AllowLeavesLineOpen(
                at,
                ConditionText.Of(open),
                ConditionText.Of(
                    open is Condition.Runs runs ? Only(runs)
                    : Named(open) is { } named ? named
                    : Example
                )
            )
        );
    }

    private static Condition.OnlyRuns Example =>
        new([
            new Condition.Runs(
                Command,
                [
                    ["npm", "test"],
                ],
                [],
                []
            ),
        ]);

    private static Condition.OnlyRuns Only(Condition.Runs runs) => new([runs with { OrMay = false, Outside = [] }]);

    /// <summary>It says of the whole line what it is.</summary>
    private static bool Bounds(Condition condition) =>
        condition switch
        {
            Condition.All all => all.Terms.Any(Bounds),
            Condition.Any any => any.Terms.All(Bounds),
            Condition.OnlyRuns => true,
            Condition.Compare { Operator: CompareOperator.Equal or CompareOperator.In } compare => compare.Field == Command,
            Condition.Matches matches => matches.Field == Command && IsAnchored(matches.Pattern),
            _ => false,
        };

    /// <summary>The first condition that holds for a part of the line, whatever the rest is.</summary>
    private static Condition? Open(Condition condition) =>
        condition switch
        {
            Condition.All all => all.Terms.Select(Open).FirstOrDefault(open => open is not null),
            Condition.Any any => any.Terms.Where(term => !Bounds(term)).Select(Open).FirstOrDefault(open => open is not null),
            Condition.Runs or Condition.Reads or Condition.Writes or Condition.Pipes => condition,
            Condition.Compare { Operator: CompareOperator.Contains or CompareOperator.StartsWith or CompareOperator.EndsWith } compare
                when compare.Field == Command => condition,
            Condition.Matches matches when matches.Field == Command => condition,
            Condition.InGlob glob when glob.Field == Command => condition,
            _ => null,
        };

    /// <summary>The commands that a text begins with, if it is plain.</summary>
    private static Condition.OnlyRuns? Named(Condition open)
    {
        if (open is not Condition.Compare { Values: [{ Text: { } text }] })
            return null;
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .TakeWhile(word => char.IsAsciiLetter(word[0]) && word.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':'))
            .ToArray();
        return words.Length == 0
            ? null
            : new Condition.OnlyRuns([
                new Condition.Runs(
                    Command,
                    [
                        [.. words],
                    ],
                    [],
                    []
                ),
            ]);
    }

    private static bool IsAnchored(RegexPattern pattern)
    {
        var source = pattern.Source;
        if (
            pattern.Flags.Contains('m')
            || !source.StartsWith('^')
            || !source.EndsWith('$')
            || source.EndsWith("\\$", StringComparison.Ordinal)
        )
            return false;
        var depth = 0;
        for (var i = 0; i < source.Length; i++)
        {
            if (source[i] == '\\')
                i++;
            else if (source[i] == '(')
                depth++;
            else if (source[i] == ')')
                depth--;
            else if (source[i] == '|' && depth == 0)
                return false;
        }

        return true;
    }
}
