using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using HookRules.Cli.Reports;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Lint;
using HookRules.Engine;
using HookRules.Simulation.Cases;

namespace HookRules.Cli.Commands;

/// <summary><c>hookrules lint --hook</c>: answers the event of a file that Claude wrote with what lint says of the file. It never holds
/// Claude up: what cannot be looked at is a line on stderr.</summary>
internal static class LintHook
{
    private const int MostCharacters = 6000;
    private const int LargestEvent = 64 << 20;

    public static int Answer(Cli cli)
    {
        try
        {
            if (Event(cli) is { } written && FileOf(written, cli.WorkingDirectory) is { } file && TextOf(cli, file) is { } text)
                cli.Out.Write(DecisionWire.Write(written.Event, new Decision { Contexts = [text] }).Stdout);
        }
        // A mistake of ours included: another exit code would be shown to Claude, or hold it.
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Say(cli, e.Message);
        }

        return ExitCode.Ok;
    }

    /// <summary>The event, where Claude hears an answer to it.</summary>
    private static Payload? Event(Cli cli)
    {
        using var input = cli.OpenInput();
        using var content = new MemoryStream();
        var part = new byte[64 << 10];
        while (input.Read(part) is var count and > 0)
        {
            content.Write(part, 0, count);
            if (content.Length > LargestEvent)
            {
                Say(cli, "the event on stdin is larger than any file of rules.");
                return null;
            }
        }

        if (Payload.TryParse(content.ToArray(), out var problem) is not { } written)
        {
            Say(cli, $"{problem}.");
            return null;
        }

        return HookEvents.Find(written.Event)?.Decisions.Contains(DecisionKind.Context) is true ? written : null;
    }

    /// <summary>The file that the event is about, where it is one of ours by its name and place.</summary>
    private static LintFile? FileOf(Payload written, string folder)
    {
        if (written.File is not { } named)
            return null;
        var path = Path.GetFullPath(named, folder);
        var isOurs = LintFiles.IsRules(Path.GetFileName(path)) || CaseFiles.IsCases(path) || LintFiles.IsSettings(path);
        return isOurs && File.Exists(path) ? LintFiles.Of(path) : null;
    }

    /// <summary>Null where nothing is wrong.</summary>
    private static string? TextOf(Cli cli, LintFile file)
    {
        var lint = new FileLint(cli);
        lint.Look(file);
        // What makes a file void is told before what could be better in it.
        ImmutableArray<Diagnostic> found = [.. lint.Found.OrderBy(one => one.Severity == Severity.Error ? 0 : 1)];
        if (found.IsEmpty)
            return null;

        var text = new StringBuilder();
        var name = Printable.Line(Places.FromHere(cli, file.Path));
        text.Append(CultureInfo.InvariantCulture, $"hookrules lint, of {name} as it was written: {DiagnosticReport.Counts(found)}\n");
        var told = 0;
        foreach (var one in found)
        {
            using var block = new StringWriter();
            DiagnosticPrinter.WriteText(block, [one], lint.Sources);
            if (told > 0 && text.Length + block.GetStringBuilder().Length > MostCharacters)
                break;
            text.Append(block.GetStringBuilder());
            told++;
        }

        if (text.Length > MostCharacters)
            text.Remove(MostCharacters, text.Length - MostCharacters).Append("…\n");
        if (told < found.Length)
            text.Append(CultureInfo.InvariantCulture, $"{found.Length - told} more: hookrules lint\n");
        return text.Append(DiagnosticReport.Why(found)).ToString();
    }

    private static void Say(Cli cli, string problem) => cli.Error.WriteLine(Printable.Line($"hookrules: {problem}"));
}
