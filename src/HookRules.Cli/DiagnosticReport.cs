using System.Reflection;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Lint;

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

    /// <param name="isSummed">The text for people ends with how many there are, wherever it goes.</param>
    public static void Write(
        Cli cli,
        DiagnosticFormat format,
        IReadOnlyCollection<Diagnostic> diagnostics,
        IReadOnlyCollection<SourceText> sources,
        bool isSummed = false
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
                if (diagnostics.Count > 0 && (isSummed || cli.Terminal is not null))
                    cli.Error.WriteLine(
                        $"{(isSummed ? Sum(diagnostics) : "")}{Counts(diagnostics)}{(cli.Terminal is null ? "" : $"; {Why(diagnostics)}")}"
                    );
                break;
        }
    }

    private static string Sum(IReadOnlyCollection<Diagnostic> diagnostics)
    {
        var files = diagnostics.Select(one => one.At.File).Distinct(StringComparer.Ordinal).Count();
        return $"{Counted(diagnostics.Count, "problem")} in {Counted(files, "file")}: ";
    }

    /// <summary>How many there are of each severity.</summary>
    public static string Counts(IReadOnlyCollection<Diagnostic> diagnostics)
    {
        var counts =
            from one in diagnostics
            group one by one.Severity into severity
            orderby severity.Key == Severity.Error ? 0
            : severity.Key == Severity.Warning ? 1
            : 2
            select Counted(severity.Count(), DiagnosticPrinter.Name(severity.Key));
        return string.Join(", ", counts);
    }

    /// <summary>Where more is said of the worst of them.</summary>
    public static string Why(IReadOnlyCollection<Diagnostic> diagnostics) =>
        $"why, and an example: hookrules explain {diagnostics.MinBy(one => one.Severity)!.Code}";

    private static string Counted(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";
}
