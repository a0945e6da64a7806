using System.Buffers;

namespace HookRules.Engine;

/// <summary>One word of a command line after the shell's unquoting. Where it holds an expansion, <see cref="Text"/> has a mark in its
/// place.</summary>
/// <param name="HasGlob">It has a <c>*</c>, <c>?</c> or <c>[</c> that the shell itself would expand.</param>
/// <param name="IsQuoted">Some of it was quoted, so it is no reserved word.</param>
public readonly record struct ShellWord(string Text, bool HasGlob = false, bool IsQuoted = false)
{
    /// <summary>Text that is not known: a quoted expansion, or one whose value is certainly no option.</summary>
    public const char Value = '\0';

    // Noncharacters, which no command line has; one that has them nevertheless is taken for more unknown than it is.
    /// <summary>An unquoted expansion: it may be nothing, an option, or several words.</summary>
    public const char Words = '\uFDD6';

    /// <summary>The user's home folder.</summary>
    public const char Home = '\uFDD4';

    /// <summary>The project folder.</summary>
    public const char Project = '\uFDD5';

    /// <summary>The folder that the command runs in.</summary>
    public const char Here = '\uFDDA';

    private static readonly SearchValues<char> Unknown = SearchValues.Create([Value, Words]);

    /// <summary>It holds what a command prints that could be anything.</summary>
    public bool IsOutput { get; init; }

    /// <summary>As a file that is written: what is in it stays, and something is added at its end.</summary>
    public bool IsAppended { get; init; }

    /// <summary>Part of it is known at run time only.</summary>
    public bool IsUnknown => Text.AsSpan().ContainsAny(Unknown);

    /// <summary>It may turn out to be several words, or an option.</summary>
    public bool MaySplit => Text.Contains(Words);

    /// <summary>Where its first unknown part begins; its length where there is none.</summary>
    public int KnownLength => Text.AsSpan().IndexOfAny(Unknown) is var at and >= 0 ? at : Text.Length;

    /// <summary>What stands behind its last slash: the name of the program, if it is one.</summary>
    public ReadOnlySpan<char> BaseName => Text.AsSpan(Text.LastIndexOf('/') + 1);

    public override string ToString() =>
        string.Create(
            Text.Length,
            Text,
            static (to, text) =>
            {
                for (var i = 0; i < text.Length; i++)
                    to[i] = text[i] switch
                    {
                        Value or Words => '…',
                        Home => '~',
                        Project or Here => '.',
                        var c => c,
                    };
            }
        );
}
