using System.Buffers;
using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Engine;

namespace HookRules.Compiler.Rules.Binding;

/// <summary>Conditions on a command line as a shell reads it: <c>runs</c>, <c>may run</c>, <c>opaque</c>, <c>writes</c>, <c>reads</c>,
/// <c>pipes</c> and <c>forkbomb</c>.</summary>
internal sealed class ShellConditionBinder(BindContext context, PayloadKind payload)
{
    private static readonly FieldPath Command = FieldPath.Parse("command")!;
    private static readonly string[] ShellTools = ["Bash", "PowerShell", "Monitor"];
    private static readonly SearchValues<char> ShellSigns = SearchValues.Create("|&;<>$`'\"()");

    /// <summary>Null where the condition is wrong, which is reported.</summary>
    public Condition? Bind(ShellConditionSyntax syntax)
    {
        if (!HasCommandLine())
            return context.None<Condition>(
                DiagnosticCatalog.NoCommandLine(
                    context.At(syntax.Word),
                    syntax.Word.Text,
                    payload.Tools is { } tools ? $"{payload.Event.Name} {string.Join('|', tools)}" : payload.Event.Name
                )
            );
        return syntax switch
        {
            RunsSyntax runs => Runs(runs),
            OpaqueSyntax => new Condition.Opaque(Command),
            TouchesSyntax touches => Globs(touches) is not { } files ? null
            : files.IsEmpty ? ConditionBinder.Never
            : touches.Word.Text == "reads" ? new Condition.Reads(Command, files)
            : new Condition.Writes(Command, files, Anew: touches.Word.Text == "overwrites"),
            PipesSyntax pipes => Programs(pipes.From, "\"pipes\"") is { } programs && Programs(pipes.Into, "\"into\"") is { } shells
                ? programs.IsEmpty || shells.IsEmpty
                    ? ConditionBinder.Never
                    : new Condition.Pipes(Command, programs, shells)
                : null,
            ForkBombSyntax => new Condition.ForkBomb(Command),
            _ => throw new InvalidOperationException($"unknown condition {syntax.GetType().Name}"),
        };
    }

    /// <summary>A tool with a schema that names no command has none; of others, such as those of MCP servers, nobody knows.</summary>
    private bool HasCommandLine() =>
        payload.Find(Command) is FieldLookup.Known
        && (
            payload.Tools is null || payload.Tools.Any(tool => ShellTools.Contains(tool) || HookTools.Find(tool) is not { HasSchema: true })
        );

    private Condition? Runs(RunsSyntax syntax)
    {
        var commands = Commands(syntax);
        var with = Texts(syntax.With, "\"with\"");
        var without = Texts(syntax.Without, "\"without\"");
        var outside = Texts(syntax.Outside, "\"outside\"");
        var given = Expressions(syntax.With);
        var notGiven = Expressions(syntax.Without);
        var variables = Variables(syntax.Variables);
        if (
            commands is null
            || with is null
            || without is null
            || outside is null
            || given is null
            || notGiven is null
            || variables is null
        )
            return null;
        // No word at all would mean any; one of none is never there.
        if (commands.Value.IsEmpty || (syntax.With is not null && with.Value.IsEmpty && given.Value.IsEmpty))
            return ConditionBinder.Never;
        var runs = new Condition.Runs(Command, commands.Value, with.Value, without.Value)
        {
            Outside = outside.Value,
            Given = given.Value,
            NotGiven = notGiven.Value,
            Variables = variables.Value,
            OrMay = syntax.OrMay,
        };
        return syntax.Only ? new Condition.OnlyRuns([runs]) : runs;
    }

    private ImmutableArray<string>? Variables(WordsSyntax? syntax)
    {
        if (Words(syntax, "\"with env\"") is not { } names)
            return null;
        foreach (var (name, at) in names)
            if (!TextBinder.IsVariable(name))
                context.Report(DiagnosticCatalog.BadVariable(at, name));
        return names.All(name => TextBinder.IsVariable(name.Text)) ? [.. names.Select(name => name.Text)] : null;
    }

    private ImmutableArray<RegexPattern>? Expressions(WordsSyntax? syntax)
    {
        if (syntax is null)
            return [];
        var written = syntax.Words.Where(word => word.Regex is not null).Select(word => word.Regex!).ToArray();
        var expressions = written
            .Select(regex => ConditionBinder.Regex(context, regex.Source, regex.Flags))
            .OfType<RegexPattern>()
            .ToArray();
        return expressions.Length == written.Length ? [.. expressions] : null;
    }

