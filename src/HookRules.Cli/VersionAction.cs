using System.CommandLine;
using System.CommandLine.Invocation;

namespace HookRules.Cli;

/// <summary><c>hookrules --version</c>: version, commit, and whether the program is native.</summary>
internal sealed class VersionAction(Cli cli) : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        cli.Out.WriteLine(BuildInfo.Text);
        return ExitCode.Ok;
    }
}
