using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Engine;

namespace HookRules.Compiler.Rules.Binding;

/// <summary>The modifiers of one place: an action's declaration, a rule, or the use of an action.</summary>
internal sealed record Modifiers
{
    public static readonly Modifiers None = new();

    public Window? Window { get; init; }
    public TimeSpan? Timeout { get; init; }
    public int? Retry { get; init; }
    public TimeSpan? Backoff { get; init; }
    public int? Concurrency { get; init; }
    public string? Group { get; init; }
    public bool IsSync { get; init; }
    public bool? IsClosed { get; init; }
    public NameSyntax? As { get; init; }
    public ImmutableArray<string> Pass { get; init; } = [];
    public string? Folder { get; init; }
    public ImmutableArray<KeyValuePair<string, TextValue>> Variables { get; init; } = [];

    /// <summary>Those of the texts of variables.</summary>
    public ImmutableArray<Placeholder> Placeholders { get; init; } = [];
    public bool IsFedBack { get; init; }
    public BusyMode? Busy { get; init; }
    public ImmutableArray<ModifierSyntax> Written { get; init; } = [];

    /// <summary>How the window is written.</summary>
    public WindowSyntax? WrittenWindow => Written.OfType<WindowSyntax>().FirstOrDefault();

    public ModifierSyntax? Find(string word) => Written.FirstOrDefault(modifier => modifier.Word.Text == word);

    /// <summary>These with those of a place inside on top. Windows stay where they are written.</summary>
    public Modifiers With(Modifiers inner) =>
        new()
        {
            Window = inner.Window,
            Timeout = inner.Timeout ?? Timeout,
            Retry = inner.Retry ?? Retry,
            Backoff = inner.Backoff ?? Backoff,
            Concurrency = inner.Concurrency ?? Concurrency,
            Group = inner.Group ?? Group,
            IsSync = inner.IsSync || IsSync,
            IsClosed = inner.IsClosed ?? IsClosed,
            Pass = [.. Pass.Union(inner.Pass, StringComparer.Ordinal)],
            Folder = inner.Folder ?? Folder,
            Variables = [.. Variables.Where(outer => inner.Variables.All(variable => variable.Key != outer.Key)), .. inner.Variables],
            IsFedBack = inner.IsFedBack || IsFedBack,
            Busy = inner.Busy ?? Busy,
        };

    /// <summary>What is about queued actions is nothing to a sync one.</summary>
    /// <param name="isProgram">It is one that runs somewhere and has variables.</param>
    public BranchOptions ToOptions(Window? window, bool isProgram) =>
        new()
        {
            Folder = isProgram ? Folder : null,
            Variables = isProgram ? Variables : [],
            Feedback = IsFedBack && !IsSync,
            Busy = IsSync ? null : Busy,
            Timeout = Timeout,
            Retry = Retry ?? 0,
            Backoff = Retry > 0 ? Backoff : null,
            Concurrency = Concurrency,
            Group = Group,
            Closed = IsClosed ?? false,
            Pass = Pass,
            Window = IsSync ? null : window,
        };

    public static Modifiers Bind(IEnumerable<ModifierSyntax> list, BindContext context)
    {
        var modifiers = None;
        foreach (var syntax in list)
        {
            var word = syntax.Word.Text;
            var other = word switch
            {
                "open" => "closed",
                "closed" => "open",
                _ => word,
            };
            if (word != "pass" && (modifiers.Find(word) ?? modifiers.Find(other)) is { } first)
            {
                context.Report(DiagnosticCatalog.ModifierTwice(context.At(syntax), word, first.Word.Text));
                continue;
            }

            if (syntax is WindowSyntax && modifiers.WrittenWindow is { } window)
            {
                context.Report(DiagnosticCatalog.TwoWindows(context.At(syntax), word, window.Word.Text));
                continue;
            }

            modifiers = modifiers.Add(syntax, context) with { Written = modifiers.Written.Add(syntax) };
        }

        return modifiers;
    }