    private ImmutableArray<ImmutableArray<string>>? Commands(RunsSyntax syntax)
    {
        if (Words(syntax.Commands, $"\"{syntax.Word.Text}\"") is not { } written)
            return null;
        var commands = ImmutableArray.CreateBuilder<ImmutableArray<string>>();
        foreach (var (text, at) in written)
        {
            var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (Problem(text, words) is { } problem)
                context.Report(DiagnosticCatalog.BadRunsCommand(at, syntax.Word.Text, text, problem.What, problem.Fix));
            else
                commands.Add([.. words]);
        }

        return commands.Count == written.Length ? commands.ToImmutable() : null;

        (string What, string Fix)? Problem(string text, string[] words)
        {
            if (words.Length == 0)
                return ("it names no program", "name a program and, if you like, its subcommand: runs \"git push\"");
            if (words.FirstOrDefault(word => word.StartsWith('-')) is { } option)
                return (
                    $"\"{option}\" is an option",
                    $"{syntax.Word.Text} \"{string.Join(' ', words.TakeWhile(word => word[0] != '-'))}\" with ({option})"
                );
            if (words[0].Contains('/', StringComparison.Ordinal))
                return (
                    "a program is known by its name, whatever folder it is started from",
                    $"{syntax.Word.Text} \"{string.Join(' ', words.Skip(1).Prepend(words[0][(words[0].LastIndexOf('/') + 1)..]))}\""
                );
            if (text.AsSpan().IndexOfAny(ShellSigns) is >= 0 and var sign)
                return (
                    $"'{text[sign]}' is no part of a program's name",
                    "name one program; commands joined with ; | && and those in $(…) are looked at one by one"
                );
            return null;
        }
    }

    private ImmutableArray<string>? Programs(WordsSyntax syntax, string what)
    {
        if (Words(syntax, what) is not { } programs)
            return null;
        foreach (var (program, at) in programs)
        {
            if (!program.Contains('/', StringComparison.Ordinal))
                continue;
            context.Report(DiagnosticCatalog.WrongValue(at, "a program", "a name without its folder"));
            return null;
        }

        return [.. programs.Select(program => program.Text)];
    }

    private ImmutableArray<Glob>? Globs(TouchesSyntax syntax)
    {
        if (Words(syntax.Files, $"\"{syntax.Word.Text}\"") is not { } texts)
            return null;
        var globs = ImmutableArray.CreateBuilder<Glob>();
        foreach (var (text, at) in texts)
        {
            if (Glob.TryParse(text, out var problem) is { } glob)
                globs.Add(glob);
            else
                context.Report(DiagnosticCatalog.BadGlob(at, text, problem!));
        }

        return globs.Count == texts.Length ? globs.ToImmutable() : null;
    }

    private ImmutableArray<string>? Texts(WordsSyntax? syntax, string what) =>
        Words(syntax, what) is { } words ? [.. words.Select(word => word.Text)] : null;

    /// <summary>The words between brackets without expressions, those of a list that a constant stands for among them; none where nothing
    /// is
    /// written, null where a word is wrong, which is reported.</summary>
    private ImmutableArray<(string Text, SourceRef At)>? Words(WordsSyntax? syntax, string what)
    {
        if (syntax is null)
            return [];
        if (syntax.Words.IsEmpty)
        {
            context.Report(DiagnosticCatalog.WrongValue(context.At(syntax), what, "at least one word"));
            return null;
        }

        var words = ImmutableArray.CreateBuilder<(string, SourceRef)>();
        var isSound = true;
        foreach (var word in syntax.Words)
        {
            if (word.Regex is not null)
                continue;
            var (text, at) = (word.Text.Text, context.At(word));
            var constant = !word.IsQuoted && text is ['$', .. var name] ? context.Constants.Use(name, at, context) ?? Unknown() : null;
            foreach (var one in constant?.Texts ?? [text])
            {
                if (one.Length > 0)
                    words.Add((one, at));
                else
                    context.Report(DiagnosticCatalog.WrongValue(at, "a word", "one that is not empty"));
                isSound &= one.Length > 0;
            }
        }

        return isSound ? words.ToImmutable() : null;

        Constant Unknown()
        {
            isSound = false;
            return new Constant(ConstantType.List, []);
        }
    }
}
