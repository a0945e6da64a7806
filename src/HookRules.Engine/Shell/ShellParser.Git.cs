namespace HookRules.Engine;

/// <summary>What git runs besides itself.</summary>
internal sealed partial class ShellParser
{
    private void LookIntoGit(ShellCommand command, ShellCommandDraft from, int depth)
    {
        var words = command.Words;
        var i = 1;
        for (; i < words.Length && words[i].Text.StartsWith('-'); i++)
        {
            var text = words[i].Text;
            var setting =
                text is "-c" && i + 1 < words.Length ? words[i + 1].Text
                : text.StartsWith("-c", StringComparison.Ordinal) ? text[2..]
                : "";
            if (IsAlias(setting) && setting.IndexOf('=') is > 0 and var equals)
                DefineGitAlias(setting[6..equals], setting[(equals + 1)..]);
            if (
                (text is "--config-env" && i + 1 < words.Length && IsAlias(words[i + 1].Text))
                || text.StartsWith("--config-env=alias.", StringComparison.OrdinalIgnoreCase)
            )
                state.Hide("it defines a git alias");
            if (text is "-c" && i + 1 < words.Length)
                ReadGitSetting(words[i + 1].Text);
            else if (text.StartsWith("-c", StringComparison.Ordinal))
                ReadGitSetting(text[2..]);
            if (ShellArguments.TakesValue("git", text))
                i++;
        }

        if (i >= words.Length)
            return;
        if (state.MeaningOfGit(words[i].Text) is { } meaning)
        {
            if (meaning.StartsWith('!') && IsPlain(meaning[1..]))
                Emit([.. WordsOf(meaning[1..]), .. words[(i + 1)..]], from, depth + 1, command);
            else if (IsPlain(meaning) && depth < MostWrappers)
                Emit([words[0], .. WordsOf(meaning), .. words[(i + 1)..]], from, depth + 1, command);
            else
                state.Hide("it uses a git alias");
            return;
        }

        switch (words[i].Text)
        {
            case "submodule":
                var each = words.IndexOf(new ShellWord("foreach"));
                if (each < 0)
                    return;
                each++;
                while (each < words.Length && words[each].Text.StartsWith('-'))
                    each++;
                ReadCode(string.Join(' ', words.Skip(each).Select(word => word.Text)));
                return;
            case "rebase":
                for (var j = i + 1; j < words.Length; j++)
                {
                    var text = words[j].Text;
                    if (text is "-x" or "--exec" && j + 1 < words.Length)
                        ReadCode(words[j + 1].Text);
                    else if (text.StartsWith("--exec=", StringComparison.Ordinal))
                        ReadCode(text[7..]);
                    else if (text.StartsWith("-x", StringComparison.Ordinal) && text.Length > 2)
                        ReadCode(text[2..]);
                }

                return;
            case "bisect" when i + 2 < words.Length && words[i + 1].Text == "run":
                Emit(words[(i + 2)..], from, depth + 1, command);
                return;
            case "difftool" or "clone" or "fetch" or "pull" or "push" or "ls-remote" or "archive" or "grep" or "filter-branch":
                LookIntoGitOptions(words.AsSpan()[(i + 1)..]);
                return;
            case "config":
                for (var j = i + 1; j < words.Length - 1; j++)
                    if (IsAlias(words[j].Text))
                        DefineGitAlias(words[j].Text[6..], words[j + 1].Text);
                return;
        }
    }

    private static bool IsAlias(string setting) => setting.StartsWith("alias.", StringComparison.OrdinalIgnoreCase);

    /// <summary>What it stands for is looked at where it is defined, since who uses it may be a later line.</summary>
    private void DefineGitAlias(string name, string meaning)
    {
        state.GitAlias(name, meaning);
        if (meaning.AsSpan().ContainsAny(ShellWord.Value, ShellWord.Words))
            state.Hide("it defines a git alias");
        else
            ReadCode(meaning.StartsWith('!') ? meaning[1..] : "git " + meaning);
    }

    /// <summary>Settings whose value git runs.</summary>
    private void ReadGitSetting(string setting)
    {
        var equals = setting.IndexOf('=');
        if (equals < 0)
            return;
        var name = setting[..equals].ToLowerInvariant();
        var value = setting[(equals + 1)..].TrimStart('!');
        if (name is "include.path" || name.StartsWith("includeif.", StringComparison.Ordinal))
            state.Hide("git takes its settings from another file");
        if (
            value.Contains(' ')
            && (
                name is "core.sshcommand" or "core.pager" or "core.editor" or "core.fsmonitor" or "diff.external" or "sequence.editor"
                || name.StartsWith("pager.", StringComparison.Ordinal)
                || name.StartsWith("credential.", StringComparison.Ordinal)
                || name.StartsWith("filter.", StringComparison.Ordinal)
                || (name.EndsWith(".cmd", StringComparison.Ordinal) || name.EndsWith(".textconv", StringComparison.Ordinal))
            )
        )
            ReadCode(value);
    }

    private void LookIntoGitOptions(ReadOnlySpan<ShellWord> words)
    {
        for (var i = 0; i < words.Length; i++)
        {
            var text = words[i].Text;
            var equals = text.IndexOf('=');
            var name = equals > 0 ? text[..equals] : text;
            if (
                name
                is not (
                    "--extcmd"
                    or "-x"
                    or "--upload-pack"
                    or "--receive-pack"
                    or "--exec"
                    or "--open-files-in-pager"
                    or "--tree-filter"
                    or "--index-filter"
                    or "--msg-filter"
                    or "--env-filter"
                )
            )
                continue;
            if (equals > 0)
                ReadCode(text[(equals + 1)..]);
            else if (i + 1 < words.Length && words[i + 1].Text.Contains(' '))
                ReadCode(words[i + 1].Text);
        }
    }
}
