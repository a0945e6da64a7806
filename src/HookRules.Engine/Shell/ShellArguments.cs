namespace HookRules.Engine;

/// <summary>What is known about the options of common programs: which take the next word, so that it is no option and no
/// subcommand.</summary>
internal static class ShellArguments
{
    /// <summary>By program, or by program and subcommand: single letters, then long options, that take a value.</summary>
    private static readonly Dictionary<string, string> Values = new(StringComparer.Ordinal)
    {
        ["git"] = "-C -c --git-dir --work-tree --namespace --exec-path --super-prefix --config-env --attr-source",
        ["git commit"] =
            "-m -F -C -c -t --message --file --reuse-message --reedit-message --template --author --date --fixup --squash "
            + "--trailer --cleanup --pathspec-from-file",
        ["git push"] = "-o --push-option --repo --receive-pack --exec",
        ["git clean"] = "-e --exclude",
        ["git branch"] = "-u --set-upstream-to --format --sort",
        ["git tag"] = "-m -F -u --message --file --local-user --sort --format --cleanup",
        ["git merge"] = "-m -F -s -X --message --file --strategy --strategy-option",
        ["git rebase"] = "-s -X -x -C --strategy --strategy-option --exec --onto",
        ["git stash"] = "-m --message",
        ["git notes"] = "-m -F -C -c",
        ["git log"] = "-n -S -G -L --author --grep --since --until --format",
        ["git reset"] = "--pathspec-from-file",
        ["docker"] = "-c -H -l --config --context --host --log-level",
        ["podman"] = "-c --connection --log-level --root --url",
        ["kubectl"] =
            "-n -s -v --namespace --context --cluster --kubeconfig --user --server --as --as-group --as-uid --token --request-timeout "
            + "--cache-dir --certificate-authority --client-certificate --client-key --password --username --tls-server-name",
        ["helm"] =
            "-n --namespace --kube-context --kubeconfig --kube-apiserver --kube-as-user --kube-as-group --kube-token --kube-ca-file "
            + "--registry-config --repository-cache --repository-config",
        ["npm"] = "-w -C --prefix --workspace --registry --userconfig",
        ["pnpm"] = "-C -F --dir --filter",
        ["yarn"] = "--cwd",
        ["cargo"] = "-Z -C --config --color --manifest-path",
        ["gh"] = "-R --repo --hostname",
        ["aws"] = "--profile --region --output --endpoint-url --query --ca-bundle --color --cli-read-timeout --cli-connect-timeout",
        ["gcloud"] = "--project --account --configuration --format --billing-project --impersonate-service-account --verbosity",
        ["systemctl"] = "-H -M -t -p -n -o --host --machine --type --property --root",
        ["apt"] = "-o -c -t",
        ["apt-get"] = "-o -c -t",
        ["make"] = "-C -f -I -o -W --directory --file",
        ["chmod"] = "--reference",
        ["chown"] = "--reference --from",
        ["rm"] = "",
        ["sed"] = "-e -f -l --expression --file --line-length",
        ["perl"] = "-e -E -F -I -M -m",
    };

    /// <summary>Programs whose long options have one hyphen, so that letters are not joined.</summary>
    private static readonly string[] SingleHyphen =
    [
        "find",
        "gfind",
        "java",
        "javac",
        "go",
        "terraform",
        "openssl",
        "ffmpeg",
        "convert",
        "magick",
        "gcc",
        "g++",
        "clang",
        "xdotool",
    ];

    public static bool JoinsLetters(string program) => !SingleHyphen.Contains(program);

    public static bool IsKnown(string program) => Values.ContainsKey(program);

    /// <summary>The next word belongs to this option.</summary>
    public static bool TakesValue(string command, ReadOnlySpan<char> option)
    {
        if (!Values.TryGetValue(command, out var options))
            return false;
        if (option.StartsWith("--"))
            return !option.Contains('=') && Has(options, option);
        if (option.Length < 2 || option[0] != '-')
            return false;
        // Joined letters: the first that takes a value takes the rest, or, where there is none, the next word.
        return ValueLetter(options, option) == option.Length - 1;
    }

    /// <summary>How much of a word of joined letters is options; what follows one that takes a value is that value.</summary>
    public static int LettersEnd(string command, ReadOnlySpan<char> word)
    {
        var equals = word.IndexOf('=');
        var end = equals < 0 ? word.Length : equals;
        return Values.TryGetValue(command, out var options) && ValueLetter(options, word) is >= 0 and var at ? Math.Min(end, at + 1) : end;
    }

    private static int ValueLetter(string options, ReadOnlySpan<char> word)
    {
        for (var i = 1; i < word.Length; i++)
            if (Has(options, ['-', word[i]]))
                return i;
        return -1;
    }

    private static bool Has(string options, ReadOnlySpan<char> option)
    {
        foreach (var range in options.AsSpan().Split(' '))
            if (options.AsSpan(range).SequenceEqual(option))
                return true;
        return false;
    }

    /// <summary>Where find starts to look.</summary>
    public static string[] StartsOfFind(ShellCommand command)
    {
        List<string> starts = [];
        var words = command.Words;
        for (var i = 1; i < words.Length; i++)
        {
            var text = words[i].Text;
            if (text is "-H" or "-L" or "-P" || text.StartsWith("-O", StringComparison.Ordinal))
                continue;
            if (text == "-D")
            {
                i++;
                continue;
            }

            if (text.StartsWith('-') || text is "(" or "!" or ")" or ",")
                break;
            starts.Add(text);
        }

        return starts.Count == 0 ? ["."] : [.. starts];
    }

    /// <summary>What find looks for by name; null where it has no or more than one such test.</summary>
    public static string? NameSought(ShellCommand command)
    {
        string? name = null;
        for (var i = 1; i < command.Words.Length - 1; i++)
        {
            if (command.Words[i].Text is not ("-name" or "-iname"))
                continue;
            if (name is not null || command.Words[i - 1].Text is "!" or "-not")
                return null;
            name = command.Words[i + 1].Text;
        }

        return name is { Length: > 0 and < 128 } ? name : null;
    }

    public static string Below(string root) => root.EndsWith('/') ? root + ShellWord.Value : root + "/" + ShellWord.Value;

    /// <summary>Files of the name that find looks for, in folders that only find knows.</summary>
    public static IEnumerable<ShellWord> SoughtByFind(ShellCommand command) =>
        NameSought(command) is { } name
            ? StartsOfFind(command)
                .Select(start => new ShellWord($"{Below(start)}/{name}", HasGlob: name.AsSpan().ContainsAny('*', '?', '[')))
            : [];

    /// <summary>find looks for something, and does not take all that there is.</summary>
    public static bool HasTest(ShellCommand command)
    {
        foreach (var word in command.Words)
            if (
                word.Text is ['-', .. var test]
                && test
                    is "name"
                        or "iname"
                        or "path"
                        or "ipath"
                        or "wholename"
                        or "regex"
                        or "iregex"
                        or "mtime"
                        or "mmin"
                        or "atime"
                        or "ctime"
                        or "cmin"
                        or "amin"
                        or "newer"
                        or "size"
                        or "empty"
                        or "perm"
                        or "user"
                        or "maxdepth"
                        or "samefile"
                        or "inum"
                        or "links"
                        or "xtype"
                        or "newermt"
            )
                return true;
        return false;
    }
}
