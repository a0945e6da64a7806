using System.Collections.Immutable;

namespace HookRules.Engine;

/// <summary>Whether a command line does something: a part that is known at run time only can leave that open.</summary>
internal enum Likelihood
{
    No,
    Maybe,
    Yes,
}

/// <summary>Compares the commands of a line with what a condition asks for.</summary>
internal static class ShellMatch
{
    public static Likelihood Runs(ShellLine line, Condition.Runs condition, Payload payload, RouteContext context)
    {
        var best = Likelihood.No;
        foreach (var command in line.Commands)
        {
            foreach (var asked in condition.Commands.AsSpan())
            {
                var found = Runs(command, asked, condition, payload, context);
                if (
                    found == Likelihood.No
                    && condition.OrMay
                    && !ShellParser.IsTalker(command.Program)
                    && ShellWrapper.Find(command.Program) is null
                )
                    found = AmongWords(command, asked, condition, payload, context);
                if (found > best)
                    best = found;
                if (best == Likelihood.Yes)
                    return best;
            }
        }

        return best;
    }

    /// <summary>This command alone is one that is asked for.</summary>
    public static bool Runs(ShellCommand command, Condition.Runs condition, Payload payload, RouteContext context)
    {
        foreach (var asked in condition.Commands.AsSpan())
            if (Runs(command, asked, condition, payload, context) is Likelihood.Yes or Likelihood.Maybe)
                return true;
        return false;
    }

    private static Likelihood Runs(
        ShellCommand command,
        ImmutableArray<string> asked,
        Condition.Runs condition,
        Payload payload,
        RouteContext context
    )
    {
        var words = command.Words;
        // A variable may hold any program: then the arguments tell. Of a verb alone, such as delete, many programs are the like.
        var isAny =
            command.Program.Length == 0
            && words[0].BaseName is [ShellWord.Value or ShellWord.Words]
            && condition.OrMay
            && (!condition.With.IsEmpty || !condition.Given.IsEmpty);
        if (!isAny && (command.Program.Length == 0 || !Wildcard.IsMatch(asked[0].ToLowerInvariant(), command.Program)))
            return Likelihood.No;
        // Which paths another machine has, and where a command starts there, is not known.
        var likelihood =
            isAny || command.IsPossible || (command.IsElsewhere && !condition.Outside.IsEmpty) ? Likelihood.Maybe : Likelihood.Yes;
        var at = 1;
        for (var k = 1; k < asked.Length; k++)
        {
            at = SubcommandAt(command, asked[0], at, asked[k], knowsOptions: k == 1 && ShellArguments.IsKnown(asked[0]));
            if (at >= words.Length)
                return Likelihood.No;
            if (words[at].IsUnknown && condition.With.IsEmpty && condition.Given.IsEmpty && condition.Outside.IsEmpty)
                return Likelihood.No; // Of many subcommands it may be any, and nothing else tells.
            if (words[at].IsUnknown)
                likelihood = Likelihood.Maybe; // It may be this subcommand, and more.
            at++;
        }

        var program = isAny ? asked[0] : command.Program;
        var name = asked.Length == 1 ? program : $"{program} {asked[1]}";
        // What a lone unknown word hides may bring any option along; a variable as the program is one word.
        var isOpen =
            likelihood == Likelihood.Maybe
            && !isAny
            && !command.IsPossible
            && !command.IsElsewhere
            && words.AsSpan()[..at].ToArray().Any(word => word.MaySplit);
        var options = new ShellOptions(name, command, words.AsSpan()[at..]);
        if (options.AsksForHelp() || (!condition.Variables.IsEmpty && !command.Variables.Intersect(condition.Variables).Any()))
            return Likelihood.No;
        foreach (var item in condition.Without)
            if (options.Has(item, condition, exactly: true) == Likelihood.Yes)
                return Likelihood.No;
        if (ShellGiven.Matches(command, condition.NotGiven, payload.Budget))
            return Likelihood.No;
        if (!(condition.With.IsEmpty && condition.Given.IsEmpty) && !ShellGiven.Matches(command, condition.Given, payload.Budget))
        {
            var with = isOpen ? Likelihood.Maybe : Likelihood.No;
            foreach (var item in condition.With)
            {
                // "$APP" stop: of a verb alone many programs are the like.
                if (isAny && asked.Length == 1 && item.All(char.IsAsciiLetter))
                    continue;
                var has = options.Has(item, condition, exactly: false);
                if (has > with)
                    with = has;
            }

            if (with < likelihood)
                likelihood = with;
        }

        if (likelihood == Likelihood.No || condition.Outside.IsEmpty)
            return likelihood;
        var outside = ShellPaths.Outside(command, options, condition.Outside, payload, context);
        return outside < likelihood ? outside : likelihood;
    }

