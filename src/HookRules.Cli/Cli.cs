using System.Text;
using HookRules.Compiler.Diagnostics;
using HookRules.Engine;

namespace HookRules.Cli;

/// <summary>What a command gets of the world: in tests the whole command line runs in-process on these.</summary>
internal sealed record Cli(
    TextReader In,
    TextWriter Out,
    TextWriter Error,
    string WorkingDirectory,
    TimeProvider Time,
    Func<string, string?> Environment
)
{
    /// <summary>Reads standard input as bytes; payloads are not always valid text.</summary>
    public Func<Stream> OpenInput { get; init; } = () => Stream.Null;

    /// <summary>Standard output as bytes, for a protocol that counts them.</summary>
    public Func<Stream> OpenOutput { get; init; } = () => Stream.Null;

    /// <summary>Where problems are shown; null where no person reads along.</summary>
    public Terminal? Terminal { get; init; }

    /// <summary>Where results are shown; null where they go into a file or to another program.</summary>
    public Terminal? Screen { get; init; }

    /// <summary>A person reads along and may answer.</summary>
    public bool MayAsk { get; init; }

    /// <summary>Asks a question that is answered with yes or no; no where nobody may be asked.</summary>
    public bool Asks(string question)
    {
        if (!MayAsk)
            return false;
        Error.Write(Printable.Line($"hookrules: {question} [y/N] "));
        Error.Flush();
        return In.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }

    /// <summary>Shows problems to people.</summary>
    /// <param name="sources">The files that they may be about; of others only the place is printed.</param>
    public void Show(IEnumerable<Diagnostic> diagnostics, IReadOnlyCollection<SourceText> sources) =>
        DiagnosticPrinter.WriteText(Error, diagnostics, sources, Terminal?.Width, Terminal?.Colours ?? false);

    /// <summary>Says that a file which was named is not there, or is a folder.</summary>
    public void SayMissing(string file) =>
        Error.WriteLine(
            Printable.Line(
                Directory.Exists(Path.GetFullPath(file, WorkingDirectory))
                    ? $"hookrules: {file} is a folder: name a file in it."
                    : $"hookrules: there is no file {file}."
            )
        );

    /// <summary>Says what is wrong with the command line.</summary>
    public int Refuse(string problem)
    {
        Error.WriteLine(Printable.Line($"hookrules: {problem}"));
        return ExitCode.Usage;
    }

    /// <summary>Prints what is written as UTF-8.</summary>
    public void Print(Action<Stream> write)
    {
        using var bytes = new MemoryStream();
        write(bytes);
        var text = Encoding.UTF8.GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
        Out.Write(text.EndsWith('\n') ? text : text + "\n");
    }
}

/// <summary>The exit codes of every command.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>Problems found, a test failed, or output is stale.</summary>
    public const int Problems = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>It could not do its work: file missing, disk full.</summary>
    public const int CouldNot = 3;
}
