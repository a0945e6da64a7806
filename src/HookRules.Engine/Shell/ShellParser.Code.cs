using System.Collections.Immutable;

namespace HookRules.Engine;

/// <summary>What code in another language starts, removes, writes and reads by calls whose arguments stand in it.</summary>
internal sealed partial class ShellParser
{
    /// <summary>Calls that start a program, or a shell.</summary>
    private static readonly string[] Launchers =
    [
        "system",
        "popen",
        "execSync",
        "execFile",
        "execFileSync",
        "spawnSync",
        "shell_exec",
        "passthru",
        "proc_open",
        "pcntl_exec",
        "getoutput",
        "getstatusoutput",
        "check_output",
        "check_call",
        "Popen",
        "create_subprocess_shell",
        "create_subprocess_exec",
        "capture2",
        "capture2e",
        "capture3",
        "execv",
        "execve",
        "execvp",
        "execvpe",
        "execl",
        "execle",
        "execlp",
        "posix_spawn",
        "spawnv",
        "spawnl",
        "spawnlp",
        "spawnvp",
    ];

    private static readonly string[] TreeRemovers =
    [
        "rmtree",
        "rm_rf",
        "rm_r",
        "rmSync",
        "remove_tree",
        "removeSync",
        "emptyDirSync",
        "emptyDir",
        "rimraf",
        "remove_dir_all",
        "RemoveAll",
    ];

    private static readonly string[] Removers = ["unlink", "unlinkSync", "rmdir", "rmdirSync", "removedirs"];

    private static readonly string[] Writers =
    [
        "writeFileSync",
        "writeFile",
        "appendFileSync",
        "appendFile",
        "writeTextFile",
        "writeTextFileSync",
        "createWriteStream",
        "file_put_contents",
        "truncateSync",
    ];

    private static readonly string[] Readers =
    [
        "readFileSync",
        "readFile",
        "readTextFile",
        "readTextFileSync",
        "createReadStream",
        "file_get_contents",
        "readfile",
        "readlines",
        "slurp",
        "read_text",
        "dotenv_values",
    ];

    /// <summary>Of PHP: the first argument names the function that is called.</summary>
    private static readonly string[] Callers = ["call_user_func", "call_user_func_array", "array_map", "register_shutdown_function"];

    /// <summary>All names of calls that are looked at; a long script has many more.</summary>
    private static readonly HashSet<string> Meant =
    [
        .. Launchers,
        .. TreeRemovers,
        .. Removers,
        .. Writers,
        .. Readers,
        .. Callers,
        .. "exec eval spawn fork run call execute Command Function instance_eval class_eval getattr shell-command".Split(' '),
        .. "shell-command-to-string call-process-shell-command doShellScript rm remove delete write binwrite write_text".Split(' '),
        .. "write_bytes touch open fopen file read foreach binread read_bytes copyfile copy copy2 copytree copyFileSync".Split(' '),
        .. "copyFile cp cpSync move rename renameSync replace Path".Split(' '),
    ];

    private void LookIntoCode(ShellCommand command, string language, string code, int depth)
    {
        if (state.Depth >= ShellState.MaxDepth || !state.Spend(code.Length * 2))
        {
            state.Hide("it is nested too deeply");
            return;
        }

        state.Depth++;
        var tokens = ShellCode.Read(code, language);
        var listed = CodeListing.Of(tokens);
        var path = "";
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            var next = i + 1 < tokens.Count ? tokens[i + 1] : default;
            if (token.Kind == CodeTokenKind.Text)
            {
                if (token.Quote == '`' && language is "perl" or "ruby" or "php")
                    ReadCode(token.Text);
                else if (language == "osascript" && i > 1 && tokens[i - 1].Text == "script" && tokens[i - 2].Text == "shell")
                    ReadCode(token.Text);
                else if (language == "awk" && (next.Quote == '|' || (i > 0 && tokens[i - 1] is { Kind: CodeTokenKind.Sign, Quote: '|' })))
                    ReadCode(token.Text);
                else if (language == "awk" && i > 0 && tokens[i - 1] is { Kind: CodeTokenKind.Sign, Quote: '>' })
                    Perform(command, depth, [":"], writes: token.Text);
                continue;
            }

            if (token.Kind != CodeTokenKind.Name || !Meant.Contains(token.Text))
                continue;
            var isCall = next is { Kind: CodeTokenKind.Sign, Quote: '(' };
            var isGiven =
                next.Kind == CodeTokenKind.Text
                || next.Quote is '$' or '['
                || next is { Kind: CodeTokenKind.Name, Text: "glob" or "for" or "foreach" };
            var owner = i > 1 && tokens[i - 1].Quote is '.' or ':' or '>' ? Owner(tokens, i - 2) : "";
            // map(os.remove, names), names.forEach(fs.rmSync)
            if (!isCall && next.Quote is ',' or ')' && IsRemover(language, token.Text, owner))
                Remove(listed);
            if (!isCall && (!isGiven || language is "python" or "js" or "java"))
                continue;
            var arguments = ShellCode.Arguments(tokens, i + 1);
            if (token.Text == "Path" && arguments.Count > 0)
                path = arguments[0].Text;
            LookIntoCall(command, language, code, token.Text, owner, arguments, path, depth);
            if (IsRemover(language, token.Text, owner) && arguments.All(argument => argument.Text is [] or [ShellWord.Value, ..]))
                Remove(listed);
        }

