using System.Reflection;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Syntax;

namespace HookRules.Cli;

internal enum DiagnosticFormat { Text, Json, Sarif, Github }

/// <summary>Diagnostics as a command was asked to print them: text for people on stderr, the other formats on stdout.</summary>
internal static class DiagnosticReport
{
    public static void Write(Cli cli, DiagnosticFormat format, IReadOnlyCollection<Diagnostic> diagnostics, IReadOnlyCollection<SourceText> sources)
    {
        switch (format)
        {
            case DiagnosticFormat.Json:
                cli.Print(output => DiagnosticPrinter.WriteJson(output, diagnostics));
                break;
            case DiagnosticFormat.Sarif:
                cli.Print(output => SarifPrinter.Write(output, diagnostics, Assembly.GetExecutingAssembly().GetName().Version!.ToString(3)));
                break;
            case DiagnosticFormat.Github:
                DiagnosticPrinter.WriteGitHub(cli.Out, diagnostics);
                break;
            default:
                DiagnosticPrinter.WriteText(cli.Error, diagnostics, sources);
                break;
        }
    }
}