    /// <summary>A word of a program that we do not know is itself the program that is asked for, and has the rest as its
    /// arguments.</summary>
    private static Likelihood AmongWords(
        ShellCommand command,
        ImmutableArray<string> asked,
        Condition.Runs condition,
        Payload payload,
        RouteContext context
    )
    {
        var words = command.Words;
        if (words.Length < 3 || (asked.Length == 1 && condition.With.IsEmpty && condition.Outside.IsEmpty))
            return Likelihood.No;
        for (var i = 1; i < words.Length - 1 && i < 64; i++)
        {
            if (words[i].HasGlob || !words[i].BaseName.Equals(asked[0], StringComparison.OrdinalIgnoreCase))
                continue;
            var inner = new ShellCommand(words[i..]) { Folder = command.Folder, IsPossible = true };
            if (Runs(inner, asked, condition, payload, context) != Likelihood.No)
                return Likelihood.Maybe;
        }

        return Likelihood.No;
    }

    /// <summary>The place of a subcommand behind options and their values; past the end where another one stands there.</summary>
    private static int SubcommandAt(ShellCommand command, string program, int from, string subcommand, bool knowsOptions)
    {
        var words = command.Words;
        var mayBeValue = false;
        for (var i = from; i < words.Length; i++)
        {
            var text = words[i].Text;
            if (words[i].IsUnknown && words[i].KnownLength == 0)
                return i;
            if (Wildcard.IsMatch(subcommand, text) && !text.StartsWith('-'))
                return i;
            if (text.StartsWith('-'))
            {
                if (ShellArguments.TakesValue(program, text))
                    i++;
                else
                    mayBeValue = !knowsOptions && !text.Contains('=');
                continue;
            }

            // Nobody told us about this program's options: the word may be the value of one.
            if (!mayBeValue)
                break;
            mayBeValue = false;
        }

        return words.Length;
    }

    /// <summary>The output of one of the first programs reaches one of the second as its commands.</summary>
    public static bool Pipes(ShellLine line, Condition.Pipes condition)
    {
        var commands = line.Commands;
        int[]? before = null;
        for (var i = 0; i < commands.Length; i++)
        {
            var command = commands[i];
            var isUnknown = command.Program.Length == 0 && command.Words.Length == 1 && command.Words[0].IsUnknown;
            if (!isUnknown && !IsOneOf(condition.Into, command.Program))
                continue;
            before ??= Counts(commands, condition.From);
            if ((Any(before, Feeding(command)) && RunsInput(command)) || (command.RunsNested && Any(before, command.Nested)))
                return true;
        }

        return false;

        static (int, int) Feeding(ShellCommand command) => command.Upstream;
        static bool Any(int[] counts, (int From, int To) range) => counts[range.To] > counts[range.From];
    }

    /// <summary>An interpreter that has its program elsewhere takes what is piped into it for data.</summary>
    private static bool RunsInput(ShellCommand command) => ShellScript.SourceOf(command) is not { From: not ScriptFrom.Input };

    private static int[] Counts(ImmutableArray<ShellCommand> commands, ImmutableArray<string> programs)
    {
        var counts = new int[commands.Length + 1];
        for (var i = 0; i < commands.Length; i++)
            counts[i + 1] = counts[i] + (IsOneOf(programs, commands[i].Program) ? 1 : 0);
        return counts;
    }

