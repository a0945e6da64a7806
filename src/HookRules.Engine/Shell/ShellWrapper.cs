namespace HookRules.Engine;

/// <summary>A program that runs the command which stands behind its own options.</summary>
/// <param name="Values">Letters of the options that take the next word.</param>
/// <param name="LongValues">Long options that take the next word.</param>
/// <param name="Operands">Words of its own between options and command.</param>
/// <param name="Assigns">Takes NAME=value before the command.</param>
/// <param name="Code">The letter of the option whose value is shell text.</param>
/// <param name="Subcommands">Only behind one of these does a command stand.</param>
/// <param name="Folder">The option that says where the command runs.</param>
/// <param name="IsElsewhere">The command runs on another machine or in a container: its paths are not ours.</param>
internal sealed record ShellWrapper(
    string Values = "",
    string LongValues = "",
    int Operands = 0,
    bool Assigns = false,
    char Code = '\0',
    string Subcommands = "",
    string Folder = "",
    bool IsElsewhere = false
)
{
    private static readonly Dictionary<string, ShellWrapper> All = new(StringComparer.Ordinal)
    {
        ["sudo"] = new(
            "ACDghpRrTtUu",
            "--user --group --host --prompt --chdir --role --type --close-from --other-user --command-timeout --chroot",
            Assigns: true,
            Folder: "-D --chdir"
        ),
        ["doas"] = new("Cu"),
        ["pkexec"] = new("", "--user"),
        ["run0"] = new("ug", "--user --group"),
        ["env"] = new("uCS", "--unset --chdir --split-string", Assigns: true, Code: 'S', Folder: "-C --chdir"),
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
        ["arch"] = new("", "--arch"),
        ["setarch"] = new(Operands: 1),
        ["linux32"] = new(),
        ["linux64"] = new(),
        ["fakeroot"] = new("lsib", "--lib --faked"),
        ["prlimit"] = new("p", "--pid"),
        ["cpulimit"] = new("lpe", "--limit --pid --exe"),
        ["eatmydata"] = new(),
        ["faketime"] = new(Operands: 1),
        ["gosu"] = new(Operands: 1),
        ["su-exec"] = new(Operands: 1),
        ["dbus-launch"] = new(),
        ["rlwrap"] = new("afHSs"),
        ["valgrind"] = new(),
        ["hyperfine"] = new(
            "wrMmnpcsSPDLi",
            "--warmup --runs --prepare --cleanup --setup --export-json --export-markdown --shell --command-name"
        ),
        ["perf"] = new("eoFpt", Subcommands: "stat record trace"),
        ["rr"] = new(Subcommands: "record"),
        ["watchexec"] = new("weifsdo", "--watch --exts --ignore --filter --signal --debounce --shell"),
        ["uv"] = new("p", "--with --python --project --directory --extra --group --env-file", Subcommands: "run"),
        ["uvx"] = new("p", "--from --with --python"),
        ["pipx"] = new("", "--spec --python", Subcommands: "run"),
        ["poetry"] = new("CP", "--directory --project", Subcommands: "run"),
        ["pipenv"] = new(Subcommands: "run"),
        ["pdm"] = new("p", "--project", Subcommands: "run"),
        ["hatch"] = new("e", "--env", Subcommands: "run"),
        ["rye"] = new(Subcommands: "run"),
        ["pixi"] = new("e", "--environment --manifest-path", Subcommands: "run exec"),
        ["bundle"] = new(Subcommands: "exec"),
        ["npm"] = new("pwC", "--package --workspace --prefix", Subcommands: "exec x"),
        ["npx"] = new("pw", "--package --workspace"),
        ["bunx"] = new("p", "--package"),
        ["pnpm"] = new("CF", "--dir --filter --package", Subcommands: "exec dlx"),
        ["yarn"] = new("p", "--cwd --package", Subcommands: "exec dlx"),
        ["direnv"] = new(Operands: 1, Subcommands: "exec"),
        ["mise"] = new(Subcommands: "exec x"),
        ["asdf"] = new(Subcommands: "exec"),
        ["pyenv"] = new(Subcommands: "exec"),
        ["rbenv"] = new(Subcommands: "exec"),
        ["nodenv"] = new(Subcommands: "exec"),
        ["conda"] = new("np", "--name --prefix --cwd", Subcommands: "run"),
        ["mamba"] = new("np", "--name --prefix --cwd", Subcommands: "run"),
        ["micromamba"] = new("np", "--name --prefix --cwd", Subcommands: "run"),
        ["op"] = new("", "--env-file --account", Subcommands: "run"),
        ["doppler"] = new("pc", "--project --config", Subcommands: "run"),
        ["infisical"] = new("", "--env --path", Subcommands: "run"),
        ["dotenv"] = new("fep", "--file"),
        ["dotenvx"] = new("f", "--env-file", Subcommands: "run"),
        ["aws-vault"] = new("d", "--duration", Operands: 1, Subcommands: "exec"),
        ["chamber"] = new(Operands: 1, Subcommands: "exec"),
        ["screen"] = new("cehSpTt"),
        ["docker"] = new(
            "eulwvpmhc",
            "--env --env-file --user --workdir --volume --publish --name --network --mount --entrypoint --platform --memory --cpus "
                + "--hostname --label --add-host",
            Operands: 1,
            Subcommands: "exec run",
            IsElsewhere: true
        ),
        ["podman"] = new(
            "eulwvpmh",
            "--env --env-file --user --workdir --volume --publish --name --network --mount --entrypoint --platform",
            Operands: 1,
            Subcommands: "exec run",
            IsElsewhere: true
        ),
        ["kubectl"] = new("nc", "--namespace --container --context", Operands: 1, Subcommands: "exec", IsElsewhere: true),
    };

    public static ShellWrapper? Find(string program) => All.GetValueOrDefault(program);

    /// <summary>Where the command begins; past the end where there is none. Shell text in an option is given too.</summary>
    public int CommandAt(ReadOnlySpan<ShellWord> words, out ShellWord? code)
    {
        code = null;
        var operands = Operands;
        var isBehind = Subcommands.Length == 0;
        for (var i = 1; i < words.Length; i++)
        {
            var text = words[i].Text;
            if (text == "--")
            {
                if (operands == 0 || IsElsewhere)
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
            if (!isBehind)
            {
                isBehind = IsOneOf(Subcommands, text);
                if (!isBehind && !(text == "compose" && IsElsewhere))
                    break;
                continue;
            }

            if (operands-- > 0)
                continue;
            return i;
        }

        return words.Length;
    }

    /// <summary>The folder that an option of its own enters; null where there is none.</summary>
    public ShellWord? FolderIn(ReadOnlySpan<ShellWord> words)
    {
        if (Folder.Length == 0)
            return null;
        for (var i = 1; i < words.Length; i++)
        {
            var text = words[i].Text;
            if (text.IndexOf('=') is > 0 and var equals && IsOneOf(Folder, text[..equals]))
                return new ShellWord(text[(equals + 1)..]);
            if (IsOneOf(Folder, text))
                return i + 1 < words.Length ? words[i + 1] : null;
            if (text.Length > 2 && text[1] != '-' && IsOneOf(Folder, text[..2]))
                return new ShellWord(text[2..]);
            if (!text.StartsWith('-') && !text.Contains('='))
                return null;
        }

        return null;
    }

    private bool TakesValue(string option) => IsOneOf(LongValues, option);

    private static bool IsOneOf(string options, string option)
    {
        foreach (var range in options.AsSpan().Split(' '))
            if (options.AsSpan(range).SequenceEqual(option))
                return true;
        return false;
    }
}