        state.Depth--;

        void Remove(IReadOnlyList<string> files)
        {
            if (files.Count > 0)
                Perform(command, depth, ["rm", "-rf", "--", .. files]);
        }
    }

    private static string Owner(List<CodeToken> tokens, int at) =>
        tokens[at].Kind == CodeTokenKind.Name ? tokens[at].Text : tokens[at].Text;

    private void LookIntoCall(
        ShellCommand command,
        string language,
        string code,
        string name,
        string owner,
        List<CodeArgument> arguments,
        string path,
        int depth
    )
    {
        var first = arguments.Count > 0 ? arguments[0].Text : "";
        if (IsLauncher(language, code, name, owner))
        {
            Launch(command, language, name, arguments, depth);
            return;
        }

        if (
            name is "exec" or "eval" or "Function" or "instance_eval" or "class_eval"
            && owner is "" or "builtins" or "new"
            && arguments.Count > 0
        )
        {
            if (arguments[0].IsUnknown || first.Contains(ShellWord.Value))
                state.Hide($"{command.Program} runs code that is not known");
            else
                LookIntoCode(command, language, first, depth);
            return;
        }

        if (Callers.Contains(name) && arguments.Count > 1 && language == "php")
        {
            var given = arguments.Skip(1).ToList();
            LookIntoCall(command, language, code, first, "", given, path, depth);
            return;
        }

        if (name == "getattr" && first.Length > 0 && arguments.Count > 1 && arguments[1].Text.Contains(ShellWord.Value))
        {
            state.Hide($"{command.Program} calls what is not known");
            return;
        }

        if (name is "shell-command" or "shell-command-to-string" or "call-process-shell-command" or "doShellScript")
            ReadCode(first);
        else if (IsTreeRemover(name, owner))
            Perform(
                command,
                depth,
                ["rm", "-rf", "--", .. arguments.Where(one => one.Name.Length == 0).Take(1).SelectMany(one => one.Items)]
            );
        else if (IsRemover(language, name, owner))
            Perform(command, depth, ["rm", "--", first.Length > 0 ? first : path]);
        else if (Writers.Contains(name) || (name is "write" or "binwrite" && owner is "File" or "IO" or "Bun"))
            Perform(command, depth, [":"], writes: first);
        else if (name is "write_text" or "write_bytes" or "touch" && path.Length > 0)
            Perform(command, depth, [":"], writes: path);
        else if (name is "open" or "fopen" or "file" && arguments.Count > 0)
            OpenFile(command, language, arguments, depth);
        else if (
            Readers.Contains(name)
            || (name is "read" or "foreach" or "binread" && owner is "File" or "IO")
            || (name == "file" && owner == "Bun")
        )
            Perform(command, depth, ["cat", "--", first.Length > 0 ? first : path]);
        else if (name is "read_bytes" && path.Length > 0)
            Perform(command, depth, ["cat", "--", path]);
        else if (
            name is "copyfile" or "copy" or "copy2" or "copytree" or "copyFileSync" or "copyFile" or "cp" or "cpSync"
            && arguments.Count > 1
        )
            Perform(command, depth, ["cp", "-r", "--", first, arguments[1].Text]);
        else if (
            name is "move" or "rename" or "renameSync" or "replace"
            && (owner is "shutil" or "os" or "fs" or "File" or "FileUtils" || (language is "perl" or "php" && owner.Length == 0))
            && arguments.Count > 1
        )
            Perform(command, depth, ["mv", "--", first, arguments[1].Text]);
    }

    private static bool IsTreeRemover(string name, string owner) =>
        TreeRemovers.Contains(name) || (name is "rm" or "remove" && owner is "fs" or "fsp" or "promises" or "Deno" or "FileUtils");

    private static bool IsRemover(string language, string name, string owner) =>
        IsTreeRemover(name, owner)
        || Removers.Contains(name)
        || (name is "remove" or "delete" && owner is "os" or "File" or "Path")
        || (name == "delete" && language == "vim");

    private static bool IsLauncher(string language, string code, string name, string owner)
    {
        if (Launchers.Contains(name))
            return true;
        return name switch
        {
            "exec" => language is "perl" or "ruby" or "php" && owner is "" or "Kernel" or "Process"
                || (language == "js" && owner is not ("re" or "regex") && code.Contains("child_process", StringComparison.Ordinal)),
            "spawn" => language is "ruby" || code.Contains("child_process", StringComparison.Ordinal) || owner == "Bun",
            "fork" => code.Contains("child_process", StringComparison.Ordinal),
            "run" or "call" => owner == "subprocess"
                || (language == "python" && (owner.Length < 4 || owner == "proc") && code.Contains("subprocess", StringComparison.Ordinal)),
            "execute" => owner == "os",
            "Command" => owner == "Deno",
            _ => false,
        };
    }

    private void Launch(ShellCommand command, string language, string name, List<CodeArgument> arguments, int depth)
    {
        var given = arguments.Where(argument => argument.Name is "" or "args" or "cmd").ToList();
        if (given.Count == 0)
            return;
        var first = given[0];
        // f("rm", ["-rf", "/"]), and f(["rm", "-rf", "/"])
        if (
            given.Any(argument => argument.IsList)
            || (given.Count > 1 && language is "perl" or "ruby")
            || name.StartsWith("exec", StringComparison.Ordinal) && given.Count > 1 && language == "python"
        )
        {
            IEnumerable<string> words = given.TakeWhile(argument => !argument.Text.StartsWith('{')).SelectMany(argument => argument.Items);
            var list = words.ToList();
            if (list.Count > 1 && list[0] == list[1])
                list.RemoveAt(0);
            if (list[0].Contains(ShellWord.Value))
                return; // A program of its own choice, as of any program.
            Perform(command, depth, [.. list]);
            return;
        }

        if (!first.IsUnknown)
            ReadCode(first.Text);
        else if (name is "system" or "popen" or "shell_exec" or "passthru" or "getoutput" or "execSync" or "getstatusoutput")
            state.Hide($"what {command.Program} runs is not known");
    }

    private void OpenFile(ShellCommand command, string language, List<CodeArgument> arguments, int depth)
    {
        // Perl has the handle first: open(F, ">", "x"), open(F, ">x"), open(F, "rm x |").
        var at = language == "perl" && arguments.Count > 1 ? 1 : 0;
        var file = arguments[at].Text;
        var mode = arguments.Skip(at + 1).FirstOrDefault(argument => argument.Name is "" or "mode");
        var text = mode.Items.IsDefault ? "" : mode.Text;
        if (at == 1 && text.Length > 0)
            (file, text) = (text, file);
        if (language is "perl" or "ruby" && file.Length > 1 && (file[0] == '|' || file[^1] == '|'))
            ReadCode(file.Trim('|'));
        else if (language == "perl" && file is ['>', ..])
            Perform(command, depth, [":"], writes: file.Trim('>', ' '));
        else if (text.AsSpan().ContainsAny("wax+>"))
            Perform(command, depth, [":"], writes: file);
        else
            Perform(command, depth, ["cat", "--", file.TrimStart('<').Trim()]);
    }

    private void Perform(ShellCommand command, int depth, ImmutableArray<string> words, string? writes = null)
    {
        var draft = new ShellCommandDraft(state.Commands.Count);
        if (writes is not null)
            draft.Outputs.Add(WordOf(writes));
        Emit([.. words.Select(WordOf)], draft, depth + 1, command);

        static ShellWord WordOf(string text) => new(text is "~" or ['~', '/', ..] ? ShellWord.Home + text[1..] : text);
    }
}
