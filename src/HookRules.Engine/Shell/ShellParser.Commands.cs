using System.Buffers;
using System.Collections.Immutable;

namespace HookRules.Engine;

/// <summary>What a simple command runs besides itself: behind wrappers, in texts given to shells, through find and xargs.</summary>
internal sealed partial class ShellParser
{
    private const int MostWrappers = 12,
        MostVariables = 64;

    private static readonly SearchValues<char> VariableSigns = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"
    );

    private ShellCommand Emit(
        ImmutableArray<ShellWord> words,
        ShellCommandDraft from,
        int depth,
        ShellCommand? wrapper = null,
        bool isPossible = false
    )
    {
        var command = new ShellCommand(words)
        {
            Outputs = [.. from.Outputs],
            Inputs = [.. from.Inputs],
            Folder = state.Folder,
            Variables = VariablesFor(wrapper),
            Input = from.Input,
            Nested = (from.NestedFrom, wrapper is null ? state.Commands.Count : wrapper.Nested.To),
            Upstream = upstream,
            Source = source,
            Wrapper = wrapper,
            IsPossible = isPossible || wrapper is { IsPossible: true },
            IsElsewhere = isElsewhere || wrapper is { IsElsewhere: true },
        };
        state.Commands.Add(command);
        if (depth > MostWrappers || !state.Spend(words.Length))
            state.Hide("it is nested too deeply");
        else
            LookInto(command, from, depth);
        return command;
    }

    private ImmutableArray<string> VariablesFor(ShellCommand? wrapper)
    {
        var given = wrapper is null ? [] : wrapper.Variables.AsEnumerable();
        if (wrapper is { Program: "env" or "sudo" or "doas" })
            given = given.Concat(
                from word in wrapper.Words
                let sign = word.Text.IndexOf('=', StringComparison.Ordinal)
                where sign > 0 && word.Text.AsSpan(0, sign).IndexOfAnyExcept(VariableSigns) < 0
                select word.Text[..sign]
            );
        return state.HasVariables || wrapper is not null
            ? [.. given.Concat(state.VariableNames).Distinct(StringComparer.Ordinal).Take(MostVariables)]
            : [];
    }

    private void LookInto(ShellCommand command, ShellCommandDraft from, int depth)
    {
        var words = command.Words;
        var program = command.Program;
        if (program.Length == 0)
        {
            LookIntoUnknown(command, from, depth);
            return;
        }

        if (
            state.MeaningOf(program) is { } meaning
            && words[0] is { IsQuoted: false }
            && !meaning.Split(' ')[0].Equals(program, StringComparison.OrdinalIgnoreCase)
        )
        {
            if (IsPlain(meaning))
                Emit([.. WordsOf(meaning), .. words[1..]], from, depth + 1, command);
            else
                state.Hide($"{program} is an alias");
            return;
        }

        if (ShellScript.SourceOf(command) is { } script)
        {
            LookIntoScript(command, script, depth);
            return;
        }

        switch (program)
        {
            case "eval" when words.Length == 2 && SetsUp(command):
                return;
            case "eval":
                command.RunsNested = words.Skip(1).Any(word => word.IsUnknown);
                ReadCode(string.Join(' ', words.Skip(words.Length > 1 && words[1].Text == "--" ? 2 : 1).Select(word => word.Text)));
                return;
            case "source" or ".":
                command.RunsNested = words.Length > 1 && words[1].IsUnknown;
                if (words.Length > 1 && (words[1].Text == "/dev/stdin" || words[1].BaseName.ContainsAny(ShellWord.Value, ShellWord.Words)))
                    state.Hide("what it sources is not known");
                return;
            case "trap" when words.Length > 2:
                // It runs at the end, with what variables hold by then.
                state.AtExit.Add(words[words[1].Text == "--" ? 2 : 1].Text);
                return;
            case "hash" when words.Any(word => word.Text is ['-', .. var letters] && letters.Contains('p')):
                state.Hide("it renames a program");
                return;
            case "enable" when words.Any(word => word.Text == "-n"):
                state.Hide("it switches a builtin off");
                return;
            case "alias":
                foreach (var word in words.Skip(1))
                {
                    if (word.Text.IndexOf('=') is not (> 0 and var equals))
                        continue;
                    state.Alias(word.Text[..equals].ToLowerInvariant(), word.Text[(equals + 1)..]);
                    ReadCode(word.Text[(equals + 1)..]);
                }

                return;
            case "cd" or "pushd" or "popd" or "chdir":
                EnterFolder(command);
                return;
            case "export" or "declare" or "local" or "typeset" or "readonly":
                if (
                    words.Any(word => word.Text is ['-', not '-', ..] && word.Text.Contains('n')) && program is not ("export" or "readonly")
                )
                    state.Hide("a variable stands for another");
                foreach (var word in words.Skip(1))
                    if (RunsSubscript(word.Text))
                        Expanded(word.Text);
                    else if (NameLength(word.Text) is > 0 and var length && length < word.Text.Length && word.Text[length] == '=')
                        Assign(word.Text[..length], [word.Text[(length + 1)..]]);
                return;
            case "read" or "mapfile" or "readarray" or "unset" or "getopts" or "printf" or "let":
                foreach (var word in words.Skip(1))
                {
                    if (NameLength(word.Text) == word.Text.Length && word.Text.Length > 0 && state.TryGet(word.Text, out _))
                        state.Set(word.Text, null);
                    else if (RunsSubscript(word.Text))
                        Expanded(word.Text);
                    if (program is "mapfile" or "readarray" && word.Text == "-C" && words.IndexOf(word) + 1 < words.Length)
                        ReadCode(words[words.IndexOf(word) + 1].Text);
                }

                return;
            case "test" or "[":
                for (var i = 1; i + 1 < words.Length; i++)
                    if (words[i].Text == "-v" && RunsSubscript(words[i + 1].Text))
                        Expanded(words[i + 1].Text);
                return;
            case "at" or "batch" when !words.Skip(1).Any(word => word.Text is "-l" or "-r" or "-d" or "-f" or "-c" or "-q" or "-V"):
                state.AwaitingInput.Add(command);
                return;
            case "remove-item"
            or "ri"
            or "del"
            or "erase"
            or "rmdir"
            or "rd"
                when command.Source is { Program: "get-childitem" or "gci" or "ls" or "dir" or "get-item" or "gi" } listed
                    && command.Upstream.To > command.Upstream.From
                    && !words.Skip(1).Any(word => word.Text.Length > 0 && word.Text[0] != '-'):
                // What it is to remove comes through the pipe.
                Emit(
                    [.. words, .. listed.Words.Skip(1).Where(word => word.Text.Length > 0 && word.Text[0] != '-')],
                    from,
                    depth + 1,
                    command
                );
                return;
            case "cp" or "ln" or "install" when words.Length > 2 && words[^2].Text.Contains("bin/", StringComparison.Ordinal):
                // A program under another name.
                state.Alias(words[^1].BaseName.ToString().ToLowerInvariant(), words[^2].BaseName.ToString());
                break;
            case "start-process" or "saps":
                ReadCode(
                    string.Join(' ', words.Skip(1).Where(word => !word.Text.StartsWith('-')).Select(word => word.Text.Replace(',', ' ')))
                );
                return;
            case "find" or "gfind" or "fd" or "fdfind":
                LookIntoFind(command, from, depth);
                return;
            case "git":
                LookIntoGit(command, from, depth);
                return;
        }

        if (LookIntoOptions(command, depth) || ShellWrapper.Find(program) is not { } found)
        {
            LookAmongWords(command, from, depth);
            return;
        }

        if (program == "command" && words.Length > 1 && words[1].Text is "-v" or "-V")
            return;
        var start = found.CommandAt(words.AsSpan(), out var code);
        if (code is { } given)
            ReadCode(given.Text);
        if (found.Assigns)
            foreach (var word in words.Skip(1).Take(start - 1))
                if (word.Text.IndexOf('=') is > 0 and var assigned && word.Text[0] != '-')
                    LookIntoVariable(word.Text[..assigned], word.Text[(assigned + 1)..]);
        switch (program)
        {
            case "su" or "script":
                // Their options may follow their operands.
                for (var i = start; i < words.Length - 1 && code is null; i++)
                {
                    if (words[i].Text is "-c" or "--command")
                        code = words[i + 1];
                    else if (words[i].Text.StartsWith("--command=", StringComparison.Ordinal))
                        code = new ShellWord(words[i].Text[10..]);
                    if (code is { } late)
                        ReadCode(late.Text);
                }

                if (program == "su" && code is null)
                    state.AwaitingInput.Add(command);
                return;
            case "runuser" when code is not null:
                return;
            case "env" when code is not null:
                return;
            case "sudo" or "doas" when start >= words.Length && words.Skip(1).Any(word => word.Text is "-i" or "-s"):
                state.AwaitingInput.Add(command);
                return;
            case "watch":
                if (start < words.Length)
                    ReadCode(string.Join(' ', words.Skip(start).Select(word => word.Text)));
                return;
            case "xargs" or "gxargs" or "parallel":
                LookIntoXargs(command, words[Math.Min(start, words.Length)..], from, depth);
                return;
        }

        if (start >= words.Length)
            return;
        var folder = state.Folder;
        if (found.IsElsewhere)
            state.Folder = ShellFolder.Unknown;
        else if (found.FolderIn(words.AsSpan()[..start]) is { } entered)
            state.Folder = state.Folder.Enter(entered);
        if (program is "hyperfine")
            foreach (var word in words.Skip(start))
                ReadCode(word.Text);
        else if (program is "watchexec" or "screen" or "npx" && start == words.Length - 1 && words[start].Text.Contains(' '))
            ReadCode(words[start].Text);
        else
        {
            var wasElsewhere = isElsewhere;
            isElsewhere |= found.IsElsewhere;
            Emit(words[start..], from, depth + 1, command);
            isElsewhere = wasElsewhere;
        }

        state.Folder = folder;
    }

    /// <summary>Programs that print how a shell is set up for them, as their manuals have it in eval. What they print is theirs only where
    /// they are asked for that.</summary>
    private bool SetsUp(ShellCommand command)
    {
        var (from, to) = command.Nested;
        if (to != from + 1 || !command.Words[1].IsUnknown || command.Words[1].KnownLength > 0)
            return false;
        var inner = state.Commands[from];
        if (inner.IsElsewhere || inner.Words.Any(word => word.IsUnknown || word.HasGlob))
            return false;
        if (inner.Program is "ssh-agent" or "dircolors" or "keychain" or "register-python-argcomplete")
            return true;
        return inner.Program
                is "brew"
                    or "pyenv"
                    or "rbenv"
                    or "nodenv"
                    or "jenv"
                    or "direnv"
                    or "starship"
                    or "zoxide"
                    or "fnm"
                    or "mise"
                    or "minikube"
                    or "docker-machine"
                    or "opam"
                    or "conda"
                    or "rustup"
                    or "gh"
                    or "kubectl"
                    or "helm"
                    or "op"
                    or "luarocks"
                    or "nvm"
                    or "atuin"
                    or "thefuck"
                    or "uv"
                    or "docker"
            && inner.Words.Skip(1).Any(word => IsSetup(word.Text));
    }

    private static bool IsSetup(string word) =>
        word
            is "completion"
                or "completions"
                or "generate-shell-completion"
                or "init"
                or "init-"
                or "shellenv"
                or "hook"
                or "activate"
                or "env"
                or "docker-env"
                or "podman-env"
                or "path"
                or "--alias"
                or "alias"
                or "signin"
                or "shell.bash"
                or "shell.zsh";

    /// <summary>Words alone, without quotes and signs, which can be put before others as they are.</summary>
    private static bool IsPlain(string text) => text.Length is > 0 and < 512 && !text.AsSpan().ContainsAnyExcept(PlainSigns);

    private static IEnumerable<ShellWord> WordsOf(string plain) =>
        plain
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(word => new ShellWord(word == "~" ? ShellWord.Home.ToString() : word));

    private static readonly System.Buffers.SearchValues<char> PlainSigns = System.Buffers.SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -_./=:+,@%~"
    );

    private void ReadCode(string code)
    {
        if (state.Depth >= ShellState.MaxDepth)
            state.Hide("it is nested too deeply");
        else
            new ShellParser(state, code)
            {
                upstream = upstream,
                source = source,
                isElsewhere = isElsewhere,
            }.ReadAll();
    }

    private void ReadInputOf(ShellCommand command)
    {
        var input =
            command.InputText ?? (command.Source is { } before && command.Upstream.To > command.Upstream.From ? PrintedBy(before) : null);
        if (input is null)
        {
            state.Hide($"{command.Program} reads its commands from somewhere else");
            return;
        }

        if (command.Program is "make" or "gmake")
        {
            ReadRecipes(input);
            return;
        }

        if (ShellScript.Find(command.Program) is { } language && !ShellScript.IsShell(command.Program))
        {
            LookIntoCode(command, language.Language, input, 0);
            return;
        }

        command.RunsNested = command.InputText is not null && input.Contains(ShellWord.Value);
        var folder = state.Folder;
        state.Folder = command.Folder;
        new ShellParser(state, input).ReadAll();
        state.Folder = folder;
    }

    /// <summary>What a command certainly prints; null where that is not known.</summary>
    public static string? PrintedBy(ShellCommand command)
    {
        var words = command.Words;
        switch (command.Program)
        {
            case "cat" when words.Length == 1 || (words.Length == 2 && words[1].Text == "-"):
                return command.InputText;
            case "echo":
                var first = 1;
                var escapes = false;
                while (
                    first < words.Length
                    && words[first].Text is ['-', .. var letters]
                    && letters.Length > 0
                    && letters.AsSpan().IndexOfAnyExcept("neE") < 0
                )
                {
                    escapes |= letters.Contains('e');
                    first++;
                }

                var line = string.Join(' ', words.Skip(first).Select(word => word.Text));
                return escapes || line.Contains('\\') ? Unescaped(line, asEcho: true) : line;
            case "printf":
                var format = 1;
                if (words.Length > 1 && words[1].Text == "--")
                    format++;
                if (format >= words.Length)
                    return "";
                var rest = words.Skip(format + 1).Select(word => word.Text);
                return words[format].Text switch
                {
                    "%s" => string.Concat(rest),
                    "%b" => Unescaped(string.Concat(rest), asEcho: true),
                    "%s\\n" or "%s\n" => string.Join('\n', rest),
                    "%b\\n" => Unescaped(string.Join('\n', rest), asEcho: true),
                    "%s " => string.Join(' ', rest),
                    var plain when !plain.Contains('%') => Unescaped(plain),
                    _ => null,
                };
            default:
                return null;
        }
    }

    private void EnterFolder(ShellCommand command)
    {
        var words = command.Words;
        var i = 1;
        while (i < words.Length && words[i].Text is "-P" or "-L" or "-e" or "-@" or "--")
            i++;
        var entered =
            command.Program == "popd" || words.Length > i + 1 ? ShellFolder.Unknown
            : i < words.Length ? state.Folder.Enter(words[i])
            : command.Program == "pushd" ? ShellFolder.Unknown
            : new ShellFolder(ShellWord.Home.ToString());
        if (state.TryGet("CDPATH", out _))
            entered = ShellFolder.Unknown;
        state.Folder = isAfterOr ? ShellFolder.Unknown : entered;
    }

    private void LookIntoFind(ShellCommand command, ShellCommandDraft from, int depth)
    {
        var words = command.Words;
        var roots = command.Program is "fd" or "fdfind" ? StartsOfFd(command) : ShellArguments.StartsOfFind(command);
        var name = command.Program is "fd" or "fdfind" ? PatternOfFd(command) : ShellArguments.NameSought(command);
        for (var i = 1; i < words.Length; i++)
        {
            if (words[i].Text is not ("-exec" or "-execdir" or "-ok" or "-okdir" or "-x" or "-X" or "--exec" or "--exec-batch"))
                continue;
            var end = i + 1;
            while (end < words.Length && words[end].Text != ";" && !(words[end].Text == "+" && words[end - 1].Text == "{}"))
                end++;
            List<ShellWord> inner = [];
            for (var j = i + 1; j < end; j++)
            {
                if (!words[j].Text.Contains("{}"))
                    inner.Add(words[j]);
                else if (roots.Length > 8 || words[j].Text.Length > 512)
                    inner.Add(new ShellWord(ShellWord.Value.ToString()));
                else
                    foreach (var root in roots)
                        inner.Add(Found(words[j].Text, root, name));
            }

            // Without a test, find finds the folder itself too.
            if (inner.Count > 0 && inner[0].BaseName is "rm" or "unlink" or "shred" or "rimraf" && !ShellArguments.HasTest(command))
                inner.AddRange(roots.Take(8).Select(root => new ShellWord(root)));
            // fd puts what it finds at the end where its command has no place for it.
            if (command.Program is "fd" or "fdfind" && !words.Any(word => word.Text.Contains("{}", StringComparison.Ordinal)))
                inner.AddRange(roots.Take(8).Select(root => Found("{}", root, name)));
            // Applied to all that is below, as with -R.
            if (inner.Count > 1 && inner[0].BaseName is "chmod" or "chown" or "chgrp")
                inner.Insert(1, new ShellWord("-R"));
            if (inner.Count > 0)
                Emit([.. inner], from, depth + 1, command);
            i = end;
        }
    }

    /// <summary>An array's subscript is arithmetic, which runs the substitutions in it.</summary>
    private static bool RunsSubscript(string word) =>
        word.Contains("[$(", StringComparison.Ordinal) || word.Contains("[`", StringComparison.Ordinal);

    private static string? PatternOfFd(ShellCommand command) =>
        command.Words.Skip(1).FirstOrDefault(word => !word.Text.StartsWith('-')) is { Text: { Length: > 1 and < 128 } text } ? text : null;

    /// <summary>fd PATTERN FOLDERS</summary>
    private static string[] StartsOfFd(ShellCommand command)
    {
        var operands = command
            .Words.Skip(1)
            .TakeWhile(word => word.Text is not ("-x" or "-X" or "--exec" or "--exec-batch"))
            .Where(word => !word.Text.StartsWith('-'))
            .Skip(1)
            .Select(word => word.Text)
            .ToArray();
        return operands.Length > 0 ? operands : ["."];
    }

    private static ShellWord Found(string text, string root, string? name) =>
        name is null
            ? new ShellWord(text.Replace("{}", ShellArguments.Below(root), StringComparison.Ordinal))
            : new ShellWord(
                text.Replace("{}", ShellArguments.Below(root) + "/" + name, StringComparison.Ordinal),
                HasGlob: name.AsSpan().ContainsAny('*', '?', '[')
            );

    private void LookIntoXargs(ShellCommand command, ImmutableArray<ShellWord> inner, ShellCommandDraft from, int depth)
    {
        var items = ItemsOf(command);
        if (inner.IsEmpty || (command.Program == "parallel" && inner[0].Text is ":::" or "::::" or "-a"))
        {
            // Without a command, parallel runs each line as one.
            if (command.Program == "parallel")
                foreach (var line in inner.Length > 1 && inner[0].Text == ":::" ? inner.Skip(1).Select(word => word.Text) : items)
                    ReadCode(line);
            return;
        }

        var placeholder = Placeholder(command);
        // parallel puts what it is given at the end where its template has no place for it.
        if (command.Program == "parallel")
        {
            var lists = inner.TakeWhile(word => word.Text is not (":::" or "::::" or ":::+")).ToImmutableArray();
            if (lists.Length < inner.Length && inner[lists.Length].Text == ":::")
                items = [.. inner.Skip(lists.Length + 1).Select(word => word.Text)];
            inner = lists;
            if (!inner.Any(word => word.Text.Contains("{}", StringComparison.Ordinal)))
                placeholder = null;
        }

        List<ShellWord> words = [];
        foreach (var word in inner)
        {
            if (placeholder is null || !word.Text.Contains(placeholder, StringComparison.Ordinal))
                words.Add(word);
            else
                foreach (var item in items)
                    words.Add(ItemWord(word.Text.Length > 512 ? item : word.Text.Replace(placeholder, item, StringComparison.Ordinal)));
        }

        if (placeholder is null)
            words.AddRange(items.Select(ItemWord));
        if (words.Count == 0)
            return;
        // A template in one word is shell text.
        if (command.Program == "parallel" && inner[0].Text.Contains(' '))
        {
            ReadCode(string.Join(' ', words.Select(word => word.Text)));
            return;
        }

        if (words[0].BaseName is "chmod" or "chown" or "chgrp" && command.Source?.Program is "find")
            words.Insert(1, new ShellWord("-R"));
        if (
            placeholder is not null
            && TakesCode(inner, placeholder)
            && items.Any(item => item.AsSpan().ContainsAny(ShellWord.Value, ShellWord.Words))
        )
            state.Hide($"{inner[0].BaseName} runs what {command.Program} reads");
        Emit([.. words], from, depth + 1, command);
    }

    /// <summary>The whole text of a shell is what stands in the placeholder's place: <c>sh -c {}</c>.</summary>
    private static bool TakesCode(ImmutableArray<ShellWord> inner, string placeholder)
    {
        if (!ShellScript.IsShell(inner[0].BaseName.ToString()))
            return false;
        for (var i = 2; i < inner.Length; i++)
            if (inner[i].Text == placeholder && inner[i - 1].Text is "-c" or ['-', not '-', .., 'c'])
                return true;
        return false;
    }

    private static string? Placeholder(ShellCommand command)
    {
        var words = command.Words;
        if (command.Program == "parallel")
            return "{}";
        for (var i = 1; i < words.Length; i++)
        {
            var text = words[i].Text;
            if (text is "-I" or "-J")
                return i + 1 < words.Length && words[i + 1].Text.Length > 0 ? words[i + 1].Text : null;
            if (text.StartsWith("-I", StringComparison.Ordinal))
                return text[2..];
            if (text is "-i" or "--replace")
                return "{}";
            if (text.StartsWith("--replace=", StringComparison.Ordinal) && text.Length > 10)
                return text[10..];
            if (!text.StartsWith('-'))
                break;
            if (text.Length == 2 && "aEdLnPs".Contains(text[1]))
                i++;
        }

        return null;
    }

    /// <summary>The shell has no part in them; a glob here stands for names that ls had found.</summary>
    private static ShellWord ItemWord(string item) => new(item, HasGlob: item.AsSpan().ContainsAny('*', '?', '['));

    private static bool TakesLines(ShellCommand command) =>
        command.Program == "parallel"
        || command.Words.Any(word =>
            word.Text is ['-', 'I' or 'i' or 'd' or 'L', ..]
            || word.Text.StartsWith("--replace", StringComparison.Ordinal)
            || word.Text.StartsWith("--delimiter", StringComparison.Ordinal)
        );

    private static string[] Split(ShellCommand command, string text) =>
        TakesLines(command)
            ? text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            : text.Split((char[])[' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The words that xargs gets on its standard input.</summary>
    private string[] ItemsOf(ShellCommand command)
    {
        if (command.Source is { } before && command.Upstream.To > command.Upstream.From)
        {
            if (PrintedBy(before) is { Length: < 4096 } printed)
                return Split(command, printed);
            if (before.Program is "find" && ShellArguments.StartsOfFind(before) is { Length: <= 8 } roots)
                return
                [
                    .. roots.Select(root =>
                        ShellArguments.NameSought(before) is { } name ? ShellArguments.Below(root) + "/" + name : ShellArguments.Below(root)
                    ),
                    // Without a test, find names the folder itself too.
                    .. ShellArguments.HasTest(before) ? (string[])[] : roots,
                ];
            if (before.Program == "ls" && before.Words.Any(word => word.HasGlob))
                return [.. before.Words.Where(word => word.HasGlob).Select(word => word.Text), ShellWord.Value.ToString()];
            if (before.Program is "git" && before.Words.Any(word => word.Text == "ls-files"))
                return ["./" + ShellWord.Value];
            if (before.Program is "find" or "ls" or "git" or "grep" or "rg" or "fd" or "cat" or "sort" or "awk" or "sed")
                return [ShellWord.Value.ToString()];
        }

        return command.InputText is { Length: < 4096 } text ? Split(command, text) : [ShellWord.Words.ToString()];
    }
}
