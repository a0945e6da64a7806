using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Engine;

namespace HookRules.Compiler.Rules.Syntax;

/// <summary>What was read, and where; the text form and the YAML form are read into the same nodes.</summary>
internal abstract record SyntaxNode(TextSpan Span);

internal sealed record RulesFileSyntax(SourceText Source, ImmutableArray<StatementSyntax> Statements);

internal sealed record NameSyntax(TextSpan Span, string Text) : SyntaxNode(Span);

/// <param name="Value">Without a constant.</param>
/// <param name="Constant">What stands there instead: <c>$name</c>; <see cref="Binding.BindContext"/> knows its value.</param>
internal sealed record DurationSyntax(TextSpan Span, TimeSpan Value, ConstantSyntax? Constant = null) : SyntaxNode(Span);

/// <param name="Least">The smallest number that may stand there.</param>
internal sealed record CountSyntax(TextSpan Span, int Value, int Least, ConstantSyntax? Constant = null) : SyntaxNode(Span);

// Statements

internal abstract record StatementSyntax(TextSpan Span) : SyntaxNode(Span);

internal sealed record ActionSyntax(TextSpan Span, NameSyntax Name, HandlerSyntax Handler, ImmutableArray<ModifierSyntax> Modifiers)
    : StatementSyntax(Span);

/// <param name="Value">A text or a list of texts.</param>
internal sealed record LetSyntax(TextSpan Span, NameSyntax Name, ValueSyntax Value) : StatementSyntax(Span);

internal sealed record RuleSyntax(
    TextSpan Span,
    NameSyntax? Name,
    TriggerSyntax Trigger,
    ImmutableArray<StageSyntax> Stages,
    ImmutableArray<StageSyntax> OnFailure
) : StatementSyntax(Span);

/// <param name="Place">The file of <c>sqlite</c>, the server of <c>redis</c>.</param>
/// <param name="Otherwise"><c>local</c>, the only one: what becomes of events when the server is out of reach.</param>
internal sealed record QueueSyntax(
    TextSpan Span,
    NameSyntax Kind,
    ValueSyntax? Place = null,
    StringSyntax? Stream = null,
    NameSyntax? Otherwise = null
) : StatementSyntax(Span);

internal sealed record ConsumerSyntax(TextSpan Span, ConsumerMode Mode) : StatementSyntax(Span);

/// <summary>What a colleague without HookRules is told to run.</summary>
/// <param name="Mode"><c>wake</c>, the only one.</param>
internal sealed record FeedbackSyntax(TextSpan Span, NameSyntax Mode) : StatementSyntax(Span);

internal sealed record InstallSyntax(TextSpan Span, StringSyntax Command) : StatementSyntax(Span);

internal sealed record DurabilitySyntax(TextSpan Span, Durability Durability) : StatementSyntax(Span);

/// <param name="Mode"><c>on</c> or <c>off</c>.</param>
internal sealed record RecordSyntax(TextSpan Span, NameSyntax Mode, ImmutableArray<NameSyntax> With, ImmutableArray<NameSyntax> Without)
    : StatementSyntax(Span);

internal sealed record RequiresSyntax(TextSpan Span, NameSyntax Version) : StatementSyntax(Span);

/// <param name="Level"><c>off</c>, <c>hint</c>, <c>warning</c> or <c>error</c>.</param>
internal sealed record LintSyntax(TextSpan Span, NameSyntax Code, NameSyntax Level) : StatementSyntax(Span);

/// <summary>The header of a pack.</summary>
internal sealed record PackSyntax(TextSpan Span, NameSyntax Name, StringSyntax Version) : StatementSyntax(Span);

/// <summary>The types of parameters.</summary>
internal enum ConstantType
{
    Text,
    Int,
    Bool,
    Duration,
    List,
}

internal sealed record ParamSyntax(TextSpan Span, NameSyntax Name, NameSyntax Type, ValueSyntax? Default) : StatementSyntax(Span);

/// <param name="With">The parameters that are given.</param>
/// <param name="Alias">What the pack is called here, if not by its own name.</param>
internal sealed record UseSyntax(TextSpan Span, StringSyntax Reference, MapSyntax? With, NameSyntax? Alias) : StatementSyntax(Span);

/// <param name="Rule"><c>PACK.RULE</c>.</param>
internal sealed record DisableSyntax(TextSpan Span, NameSyntax Rule) : StatementSyntax(Span);

