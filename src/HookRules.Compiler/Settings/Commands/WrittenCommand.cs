using System.Collections.Immutable;

namespace HookRules.Compiler.Settings.Commands;

/// <summary>A word of a command line without its quotes; expansions stay as they are written.</summary>
internal sealed record WrittenWord(string Text, int Start, int End, bool HasQuotes, bool Expands);

/// <summary>One simple command, its assignments, redirections and reserved words left aside.</summary>
/// <param name="Redirected">Its standard output goes somewhere else than to Claude Code.</param>
/// <param name="Before">The operator that stands before it.</param>
/// <param name="Inner">It stands in a substitution.</param>
internal sealed record WrittenCommand(ImmutableArray<WrittenWord> Words, bool Redirected, string Before, string After, bool Inner)
{
    /// <summary>The files that its output goes to.</summary>
    public ImmutableArray<string> Targets { get; init; } = [];

    /// <summary>The text that follows the line and is its standard input.</summary>
    public WrittenDocument? Input { get; init; }
}

/// <summary>What stands between <c>&lt;&lt;EOF</c> and the line <c>EOF</c>.</summary>
internal sealed class WrittenDocument(string end, bool withoutTabs, bool expands)
{
    public string End => end;

    /// <summary>Tabs before the last line do not count.</summary>
    public bool WithoutTabs => withoutTabs;

    public bool Expands => expands;

    /// <summary>Null until its lines come.</summary>
    public string? Text { get; set; }
}

/// <summary>A variable that the shell expands.</summary>
/// <param name="Splits">It stands outside of quotes where a space in its value makes two words of it.</param>
internal readonly record struct ShellVariable(string Name, int Start, int End, bool Splits);
