using System.Collections.Immutable;

namespace HookRules.Engine;

/// <summary>What a rules file means: the one immutable graph that hook, consumer and simulator interpret.</summary>
public sealed record RuleGraph
{
    public static readonly RuleGraph Empty = new();

    /// <summary>The files it was compiled from, paths relative to the project folder with forward slashes.</summary>
    public ImmutableArray<SourceFile> Sources { get; init; } = [];
    public GraphSettings Settings { get; init; } = new();

    /// <summary>Every action that a branch names; inline actions have names of their own.</summary>
    public ImmutableArray<ActionDefinition> Actions { get; init; } = [];

    /// <summary>In source order, which is the order in which contexts are joined.</summary>
    public ImmutableArray<Rule> Rules { get; init; } = [];
}

public sealed record SourceFile(string Path, string Sha256);

/// <summary>A place in a source file; lines and columns count from 1, the end is exclusive.</summary>
public sealed record SourceRef(string File, int Line, int Column, int EndLine, int EndColumn)
{
    public override string ToString() => $"{File}:{Line}:{Column}";
}

/// <summary>The statements of a rules file that are about the runtime and not about a rule.</summary>
public sealed record GraphSettings
{
    public QueueSettings Queue { get; init; } = new();
    public ConsumerMode Consumer { get; init; } = ConsumerMode.Auto;
    public Durability Durability { get; init; } = Durability.Fast;

    /// <summary>The oldest Claude Code that the rules are written for, as in <c>requires claude-code >= 2.1.295</c>.</summary>
    public string? Requires { get; init; }

    /// <summary>What a colleague without HookRules is told to run; null where the rules do not say.</summary>
    public string? Install { get; init; }

    /// <summary>Variables that actions ask for by name; written by the compiler for the hook, which keeps their values for the
    /// consumer.</summary>
    public ImmutableArray<string> Environment { get; init; } = [];

    /// <summary>Actions that something waits for; written by the compiler for hook and consumer (<see cref="SessionNeeds"/>).</summary>
    public ImmutableArray<string> Awaited { get; init; } = [];

    /// <summary>A rule collects what belongs to a turn, so its end has to be published; written by the compiler for the hook.</summary>
    public bool HasTurns { get; init; }

    /// <summary>A failed check wakes a session that is idle.</summary>
    public bool FeedbackWakes { get; init; }

    /// <summary>Null where the rules leave it open.</summary>
    public RecordSettings? Record { get; init; }
}

/// <summary>Whether payloads are kept to look at and to play back, and which of their fields are left out.</summary>
/// <param name="Without">Left out beside what always is.</param>
public sealed record RecordSettings(bool IsOn, ImmutableArray<FieldPath> Without)
{
    /// <summary>Kept of what is left out otherwise: file contents, outputs of tools, prompts, what Claude says.</summary>
    public ImmutableArray<FieldPath> With { get; init; } = [];
}

public enum QueueKind
{
    File,
    Sqlite,
    Redis,
}

/// <param name="ElseLocal">A server that stays out of reach does not hold the work up: it is done on this machine.</param>
public sealed record QueueSettings(
    QueueKind Kind = QueueKind.File,
    string? Path = null,
    string? UrlVariable = null,
    string? Stream = null,
    bool ElseLocal = false
);

public enum ConsumerMode
{
    Auto,
    Manual,
    Service,
}

public enum Durability
{
    Fast,
    Fsync,
}

/// <summary>One rule: when it applies, what is decided at once, and what is queued.</summary>
public sealed record Rule
{
    /// <summary>The rule's name, else <c>r-</c> and a hash of its canonical text; unique in a graph.</summary>
    public required string Id { get; init; }

    /// <summary>The name its author gave it.</summary>
    public string? Name { get; init; }

    /// <summary>The official event name.</summary>
    public required string Event { get; init; }

    /// <summary>It guards shell commands, so it applies to those in the text of a skill too, for which Claude Code has an event of its
    /// own.</summary>
    public bool GuardsSkillCommands { get; init; }

    /// <summary>The official events that it applies to.</summary>
    public IEnumerable<string> Events => GuardsSkillCommands ? [Event, HookEvents.SkillCommand] : [Event];

