using System.CommandLine;
using System.CommandLine.Parsing;
using HookRules.Compiler.Knowledge;

namespace HookRules.Cli;

/// <summary>What is wrong with a command line, in the words of its user: the library names types of ours.</summary>
internal static class UsageErrors
{
    public static IReadOnlyList<string> Of(ParseResult result)
    {
        var command = result.CommandResult.Command;
        var unknown = UnknownOptions(result).ToList();
        var problems = unknown
            .Select(option =>
                $"unknown option \"{option}\"{Nearest(option, Options(result).SelectMany(one => one.Aliases.Append(one.Name)))}"
            )
            .ToList();
        foreach (var word in result.UnmatchedTokens.Except(unknown))
            problems.Add(
                command.Subcommands.Count > 0
                    ? $"unknown command \"{word}\"{Nearest(word, command.Subcommands.SelectMany(one => one.Aliases.Append(one.Name)))}"
                    : $"\"{word}\" is one argument too many"
            );

        // What does not belong there is why something is missing.
        if (problems.Count == 0)
            problems.AddRange(result.Errors.Select(error => Describe(error, command)));
        return [.. problems.Distinct()];
    }

    /// <summary>The command that the words name so far, as one writes it.</summary>
    public static string NameOf(ParseResult result)
    {
        var names = new List<string>();
        for (SymbolResult? one = result.CommandResult; one is CommandResult { Command: not RootCommand } found; one = one.Parent)
            names.Insert(0, found.Command.Name);
        return string.Join(' ', names.Prepend("hookrules"));
    }

    // The library takes an unknown option for an argument.
    private static IEnumerable<string> UnknownOptions(ParseResult result) =>
        result
            .Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash)
            .Where(token => token is { Type: TokenType.Argument, Value: ['-', not (>= '0' and <= '9'), ..] })
            .Select(token => token.Value);

    private static IEnumerable<Option> Options(ParseResult result)
    {
        for (SymbolResult? one = result.CommandResult; one is CommandResult found; one = one.Parent)
            foreach (var option in found.Command.Options)
                yield return option;
    }

    private static string Describe(ParseError error, Command command)
    {
        switch (error.SymbolResult)
        {
            case OptionResult option:
                return OfOption(option, error.Message);
            case ArgumentResult { Parent: OptionResult option }:
                return OfOption(option, error.Message);
            case ArgumentResult { Tokens: [var only], Argument.HelpName: { } choices } when choices.Contains('|', StringComparison.Ordinal):
                return $"{command.Name} takes {Expected(choices)}, not \"{only.Value}\"";
            case ArgumentResult { Tokens.Count: 0 } argument:
                return $"{command.Name} needs {argument.Argument.Name}: {argument.Argument.Description}";
            case CommandResult when command.Subcommands.Count > 0:
                return $"name a command: {string.Join(", ", command.Subcommands.Where(one => !one.Hidden).Select(one => one.Name))}";
            default:
                return error.Message;
        }
    }

    private static string OfOption(OptionResult result, string message)
    {
        var option = result.Option;
        var expected = Expected(option.HelpName);
        return result.Tokens switch
        {
            [] => $"{option.Name} needs a value: {expected}",
            [var only] => $"{option.Name} takes {expected}, not \"{only.Value}\"",
            _ when option.Arity.MaximumNumberOfValues == 1 => $"{option.Name} stands twice: it takes one value",
            _ => message,
        };
    }

    private static string Expected(string? helpName) =>
        helpName switch
        {
            null => "a value",
            "N" => "a whole number from 0 up",
            var choices when choices.Contains('|', StringComparison.Ordinal) => string.Join(", ", choices.Split('|')[..^1])
                + " or "
                + choices.Split('|')[^1],
            var name => name,
        };

    private static string Nearest(string word, IEnumerable<string> names) =>
        NearestName.Find(word, names) is { } nearest ? $"; did you mean \"{nearest}\"?" : "";
}
