using System.Globalization;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Commands;

namespace HookRules.Compiler.Lint.Commands;

internal sealed class SlowForItsTimeout()
    : SettingsRule("HR3085", "slow-for-its-timeout", Severity.Hint, "A hook that may take longer than Claude Code waits for it.")
{
    public override string Why =>
        "A hook of UserPromptSubmit and of PreModelSwitch or PostModelSwitch has 30 seconds, one of MessageDisplay 10, if it says "
        + "no \"timeout\". After that it is cancelled, what it printed is dropped, and the prompt goes on without it. Where a "
        + "sleep alone is longer than the time that there is, that is certain and a warning.";

    public override string Bad =>
        """
            {
              "hooks": {
                "UserPromptSubmit": [{ "hooks": [{ "type": "command", "command": "npm test 2>&1 | tail -5" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "UserPromptSubmit": [{ "hooks": [{ "type": "command", "command": "npm test 2>&1 | tail -5", "timeout": 120 }] }]
              }
            }
            """;

    private const double ShortTime = 30;
    private static readonly string[] Slow =
    [
        "pytest",
        "tox",
        "mvn",
        "gradle",
        "gradlew",
        "make",
        "docker",
        "claude",
        "jest",
        "vitest",
        "playwright",
        "cypress",
        "tsc",
    ];
    private static readonly string[] Managers =
    [
        "npm",
        "pnpm",
        "yarn",
        "bun",
        "cargo",
        "go",
        "dotnet",
        "pip",
        "pip3",
        "uv",
        "poetry",
        "composer",
        "bundle",
    ];
    private static readonly string[] SlowWords =
    [
        "test",
        "t",
        "build",
        "install",
        "ci",
        "i",
        "sync",
        "check",
        "lint",
        "clippy",
        "restore",
        "update",
        "upgrade",
    ];

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from entry in document.Entries
        where entry.Shell is not null && !entry.IsAsync && entry.Event.Name != "SessionEnd"
        let limit = entry.Timeout ?? entry.Event.DefaultTimeout
        let sleep = entry
            .Shell!.Commands.Where(command => command.After != "&" && !command.Inner)
            .Select(Sleep)
            .FirstOrDefault(seconds => seconds >= limit)
        where
            sleep is not null
            || entry.Timeout is null
                && entry.Event.DefaultTimeout <= ShortTime
                && entry.Shell!.Commands.Any(command => command.After != "&" && IsSlow(command))
        let time = limit.ToString(CultureInfo.InvariantCulture)
        select sleep is { } seconds
            ? Found(
                entry.At,
                $"this sleeps for {seconds.ToString(CultureInfo.InvariantCulture)} s, and Claude Code cancels it after {time} s",
                "give it a longer \"timeout\", or detach it: … >/dev/null 2>&1 &",
                Severity.Warning
            )
            : Found(
                entry.At,
                $"on {entry.Event.Name} a hook has {time} s, after which it is cancelled and its output dropped",
                "say \"timeout\" if this may take longer, or detach it"
            );

    private static double? Sleep(WrittenCommand command) =>
        command.Words is [{ Text: "sleep" }, { Text: var text }]
        && double.TryParse(text.TrimEnd('s'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            ? seconds
            : null;

    private static bool IsSlow(WrittenCommand command)
    {
        var words = command
            .Words.SkipWhile(word => word.Text is "exec" or "env" or "nohup" or "npx" or "time")
            .Select(Scripts.Program)
            .ToArray();
        if (words.Length == 0)
            return false;
        return Slow.Contains(words[0])
            || Managers.Contains(words[0])
                && words.Skip(1).SkipWhile(word => word is "run" or "exec" || word.StartsWith('-')).FirstOrDefault() is { } what
                && SlowWords.Contains(what.Split(':')[0]);
    }
}