    public Matcher Matcher { get; init; } = Matcher.Any.Instance;

    /// <summary>In source order; the last one that matches the file decides, as in a .gitignore. Empty: any file or none.</summary>
    public ImmutableArray<Glob> Globs { get; init; } = [];
    public Condition? Where { get; init; }

    /// <summary>Decided inside the hook process, in source order.</summary>
    public ImmutableArray<DecisionStep> Decisions { get; init; } = [];

    /// <summary>Fields of the tool's input or output that Claude Code is to take for others; they apply in source order.</summary>
    public ImmutableArray<FieldChange> Sets { get; init; } = [];

    /// <summary>Further fields of the event's <c>hookSpecificOutput</c>.</summary>
    public ImmutableArray<ReplyField> Replies { get; init; } = [];

    /// <summary>Actions whose end the event waits for.</summary>
    public AwaitStep? Await { get; init; }

    /// <summary>Actions marked <c>sync</c>: run inside the hook process while Claude Code waits.</summary>
    public ImmutableArray<Branch> Sync { get; init; } = [];

    /// <summary>Claude Code's own handlers, written to settings.json; the evaluator never sees them.</summary>
    public ImmutableArray<NativeHandler> Natives { get; init; } = [];

    /// <summary>Queued; a stage starts when every branch of the stage before it succeeded.</summary>
    public ImmutableArray<Stage> Stages { get; init; } = [];

    /// <summary>Queued; starts when a stage failed.</summary>
    public ImmutableArray<Stage> OnFailure { get; init; } = [];

    /// <summary>A window that binds the whole rule: one run of all its stages stands for the events in it.</summary>
    public Window? Window { get; init; }

    /// <summary>As its author wrote it: a failure of the hook blocks instead of letting Claude Code go on.</summary>
    public bool Closed { get; init; }
    public required SourceRef Source { get; init; }

    public bool Queues => Stages.Length > 0;

    public bool IsOn(string @event) => Event == @event || (GuardsSkillCommands && @event == HookEvents.SkillCommand);

    /// <summary>Its entry must not be skipped: a sync action that must not fail open is a guard as much as a closed rule is, and one that
    /// makes or removes a worktree has done nothing when it did not run.</summary>
    public bool IsClosed =>
        Closed
        || Sync.Any(branch => branch.Options.Closed)
        || ((Sync.Length > 0 || Answers) && HookEvents.Find(Event) is { IsDoneByHooks: true });

    /// <summary>A failure of this one of its sync actions blocks.</summary>
    public bool IsClosedBy(Branch branch) => Closed || branch.Options.Closed;

    /// <summary>It tells Claude Code something by itself, without a sync action.</summary>
    public bool Answers => Decisions.Length > 0 || Sets.Length > 0 || Replies.Length > 0 || Await is not null;

    /// <summary>It can keep something from happening: Claude Code must not go on as if it had been asked where it was not.</summary>
    public bool Guards =>
        Sync.Length > 0
        || Await is not null
        || Decisions.Any(step => step.Kind is not (DecisionKind.Allow or DecisionKind.Warn or DecisionKind.Context));

    /// <summary>It is evaluated by the hook process (a rule of native handlers alone is not).</summary>
    public bool NeedsHook => Answers || Sync.Length > 0 || Stages.Length > 0;

    /// <summary>How messages name it: its name, else its place.</summary>
    public string Label => Name is null ? $"{Source.File}:{Source.Line}" : $"{Name} ({Source.File}:{Source.Line})";

    public IEnumerable<Branch> QueuedBranches => Stages.Concat(OnFailure).SelectMany(stage => stage.Branches);
}

public sealed record Stage(ImmutableArray<Branch> Branches);

/// <summary>One use of an action by a rule. The id is <c>rule/action</c>, with <c>#2</c>… where a rule uses an action again; unique in a
/// graph.</summary>
public sealed record Branch(string Id, string Action, BranchOptions Options);

/// <summary>How a branch runs: the action's own modifiers with those of the place that uses it on top.</summary>
public sealed record BranchOptions
{
    public static readonly BranchOptions Default = new();

