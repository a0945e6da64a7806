using System.Reflection;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Syntax;

namespace HookRules.Cli;

internal enum DiagnosticFormat
{
    Text,
    Json,
    Sarif,
    Github,
}

/// <summary>Diagnostics as a command was asked to print them: text for people on stderr, the other formats on stdout.</summary>
internal static class DiagnosticReport
{
    /// <summary>The formats, as <c>--help</c> names them.</summary>
    public const string Formats = "text|json|sarif|github";

    public static void Write(
        Cli cli,
        DiagnosticFormat format,
        IReadOnlyCollection<Diagnostic> diagnostics,
        IReadOnlyCollection<SourceText> sources
    )
    {
        switch (format)
        {
            case DiagnosticFormat.Json:
                cli.Print(output => DiagnosticPrinter.WriteJson(output, diagnostics));
                break;
            case DiagnosticFormat.Sarif:
                cli.Print(output =>
                    SarifPrinter.Write(output, diagnostics, Assembly.GetExecutingAssembly().GetName().Version!.ToString(3))
                );
                break;
            case DiagnosticFormat.Github:
                DiagnosticPrinter.WriteGitHub(cli.Out, diagnostics);
                break;
            default:
                cli.Show(diagnostics, sources);
                if (cli.Terminal is not null && diagnostics.Count > 0)
                    cli.Error.Write(Summary(diagnostics));
                break;
        }
    }

    private static string Summary(IReadOnlyCollection<Diagnostic> diagnostics)
    {
        var counts =
            from one in diagnostics
            group one by one.Severity into severity
            orderby severity.Key == Severity.Error ? 0
            : severity.Key == Severity.Warning ? 1
            : 2
            select $"{severity.Count()} {DiagnosticPrinter.Name(severity.Key)}{(severity.Count() == 1 ? "" : "s")}";
        return $"{string.Join(", ", counts)}; why, and an example: hookrules explain {diagnostics.MinBy(one => one.Severity)!.Code}\n";
    }
}
