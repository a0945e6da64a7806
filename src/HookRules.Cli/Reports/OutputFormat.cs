using System.CommandLine;

namespace HookRules.Cli.Reports;

/// <summary>For whom a command prints its result.</summary>
internal enum OutputFormat
{
    Text,
    Json,
}

internal static class OutputFormats
{
    public static Option<OutputFormat> Option =>
        new("--format") { Description = "How the result is printed; text if not given.", HelpName = "text|json" };
}