/// <summary>A statement that could not be read and was reported. It still declares its name, so that uses of it are no second
/// mistake.</summary>
internal sealed record SkippedSyntax(TextSpan Span, string? Keyword, string? Name) : StatementSyntax(Span);

// Triggers

internal enum TriggerWordKind
{
    Bare,
    Quoted,
    Regex,
    Raw,
}

/// <summary>One word of a trigger; whether it is event, matcher or glob is the binder's to say.</summary>
internal sealed record TriggerWordSyntax(TextSpan Span, TriggerWordKind Kind, StringSyntax Text) : SyntaxNode(Span);

internal sealed record TriggerSyntax(TextSpan Span, ImmutableArray<TriggerWordSyntax> Words, ConditionSyntax? Where) : SyntaxNode(Span);

// Conditions

internal abstract record ConditionSyntax(TextSpan Span) : SyntaxNode(Span);

internal sealed record AllSyntax(TextSpan Span, ImmutableArray<ConditionSyntax> Terms) : ConditionSyntax(Span);

internal sealed record AnySyntax(TextSpan Span, ImmutableArray<ConditionSyntax> Terms) : ConditionSyntax(Span);

internal sealed record NotSyntax(TextSpan Span, ConditionSyntax Term) : ConditionSyntax(Span);

internal sealed record ExistsSyntax(TextSpan Span, NameSyntax Field) : ConditionSyntax(Span);

internal sealed record CompareSyntax(
    TextSpan Span,
    NameSyntax Field,
    NameSyntax Sign,
    CompareOperator Operator,
    ImmutableArray<ValueSyntax> Values
) : ConditionSyntax(Span);

/// <summary>A <c>bool</c> constant as a condition of its own.</summary>
internal sealed record ConstantConditionSyntax(TextSpan Span, ConstantSyntax Constant) : ConditionSyntax(Span);

/// <param name="Constant">What stands there instead: <c>$name</c>, a text that is the expression.</param>
internal sealed record RegexSyntax(TextSpan Span, StringSyntax Source, string Flags, ConstantSyntax? Constant = null) : SyntaxNode(Span);

internal sealed record MatchesSyntax(TextSpan Span, NameSyntax Field, RegexSyntax Regex) : ConditionSyntax(Span);

/// <param name="Glob">A text or a constant.</param>
internal sealed record InGlobSyntax(TextSpan Span, NameSyntax Field, ValueSyntax Glob) : ConditionSyntax(Span);

/// <summary>A word of a shell condition; a bare one that begins with <c>$</c> names a constant.</summary>
/// <param name="Regex">What stands there instead of a word: an expression for the words of the command.</param>
internal sealed record WordSyntax(TextSpan Span, StringSyntax Text, bool IsQuoted, RegexSyntax? Regex = null) : SyntaxNode(Span);

internal sealed record WordsSyntax(TextSpan Span, ImmutableArray<WordSyntax> Words) : SyntaxNode(Span);

/// <summary>What is asked of a command line as a shell reads it.</summary>
internal abstract record ShellConditionSyntax(TextSpan Span, NameSyntax Word) : ConditionSyntax(Span);

internal sealed record RunsSyntax(
    TextSpan Span,
    NameSyntax Word,
    WordsSyntax Commands,
    WordsSyntax? With,
    WordsSyntax? Without,
    WordsSyntax? Outside,
    bool OrMay
) : ShellConditionSyntax(Span, Word)
{
    /// <summary><c>only runs</c>: nothing else may be in the line.</summary>
    public bool Only { get; init; }

    /// <summary><c>with env (NAME)</c>.</summary>
    public WordsSyntax? Variables { get; init; }
}

internal sealed record OpaqueSyntax(TextSpan Span, NameSyntax Word) : ShellConditionSyntax(Span, Word);

/// <param name="Word"><c>writes</c> or <c>reads</c>.</param>
internal sealed record TouchesSyntax(TextSpan Span, NameSyntax Word, WordsSyntax Files) : ShellConditionSyntax(Span, Word);

internal sealed record PipesSyntax(TextSpan Span, NameSyntax Word, WordsSyntax From, WordsSyntax Into) : ShellConditionSyntax(Span, Word);

internal sealed record ForkBombSyntax(TextSpan Span, NameSyntax Word) : ShellConditionSyntax(Span, Word);

