using HookRules.Compiler.Settings.Merge;
using HookRules.Engine;

namespace HookRules.Compiler.Emit;

/// <summary>
/// The command of an entry: one text for the client's own <c>/bin/sh -c</c>. A shell as the command itself, with <c>args</c>, would read
/// the event from its standard input as a script wherever a client does not know <c>args</c>.
/// </summary>
internal sealed record EntryCommand(HookEvent Event, string PlanHash, bool Closed, EmitOptions Options)
{
    // mkdir tells the first of several hooks at once, and follows no link; where it cannot, each is the first.
    private const string IsFirst = "{ { umask 077; mkdir -p \"$hr_told\" && mkdir \"$hr_mark\"; } 2>/dev/null || [ ! -d \"$hr_mark\" ]; }";

    public override string ToString()
    {
        var closed =
            Closed ? $" {ProjectLayout.ClosedArgument}"
            : Wakes ? $" {ProjectLayout.WakeArgument}"
            : "";
        // The launcher replaces the shell by the hook. Whatever keeps it from that ends in the trap: no launcher, an empty one, one with
        // a merge conflict in it (which ends the shell with 2: a block), no runtime.
        return $"{SettingsOwnership.EntryStart}{PlanHash} {ProjectLayout.EventArgument} {Event.Name}{closed}; "
            + $"hr={Folder}; {Told}hr_end() {{ {End}; }}; trap hr_end EXIT; "
            + "[ -f \"$hr/hook\" ] && . \"$hr/hook\"";
    }

    // Claude Code puts a folder in for the braced name alone. The shell's own variable needs no trust in how the folder is called.
    private string Folder =>
        Options.PlanFolder is { } folder ? Quote(folder.TrimEnd('/', '\\')) : $"\"${Options.Place.Variable}\"{Options.Place.Below}";

    private Layer Layer => Options.PlanFolder is null ? Options.Layer : Layer.User;

    /// <summary>It runs in the background behind the entry of the same event, which says what is missing.</summary>
    public bool Wakes { get; init; }

    private bool IsSilent => Wakes || !Closed && Event.Universal == UniversalOutput.Discarded;

    private string Whose =>
        Layer switch
        {
            Layer.Project => "of this project",
            Layer.Personal => "of your own for this project",
            Layer.Plugin => "of this plugin",
            _ => "of your own",
        };

    // What is missing and what mends it; the launcher knows better once it runs.
    private string Told =>
        IsSilent ? ""
        : Layer == Layer.Project
            ? "hr_why='the launcher .claude/hookrules/hook is missing or broken'; "
                + "hr_mend='take it back from git, or run: hookrules compile'; "
        : $"hr_why='the launcher of the rules {Whose} is missing or broken'; hr_mend='run: hookrules compile'; ";

    private string End
    {
        get
        {
            var refuse = "echo \"hookrules: $hr_why, and rules for this call must not be skipped: $hr_mend\" >&2";
            var say = $"printf '{{\"systemMessage\":\"hookrules: %s\"}}\\n' \"$hr_why, so the rules {Whose} are not applied: $hr_mend\"";
            return (Closed, Event) switch
            {
                // onFailure is ignored here. Held for good, Claude would work on for ever without being able to mend it: so once.
                (true, { OnFailureBlocks: false, ExitTwoBlocks: true }) => $"{refuse}; {Mark}-{Event.Name}; {IsFirst} && exit 2; exit 1",
                (true, _) => $"{refuse}; exit 1",
                _ when IsSilent => "exit 0",
                _ => $"{Mark}; {IsFirst} && {say}; exit 0",
            };
        }
    }

    // One empty folder for each session that was told; one more for each event whose end was held.
    private string Mark =>
        "hr_told=${XDG_RUNTIME_DIR:-${XDG_STATE_HOME:-$HOME/.local/state}}/"
        + $"{ProjectLayout.Folder}/{ProjectLayout.ToldFolder}; "
        + $"hr_mark=$hr_told/${{CLAUDE_CODE_SESSION_ID:-$PPID}}-{Layer.ToString().ToLowerInvariant()}";

    // What looks like a placeholder of Claude Code's is not to be one.
    private static string Quote(string folder) => ShellQuoting.Quote(folder).Replace("${", "$''{", StringComparison.Ordinal);
}