    private Modifiers Add(ModifierSyntax syntax, BindContext context)
    {
        switch (syntax)
        {
            case WindowSyntax window:
                return this with { Window = Bind(window, context) };
            case BusySyntax busy:
                return this with { Busy = busy.Mode };
            case TimeoutSyntax timeout:
                return this with { Timeout = context.Value(timeout.Length) };
            case RetrySyntax retry:
                var times = context.Value(retry.Count);
                var wait = retry.Backoff is null ? (TimeSpan?)null : context.Value(retry.Backoff);
                if (retry.Backoff is { } backoff && times == 0)
                    context.Report(
                        DiagnosticCatalog.ModifierMeansNothing(
                            context.At(backoff),
                            "backoff",
                            "\"retry 0\" repeats nothing",
                            "remove it, or retry at least once"
                        )
                    );
                if (wait > BranchOptions.LongestBackoff)
                    context.Report(DiagnosticCatalog.WrongValue(context.At(retry.Backoff!), "\"backoff\"", "at most 24h"));
                return this with { Retry = times, Backoff = wait };
            case CountModifierSyntax concurrency:
                return this with { Concurrency = context.Value(concurrency.Count) };
            case NameModifierSyntax { Word.Text: "group" } group:
                return this with { Group = group.Name.Text };
            case NameModifierSyntax { Word.Text: "as" } name:
                return this with { As = name.Name };
            case NameModifierSyntax pass:
                if (TextBinder.IsVariable(pass.Name.Text))
                    return this with { Pass = Pass.Contains(pass.Name.Text) ? Pass : Pass.Add(pass.Name.Text) };
                context.Report(DiagnosticCatalog.BadVariable(context.At(pass.Name), pass.Name.Text));
                return this;
            case FolderSyntax folder:
                return this with { Folder = ProgramPlace.Folder(folder, context) };
            case VariablesSyntax variables:
                var texts = new TextBinder(context);
                return this with { Variables = ProgramPlace.Variables(variables, texts, context), Placeholders = texts.Placeholders };
            case FlagSyntax { Word.Text: "feedback" }:
                return this with { IsFedBack = true };
            case FlagSyntax flag:
                return flag.Word.Text == "sync" ? this with { IsSync = true } : this with { IsClosed = flag.Word.Text == "closed" };
            default:
                throw new InvalidOperationException($"unknown modifier {syntax.GetType().Name}");
        }
    }

    private static Window Bind(WindowSyntax syntax, BindContext context)
    {
        var fields = ImmutableArray.CreateBuilder<FieldPath>();
        foreach (var field in syntax.By)
        {
            if (FieldPath.Parse(field.Text) is { } path)
                fields.Add(path);
            else
                context.Report(
                    DiagnosticCatalog.UnknownField(context.At(field), field.Text, "this is no path such as tool_input.command", null)
                );
        }

        return syntax switch
        {
            DedupSyntax dedup => new Window(
                dedup.First ? WindowKind.DedupFirst : WindowKind.Dedup,
                context.Value(dedup.Length),
                fields.ToImmutable()
            ),
            DebounceSyntax debounce => new Window(WindowKind.Debounce, context.Value(debounce.Length), fields.ToImmutable())
            {
                Most = debounce.Most is { } most ? LongestDebounce(most, context.Value(debounce.Length), context) : null,
            },
            ThrottleSyntax throttle => new Window(WindowKind.Throttle, context.Value(throttle.Length), [])
            {
                Count = context.Value(throttle.Count),
            },
            BatchSyntax { Length: { } length } => new Window(WindowKind.Batch, context.Value(length), []),
            BatchSyntax => new Window(WindowKind.BatchTurn, TimeSpan.Zero, []),
            _ => throw new InvalidOperationException($"unknown window {syntax.GetType().Name}"),
        };
    }

    private static TimeSpan LongestDebounce(DurationSyntax syntax, TimeSpan length, BindContext context)
    {
        var most = context.Value(syntax);
        if (most < length)
            context.Report(
                DiagnosticCatalog.WrongValue(
                    context.At(syntax),
                    "\"max\"",
                    $"a duration that is no shorter than {Durations.Format(length)}"
                )
            );
        return most;
    }
}