// Steps

/// <summary>What stands between commas: a step, or a modifier that binds the whole rule.</summary>
internal abstract record ItemSyntax(TextSpan Span) : SyntaxNode(Span);

internal sealed record StageSyntax(TextSpan Span, ImmutableArray<ItemSyntax> Items) : SyntaxNode(Span);

internal sealed record StageListSyntax(TextSpan Span, ImmutableArray<StageSyntax> Stages) : SyntaxNode(Span);

internal sealed record DecisionSyntax(TextSpan Span, NameSyntax Word, DecisionKind Kind, StringSyntax? Text) : ItemSyntax(Span);

/// <summary><c>set</c> with one field in the text form and any number in YAML.</summary>
/// <param name="Replaced">The word of the command that is replaced; null changes the whole field.</param>
internal sealed record SetSyntax(TextSpan Span, NameSyntax Word, ImmutableArray<MemberSyntax> Changes, StringSyntax? Replaced = null)
    : ItemSyntax(Span);

internal sealed record ReplySyntax(TextSpan Span, NameSyntax Word, MapSyntax Fields) : ItemSyntax(Span);

internal sealed record ReferenceSyntax(TextSpan Span, NameSyntax Action, ImmutableArray<ModifierSyntax> Modifiers) : ItemSyntax(Span);

internal sealed record InlineActionSyntax(TextSpan Span, HandlerSyntax Handler, ImmutableArray<ModifierSyntax> Modifiers)
    : ItemSyntax(Span);

/// <summary>A handler of Claude Code's own; <paramref name="Input"/> is what an MCP tool is given.</summary>
internal sealed record NativeSyntax(TextSpan Span, NameSyntax Word, ValueSyntax Subject, MapSyntax? Input, MapSyntax? Fields)
    : ItemSyntax(Span);

/// <summary><c>await</c>: names of actions, and how long at most.</summary>
internal sealed record AwaitSyntax(
    TextSpan Span,
    NameSyntax Word,
    ImmutableArray<NameSyntax> Actions,
    ImmutableArray<ModifierSyntax> Modifiers
) : ItemSyntax(Span);

// Handlers of actions

internal abstract record HandlerSyntax(TextSpan Span, NameSyntax Word) : SyntaxNode(Span);

/// <summary>Either one text that is split into arguments, or the list of them, or a constant that is one of both.</summary>
internal sealed record RunSyntax(TextSpan Span, NameSyntax Word, ValueSyntax Command) : HandlerSyntax(Span, Word);

internal sealed record ShellSyntax(TextSpan Span, NameSyntax Word, StringSyntax Script) : HandlerSyntax(Span, Word);

internal sealed record HttpSyntax(TextSpan Span, NameSyntax Word, NameSyntax Method, ValueSyntax Url, MapSyntax? Headers, ValueSyntax? Body)
    : HandlerSyntax(Span, Word);

/// <summary><c>slack</c>, <c>notify</c> and <c>log</c>.</summary>
/// <param name="Text">The message; of a <c>log</c> the name of the file.</param>
internal sealed record MessageSyntax(TextSpan Span, NameSyntax Word, ValueSyntax Text) : HandlerSyntax(Span, Word)
{
    /// <summary>The line of a <c>log</c>.</summary>
    public ValueSyntax? Line { get; init; }

    /// <summary>The webhook of a <c>slack</c>.</summary>
    public EnvSyntax? Webhook { get; init; }

    /// <summary><c>sound</c> behind a <c>notify</c>.</summary>
    public bool Sound { get; init; }
}

/// <summary>A handler with its modifiers, as an action or inline.</summary>
internal sealed record ActionBodySyntax(TextSpan Span, HandlerSyntax Handler, ImmutableArray<ModifierSyntax> Modifiers) : SyntaxNode(Span);

// Modifiers

internal abstract record ModifierSyntax(TextSpan Span, NameSyntax Word) : ItemSyntax(Span);

/// <summary>Which events share a run; of these a place has one.</summary>
internal abstract record WindowSyntax(TextSpan Span, NameSyntax Word, ImmutableArray<NameSyntax> By) : ModifierSyntax(Span, Word);

internal sealed record DedupSyntax(TextSpan Span, NameSyntax Word, DurationSyntax Length, bool First, ImmutableArray<NameSyntax> By)
    : WindowSyntax(Span, Word, By);