    /// <summary>Some command of the line is one of these programs; names in lower case.</summary>
    /// <param name="orMay">A variable may be one of them, and so may a word behind a program.</param>
    public static bool RunsOneOf(ShellLine line, ImmutableArray<string> programs, bool orMay)
    {
        foreach (var command in line.Commands)
            if (IsOneOf(programs, command.Program) || (orMay && (command.Program.Length == 0 || HasOneOf(programs, command))))
                return true;
        return false;
    }

    private static bool HasOneOf(ImmutableArray<string> programs, ShellCommand command)
    {
        foreach (var word in command.Words.AsSpan()[1..])
        foreach (var program in programs)
            if (word.BaseName.Equals(program, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }

    private static bool IsOneOf(ImmutableArray<string> programs, string program)
    {
        if (program.Length == 0)
            return false;
        foreach (var one in programs)
            if (Wildcard.IsMatch(one, program))
                return true;
        return false;
    }
}

/// <summary>The options and arguments behind a command's own words.</summary>
internal readonly ref struct ShellOptions(string name, ShellCommand command, ReadOnlySpan<ShellWord> words)
{
    private readonly ReadOnlySpan<ShellWord> words = words;

    public bool AsksForHelp()
    {
        foreach (var word in words)
        {
            if (word.Text == "--")
                return false;
            if (word.Text == "--help")
                return true;
        }

        // cargo yank --version 1.0.0 is another thing.
        return words is [.., { Text: "--version" }];
    }

    /// <summary>Paths of files, and not a branch alone, are named: behind <c>--</c>, in a file, or where it can be nothing else.</summary>
    private bool NamesPaths()
    {
        var isBehind = false;
        var operands = 0;
        for (var i = 0; i < words.Length; i++)
        {
            var text = words[i].Text;
            if (isBehind || text.StartsWith("--pathspec-from-file", StringComparison.Ordinal))
                return true;
            if (text == "--")
                isBehind = true;
            else if (text.Length > 1 && text[0] == '-')
            {
                if (text is "-b" or "-B" or "--orphan" or "-t" or "--track" or "--detach" or "-d")
                    return false;
            }
            else if (++operands > 1 || (words[i].IsUnknown ? false : LooksLikePath(text)))
                return true;
        }

        // "git checkout main --" says that main is no file.
        return false;
    }

    private static bool LooksLikePath(string text)
    {
        if (text is "." or ".." || text.StartsWith("./", StringComparison.Ordinal) || text.StartsWith("../", StringComparison.Ordinal))
            return true;
        if (text.StartsWith(':') || text.Contains('*') || (text.EndsWith('/') && text.Length > 1) || text.StartsWith('/'))
            return true;
        var extension = text.AsSpan(text.LastIndexOf('.') + 1);
        return extension.Length is > 0 and <= 5 && extension.Length < text.Length - 1 && !extension.ContainsAnyExceptInRange('a', 'z');
    }

    /// <param name="exactly">Only what is certainly this option counts: no abbreviation, no unknown word.</param>
    public Likelihood Has(string item, Condition.Runs condition, bool exactly)
    {
        var isLong = item.StartsWith("--", StringComparison.Ordinal);
        var isOption = item.Length > 1 && item[0] == '-';
        if (isOption && item.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals)
            return ShellGiven.HasOption(command, item[..equals], item[(equals + 1)..], exactly);
        var likelihood = Likelihood.No;
        if (item == "--")
            return NamesPaths() ? Likelihood.Yes : Likelihood.No;
        var letters = isOption && !isLong && ShellArguments.JoinsLetters(command.Program) ? item.AsSpan(1) : default;
        var found = 0;
        var optionsEnded = false;
        for (var i = 0; i < words.Length; i++)
        {
            var text = words[i].Text;
            if (!optionsEnded && text == "--")
            {
                optionsEnded = true;
                continue;
            }

            var looksLikeOption = !optionsEnded && text.Length > 1 && text[0] == '-';
            if (!isOption)
            {
                if (looksLikeOption)
                    continue;
                if (IsArgument(item, text))
                    return Likelihood.Yes;
                if (!exactly && words[i].KnownLength == 0 && words[i].MaySplit)
                    likelihood = Likelihood.Maybe;
                continue;
            }

            if (optionsEnded)
                break;
            if (looksLikeOption)
            {
                var has = isLong ? IsLong(item, words[i], condition, exactly) : IsShort(item, letters, words[i], ref found);
                if (has == Likelihood.Yes)
                    return has;
                if (has > likelihood && !exactly)
                    likelihood = has;
                if (ShellArguments.TakesValue(name, text))
                    i++;
            }
            else if (!exactly && words[i].MaySplit && words[i].Text[0] == ShellWord.Words)
            {
                likelihood = Likelihood.Maybe;
            }
        }

        return likelihood;
    }

    /// <summary>Words that are neither options nor their values.</summary>
    public List<ShellWord> Arguments()
    {
        List<ShellWord> arguments = [];
        var optionsEnded = false;
        for (var i = 0; i < words.Length; i++)
        {
            var text = words[i].Text;
            if (!optionsEnded && text == "--")
                optionsEnded = true;
            else if (optionsEnded || text.Length < 2 || text[0] != '-')
                arguments.Add(words[i]);
            else if (ShellArguments.TakesValue(name, text))
                i++;
        }

        return arguments;
    }

    private bool IsArgument(string pattern, string text)
    {
        if (Wildcard.IsMatch(pattern, text))
            return true;
        // A setting's name may be written in any case.
        if (name is "git" or "git config" && pattern.Contains('.') && Wildcard.IsMatch(pattern.ToLowerInvariant(), text.ToLowerInvariant()))
            return true;
        if (name != "git push")
            return false;
        // SOURCE:DESTINATION: the branch that is written to.
        var branch = text.AsSpan(text.LastIndexOf(':') + 1).TrimStart('+');
        if (branch.StartsWith("refs/heads/"))
            branch = branch["refs/heads/".Length..];
        return branch.Length < text.Length && Wildcard.IsMatch(pattern, branch);
    }

    private static Likelihood IsLong(string item, ShellWord word, Condition.Runs condition, bool exactly)
    {
        var text = word.Text.AsSpan();
        // --option=value asks for the value too.
        if (item.IndexOf('=') is > 0 and var asked)
        {
            if (text.IndexOf('=') is not (> 2 and var given) || !Wildcard.IsMatch(item.AsSpan(asked + 1), text[(given + 1)..]))
                return Likelihood.No;
            item = item[..asked];
        }

        if (text.IndexOf('=') is >= 0 and var equals)
            text = text[..equals];
        if (text.SequenceEqual(item))
            return Likelihood.Yes;
        if (!text.StartsWith("--") || exactly)
            return !exactly && word.IsUnknown && item.AsSpan().StartsWith(word.Text.AsSpan(0, word.KnownLength))
                ? Likelihood.Maybe
                : Likelihood.No;
        if (word.KnownLength < text.Length)
            return item.AsSpan().StartsWith(text[..word.KnownLength]) ? Likelihood.Maybe : Likelihood.No;
        // An abbreviation, as getopt_long and git take it; one that ends before a hyphen is most often an option of its own (--force,
        // --force-with-lease).
        if (text.Length < 3 || text.Length >= item.Length || !item.AsSpan().StartsWith(text) || item[text.Length] == '-')
            return Likelihood.No;
        foreach (var other in condition.With.AddRange(condition.Without))
            if (text.SequenceEqual(other))
                return Likelihood.No;
        return Likelihood.Yes;
    }

    private Likelihood IsShort(string item, ReadOnlySpan<char> letters, ShellWord word, ref int found)
    {
        var text = word.Text.AsSpan();
        if (text.SequenceEqual(item) || (text.StartsWith(item) && text[item.Length] == '='))
            return Likelihood.Yes;
        if (letters.IsEmpty || text[1] == '-')
            return Likelihood.No;
        // Joined or apart: -rf, -fr and -r -f are the same.
        var joined = text[1..ShellArguments.LettersEnd(name, text)];
        for (var i = 0; i < letters.Length && i < 32; i++)
            if (joined.Contains(letters[i]))
                found |= 1 << i;
        if (letters.Length <= 32 && found == (int)((1L << letters.Length) - 1))
            return Likelihood.Yes;
        return word.IsUnknown && letters.Length == 1 ? Likelihood.Maybe : Likelihood.No;
    }
}
