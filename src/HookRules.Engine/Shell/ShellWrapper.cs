namespace HookRules.Engine;

/// <summary>A program that runs the command which stands behind its own options.</summary>
/// <param name="Values">Letters of the options that take the next word.</param>
/// <param name="LongValues">Long options that take the next word.</param>
/// <param name="Operands">Words of its own between options and command.</param>
/// <param name="Assigns">Takes NAME=value before the command.</param>
/// <param name="Code">The letter of the option whose value is shell text.</param>
internal sealed record ShellWrapper(string Values = "", string LongValues = "", int Operands = 0, bool Assigns = false, char Code = '\0')
{
    private static readonly Dictionary<string, ShellWrapper> All = new(StringComparer.Ordinal)
    {
        ["sudo"] = new(
            "ACDghpRrTtUu",
            "--user --group --host --prompt --chdir --role --type --close-from --other-user --command-timeout --chroot",
            Assigns: true
        ),
        ["doas"] = new("Cu"),
        ["pkexec"] = new("", "--user"),
        ["run0"] = new("ug", "--user --group"),
        ["env"] = new("uCS", "--unset --chdir --split-string", Assigns: true, Code: 'S'),
        ["command"] = new(),
        ["builtin"] = new(),
        ["exec"] = new("a"),
        ["nohup"] = new(),
        ["setsid"] = new(),
        ["noglob"] = new(),
        ["repeat"] = new(Operands: 1),
        ["nocorrect"] = new(),
        ["time"] = new("fo", "--format --output"),
        ["timeout"] = new("ks", "--kill-after --signal", Operands: 1),
        ["gtimeout"] = new("ks", "--kill-after --signal", Operands: 1),
        ["nice"] = new("n", "--adjustment"),
        ["ionice"] = new("cnpPu", "--class --classdata"),
        ["stdbuf"] = new("ioe", "--input --output --error"),
        ["chrt"] = new("TPD", Operands: 1),
        ["taskset"] = new(Operands: 1),
        ["numactl"] = new("NmCpi"),
        ["watch"] = new("nqs", "--interval --equexit"),
        ["entr"] = new(),
        ["xargs"] = new("aEdILnPs", "--arg-file --delimiter --max-args --max-procs --max-chars --max-lines --replace-str"),
        ["gxargs"] = new("aEdILnPs", "--arg-file --delimiter --max-args --max-procs --max-chars"),
        ["parallel"] = new("jnNLSaI", "--jobs --colsep --joblog --delay --timeout --retries --workdir --wd"),
        ["flock"] = new("wEc", "--timeout --wait --conflict-exit-code --command", Operands: 1, Code: 'c'),
        ["su"] = new("csgGw", "--command --shell --group", Operands: 0, Code: 'c'),
        ["runuser"] = new("csugGw", "--command --shell --user --group", Code: 'c'),
        ["script"] = new("cEIOTBo", "--command", Operands: 1, Code: 'c'),
        ["strace"] = new("abeEIoOpPsSuUX"),
        ["ltrace"] = new("aAeFlnopsux"),
        ["unbuffer"] = new(),
        ["chronic"] = new(),
        ["caffeinate"] = new("tw"),
        ["systemd-run"] = new(
            "pGtuEMH",
            "--unit --property --uid --gid --slice --description --setenv --machine --host --working-directory"
        ),
        ["systemd-inhibit"] = new("", "--what --who --why --mode"),
        ["chroot"] = new("", "--userspec --groups", Operands: 1),
        ["unshare"] = new("SGRw"),
        ["nsenter"] = new("tSGrw", "--target"),
        ["setpriv"] = new("", "--reuid --regid --groups"),
        ["busybox"] = new(),
        ["toybox"] = new(),
        ["winpty"] = new(),
        ["firejail"] = new(),
        ["proxychains"] = new("f"),
        ["proxychains4"] = new("f"),
        ["catchsegv"] = new(),
        ["torsocks"] = new(),
        ["dbus-run-session"] = new(),
        ["xvfb-run"] = new("enpsfw"),
    };

    public static ShellWrapper? Find(string program) => All.GetValueOrDefault(program);

    /// <summary>Where the command begins; past the end where there is none. Shell text in an option is given too.</summary>
    public int CommandAt(ReadOnlySpan<ShellWord> words, out ShellWord? code)
    {
        code = null;
        var operands = Operands;
        for (var i = 1; i < words.Length; i++)
        {
            var text = words[i].Text;
            if (text == "--")
            {
                if (operands == 0)
                    return i + 1;
                continue;
            }

            if (text.Length > 1 && text[0] is '-')
            {
                if (text[1] == '-')
                {
                    var isCode =
                        Code != '\0'
                        && (
                            text.StartsWith("--command", StringComparison.Ordinal)
                            || text.StartsWith("--split-string", StringComparison.Ordinal)
                        );
                    var equals = text.IndexOf('=');
                    if (isCode && equals > 0)
                        code = new ShellWord(text[(equals + 1)..]);
                    if (equals > 0 || !TakesValue(text))
                        continue;
                    if (isCode && i + 1 < words.Length)
                        code = words[i + 1];
                    i++;
                    continue;
                }

                var at = text.AsSpan(1).IndexOfAny(Values);
                if (at < 0)
                    continue;
                var isScript = Code != '\0' && text[at + 1] == Code;
                if (at + 2 == text.Length)
                {
                    if (isScript && i + 1 < words.Length)
                        code = words[i + 1];
                    i++;
                }
                else if (isScript)
                {
                    code = new ShellWord(text[(at + 2)..]);
                }

                continue;
            }

            if (text == "-")
                continue;
            if (Assigns && text.Contains('=') && !text.StartsWith('='))
                continue;
            if (operands-- > 0)
                continue;
            return i;
        }

        return words.Length;
    }

    private bool TakesValue(string option)
    {
        foreach (var range in LongValues.AsSpan().Split(' '))
            if (LongValues.AsSpan(range).SequenceEqual(option))
                return true;
        return false;
    }
}
