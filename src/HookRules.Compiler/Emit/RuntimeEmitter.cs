using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using HookRules.Engine;

namespace HookRules.Compiler.Emit;

/// <summary>A text file that <c>compile</c> writes beside plan.json.</summary>
/// <param name="Name">Its name inside <c>.claude/hookrules/</c>.</param>
/// <param name="MachineOnly">It says something about this machine: git ignores it, and it is never stale.</param>
public sealed record RuntimeFile(string Name, string Text, bool MachineOnly = false);

/// <summary>The launchers, and what keeps git from spoiling them.</summary>
public static class RuntimeEmitter
{
    /// <summary>The version whose runtime the launchers look for.</summary>
    public static string Version { get; } = typeof(RuntimeEmitter).Assembly.GetName().Version!.ToString(3);

    private static readonly SearchValues<char> ReadByCmd = SearchValues.Create("&|<>^%!()");

    /// <param name="runtimeDirectory">Where hook and command line are on this machine; null writes no <c>local</c>.</param>
    /// <param name="install">What the team says that a colleague is to run.</param>
    public static ImmutableArray<RuntimeFile> Emit(string? runtimeDirectory, string? install = null, Layer layer = Layer.Project)
    {
        var mend = install is null ? $"unpack the archive of hookrules {Version} and run: sh install.sh" : $"run: {install}";
        // Signs that cmd.exe would read are said to nobody on Windows.
        var plain = install is not null && install.AsSpan().ContainsAny(ReadByCmd) ? $"install hookrules {Version}" : mend;
        var files = ImmutableArray.Create(
            new RuntimeFile(ProjectLayout.Launcher, FileTemplate.Render("hook.sh", ShellQuoting.Quote, ("mend", mend))),
            new RuntimeFile(
                "hook.cmd",
                FileTemplate.Render("hook.cmd", InEchoOfCmd, ("mend", plain)).Replace("\n", "\r\n", StringComparison.Ordinal)
            ),
            new RuntimeFile(".gitattributes", FileTemplate.Render("gitattributes.txt", text => text)),
            new RuntimeFile(".gitignore", layer == Layer.Personal ? "*\n" : FileTemplate.Render("gitignore.txt", text => text))
        );
        return runtimeDirectory is null
            ? files
            : files.Add(
                new RuntimeFile(ProjectLayout.LocalRuntime, Path.TrimEndingDirectorySeparator(runtimeDirectory) + "\n", MachineOnly: true)
            );
    }

    // Signs that cmd.exe would read are not said there (see above); what is left must stay inside a text of JSON.
    private static string InEchoOfCmd(string text) => JsonEncodedText.Encode(text).Value;
}
