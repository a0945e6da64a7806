using System.Collections.Immutable;

namespace HookRules.Compiler.Import;

/// <summary>A one-line hook in its parts: what it takes from the event, asks, and does.</summary>
internal abstract record HookScript
{
    /// <summary>It happens only if what stands before it succeeded.</summary>
    public bool IsAfterAnd { get; init; }

    /// <summary>A word: texts, and variables or fields of the event in between.</summary>
    public sealed record Word(ImmutableArray<Piece> Pieces)
    {
        public bool IsPlain => Pieces.All(piece => piece.Source is null);

        public string Text => string.Concat(Pieces.Select(piece => piece.Text));

        /// <summary>Nothing but one variable or field.</summary>
        public Source? Only => Pieces is [{ Source: { } source }] ? source : null;
    }

    /// <param name="Source">Null for a text.</param>
    public readonly record struct Piece(string Text, Source? Source = null);

    /// <summary>Where a text comes from.</summary>
    public abstract record Source
    {
        /// <param name="From">Null for standard input.</param>
        public sealed record Field(string Filter, string? From) : Source;

        /// <summary>All that stands on standard input.</summary>
        public sealed record Event : Source;

        public sealed record Variable(string Name) : Source;
    }

    public abstract record Test
    {
        /// <param name="Flags">Of grep.</param>
        public sealed record Grep(Source Text, string Program, string Flags, string Pattern) : Test;

        /// <summary>A pattern of the shell, as of <c>case</c>.</summary>
        public sealed record Like(Source Text, ImmutableArray<string> Patterns) : Test;

        public sealed record Matches(Source Text, string Pattern) : Test;

        /// <summary>A look whether there is anything, a file or a program.</summary>
        public sealed record Given(Source? Text, bool IsFile) : Test;

        public sealed record Not(Test Inner) : Test;

        public sealed record Both(Test One, Test Other) : Test;

        public sealed record Either(Test One, Test Other) : Test;
    }

    public sealed record Assign(string Name, Source Value) : HookScript;

    /// <summary>The rest happens only if it holds.</summary>
    public sealed record Require(Test Asked) : HookScript;

    public sealed record If(Test Asked, ImmutableArray<HookScript> Then) : HookScript;

    /// <summary><c>… | while read -r f; do … done</c></summary>
    public sealed record Read(Source From, string Name, ImmutableArray<HookScript> Body) : HookScript;

    public sealed record Say(Word Text, bool IsError) : HookScript;

    public sealed record Exit(string Code) : HookScript;

    /// <param name="IsQuiet">What it prints and how it ends is thrown away.</param>
    /// <param name="Blocks">A failure becomes exit 2.</param>
    public sealed record Run(ImmutableArray<Word> Words, bool IsQuiet, bool Blocks) : HookScript;

    public sealed record Append(Word? Text, Source? Field, string File) : HookScript;

    public sealed record Notify(Word Text, bool HasSound) : HookScript;

    public sealed record Post(string Variable, string Text) : HookScript;
}
