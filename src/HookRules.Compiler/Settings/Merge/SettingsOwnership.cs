using HookRules.Compiler.Settings.Json;
using HookRules.Engine;

namespace HookRules.Compiler.Settings.Merge;

/// <summary>Tells our entries of a settings file from all others.</summary>
internal static class SettingsOwnership
{
    /// <summary>Marks a native handler with its rule; Claude Code drops keys that it does not know.</summary>
    public const string Mark = "hookrules";

    /// <summary>How the text of an entry in shell form begins, whatever the rules.</summary>
    public const string EntryStart = $"set -- {ProjectLayout.PlanHashArgument} ";

    public const string Launcher = $"{ProjectLayout.Folder}/{ProjectLayout.Launcher}";

    /// <summary>
    /// Whatever its plan hash, flags and folder: the text that sources the launcher, the runtime in exec form, a marked native handler; and
    /// what version 0.1.0 wrote, a shell with the launcher among its <c>args</c>.
    /// </summary>
    public static bool IsOurs(JsonText document, JsonTextNode handler)
    {
        if (handler.Kind != JsonTextKind.Object)
            return false;
        if (document.StringOf(handler[Mark]) is not null)
            return true;
        if (document.StringOf(handler["command"]) is not { } command)
            return false;
        if (handler["args"] is not { Kind: JsonTextKind.Array } args)
            return handler["args"] is null && command.StartsWith(EntryStart, StringComparison.Ordinal);
        return FileName(command) switch
        {
            ProjectLayout.HookName or ProjectLayout.HookName + ".exe" => true,
            "sh" => args.Children.Any(argument =>
                document.StringOf(argument.Value)?.Replace('\\', '/').EndsWith('/' + Launcher, StringComparison.Ordinal) is true
            ),
            _ => false,
        };
    }

    private static string FileName(string command) => command[(command.LastIndexOfAny(['/', '\\']) + 1)..];
}