    /// <summary>How long a <c>sync</c> action may keep Claude Code waiting that does not say so.</summary>
    public static readonly TimeSpan SyncTimeout = TimeSpan.FromSeconds(60);

    public static readonly TimeSpan LongestBackoff = TimeSpan.FromDays(1);

    public TimeSpan? Timeout { get; init; }

    /// <summary>How often a failed run is repeated; 0 is never.</summary>
    public int Retry { get; init; }

    /// <summary>How long the first repetition waits; later ones wait longer. Null is the consumer's own choice.</summary>
    public TimeSpan? Backoff { get; init; }

    /// <summary>How many runs of the action may go on at once; null is no limit.</summary>
    public int? Concurrency { get; init; }
    public string? Group { get; init; }

    /// <summary>For <c>sync</c> actions: a failure blocks (closed) or is ignored (open).</summary>
    public bool Closed { get; init; }

    /// <summary>Environment variables passed on to the handler.</summary>
    public ImmutableArray<string> Pass { get; init; } = [];

    /// <summary>Where a program runs, below the project folder; null is the project folder itself.</summary>
    public string? Folder { get; init; }

    /// <summary>Variables that a program is given beside those that are passed on.</summary>
    public ImmutableArray<KeyValuePair<string, TextValue>> Variables { get; init; } = [];

    /// <summary>The variables of whoever runs it that the branch names.</summary>
    public IEnumerable<string> Named =>
        Pass.Concat(Variables.Select(variable => variable.Value).OfType<TextValue.Env>().Select(env => env.Name));

    /// <summary>A window of this branch alone.</summary>
    public Window? Window { get; init; }

    /// <summary>What a failed run printed is given to Claude.</summary>
    public bool Feedback { get; init; }

    /// <summary>What becomes of a run whose key has one under way; null is the consumer's own choice.</summary>
    public BusyMode? Busy { get; init; }
}

/// <summary>Wait for the run under way; let one more stand for all that came meanwhile; end it and begin anew; or do without.</summary>
public enum BusyMode
{
    Queue,
    Coalesce,
    Restart,
    Skip,
}

/// <summary>Names of actions, and how long the event may wait for what its session has queued of them.</summary>
public sealed record AwaitStep(ImmutableArray<string> Actions, TimeSpan Timeout)
{
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(60);
}

public sealed record ActionDefinition(string Name, Handler Handler, SourceRef Source);

/// <summary>What a queued or sync action does.</summary>
public abstract record Handler
{
    private Handler() { }

    /// <summary>A program and its arguments; no shell is involved.</summary>
    public sealed record Run(ImmutableArray<TextValue> Argv) : Handler;

    /// <summary>A script for <c>/bin/sh -c</c>; payload values reach it through <c>$HOOK_…</c> variables only.</summary>
    /// <param name="Pack">What <c>$pack</c> is, from the project folder; null where the script names none.</param>
    public sealed record Shell(string Script, string? Pack = null) : Handler;

    public sealed record Http(string Method, TextValue Url, ImmutableArray<HttpHeader> Headers, JsonTemplate? Body) : Handler;

    /// <summary>A message to the incoming webhook whose URL a variable holds.</summary>
    /// <param name="Webhook">The variable; <c>SLACK_WEBHOOK</c> where none is given.</param>
    public sealed record Slack(TextValue Text, string? Webhook = null) : Handler;

    /// <summary>A desktop notification.</summary>
    public sealed record Notify(TextValue Text, bool Sound = false) : Handler;

    /// <summary>A line for each event, appended to a file; a relative path is below the project folder.</summary>
    /// <param name="Text">The line; null is the event as JSON.</param>
    public sealed record Log(TextValue File, Template? Text = null) : Handler;

    public sealed record HttpHeader(string Name, TextValue Value);
}

/// <summary>A handler of Claude Code's own, as the JSON object that goes into settings.json.</summary>
public sealed record NativeHandler(string Json);

/// <summary>The steps that are decided inside the hook process.</summary>
public enum DecisionKind
{
    Deny,
    Defer,
    Ask,
    Allow,
    Block,
    Stop,
    Warn,
    Context,
}

public sealed record DecisionStep(DecisionKind Kind, Template Text);