/// <param name="Most">How long it may be put off.</param>
internal sealed record DebounceSyntax(
    TextSpan Span,
    NameSyntax Word,
    DurationSyntax Length,
    DurationSyntax? Most,
    ImmutableArray<NameSyntax> By
) : WindowSyntax(Span, Word, By);

internal sealed record ThrottleSyntax(TextSpan Span, NameSyntax Word, CountSyntax Count, DurationSyntax Length)
    : WindowSyntax(Span, Word, []);

/// <param name="Length">Null for <c>turn</c>.</param>
internal sealed record BatchSyntax(TextSpan Span, NameSyntax Word, DurationSyntax? Length) : WindowSyntax(Span, Word, []);

internal sealed record BusySyntax(TextSpan Span, NameSyntax Word, BusyMode Mode) : ModifierSyntax(Span, Word);

internal sealed record TimeoutSyntax(TextSpan Span, NameSyntax Word, DurationSyntax Length) : ModifierSyntax(Span, Word);

internal sealed record RetrySyntax(TextSpan Span, NameSyntax Word, CountSyntax Count, DurationSyntax? Backoff) : ModifierSyntax(Span, Word);

/// <summary><c>concurrency</c>.</summary>
internal sealed record CountModifierSyntax(TextSpan Span, NameSyntax Word, CountSyntax Count) : ModifierSyntax(Span, Word);

/// <summary><c>group</c>, <c>as</c> and <c>pass</c>.</summary>
internal sealed record NameModifierSyntax(TextSpan Span, NameSyntax Word, NameSyntax Name) : ModifierSyntax(Span, Word);

/// <summary><c>in</c>.</summary>
/// <param name="Folder">A text or a constant.</param>
internal sealed record FolderSyntax(TextSpan Span, NameSyntax Word, ValueSyntax Folder) : ModifierSyntax(Span, Word);

/// <summary><c>env</c>.</summary>
internal sealed record VariablesSyntax(TextSpan Span, NameSyntax Word, MapSyntax Variables) : ModifierSyntax(Span, Word);

/// <summary><c>sync</c>, <c>open</c>, <c>closed</c> and <c>feedback</c>.</summary>
internal sealed record FlagSyntax(TextSpan Span, NameSyntax Word) : ModifierSyntax(Span, Word);

// Values

internal abstract record ValueSyntax(TextSpan Span) : SyntaxNode(Span);

/// <summary>A text without its quotes and escapes, which knows where each of its characters stands in the source.</summary>
internal sealed record StringSyntax(TextSpan Span, string Text, int TextStart, ImmutableArray<int> Offsets = default) : ValueSyntax(Span)
{
    /// <summary>It is not written here but what a constant stands for.</summary>
    public bool IsConstant { get; init; }

    /// <summary>Where a part of the text stands.</summary>
    public TextSpan Part(int start, int length) =>
        Offsets.IsDefaultOrEmpty
            ? new TextSpan(TextStart + start, length)
            : TextSpan.Between(Offsets[Math.Min(start, Offsets.Length - 1)], Offsets[Math.Min(start + length, Offsets.Length - 1)]);
}

/// <summary><c>env.NAME</c>.</summary>
internal sealed record EnvSyntax(TextSpan Span, string Name) : ValueSyntax(Span);

/// <summary><c>payload</c>: the whole event.</summary>
internal sealed record PayloadSyntax(TextSpan Span) : ValueSyntax(Span);

/// <summary><c>$name</c>: a parameter or a <c>let</c>.</summary>
internal sealed record ConstantSyntax(TextSpan Span, string Name) : ValueSyntax(Span);

/// <summary>A duration as the value of a parameter.</summary>
internal sealed record DurationValueSyntax(TextSpan Span, string Text) : ValueSyntax(Span);

/// <summary>A number, <c>true</c>, <c>false</c> or <c>null</c>, as JSON spells it.</summary>
internal sealed record LiteralSyntax(TextSpan Span, string Json) : ValueSyntax(Span);

internal sealed record ListSyntax(TextSpan Span, ImmutableArray<ValueSyntax> Items) : ValueSyntax(Span);

internal sealed record MapSyntax(TextSpan Span, ImmutableArray<MemberSyntax> Members) : ValueSyntax(Span);

internal sealed record MemberSyntax(TextSpan Span, NameSyntax Key, ValueSyntax Value) : SyntaxNode(Span);
