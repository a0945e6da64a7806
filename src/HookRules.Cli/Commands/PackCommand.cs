using System.CommandLine;
using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Packs;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Engine;

namespace HookRules.Cli.Commands;

/// <summary><c>hookrules pack</c>: which packs the rules use, what these may do, and which state of each is meant.</summary>
internal static class PackCommand
{
    internal enum Format
    {
        Text,
        Json,
    }

    private static readonly SourceRef CommandLinePlace = new("command line", 1, 1, 1, 1);

    public static Command Create(Cli cli) =>
        new(
            "pack",
            "Packs: rules of others that a project uses. Only add and update ever fetch anything; hookrules.lock says which state "
                + "of each pack is meant.\n\nExample: hookrules pack add std/git-guard"
        )
        {
            Add(cli),
            Update(cli),
            Verify(cli),
            List(cli),
            Remove(cli),
        };

    private static Command Add(Cli cli)
    {
        var reference = new Argument<string>("REF")
        {
            Description =
                "A bundled pack (std/NAME), a path, or a tag of a git repository: git+https://HOST/PATH#TAG, git+ssh://…, git+file://…",
            HelpName = "REF",
        };
        reference.CompletionSources.Add([.. BundledPacks.Names.Select(name => $"std/{name}")]);
        var parameters = PackArguments.Option;
        var alias = new Option<string?>("--as")
        {
            Description = "What the pack is called in these rules, if not by its own name.",
            HelpName = "NAME",
        };
        var file = File();
        var command = new Command(
            "add",
            "Use a pack: fetch it if it is one from git, copy it to .claude/hookrules/packs, write it to hookrules.lock and the "
                + "use to the rules file, and show what it may do.\n\n"
                + "Example: hookrules pack add git+https://github.com/acme/python-rules.git#v1.2.0 --param line_length=100"
        )
        {
            reference,
            parameters,
            alias,
            file,
        };
        command.SetAction(parsed =>
            Add(cli, parsed.GetValue(reference)!, parsed.GetValue(parameters) ?? [], parsed.GetValue(alias), parsed.GetValue(file))
        );
        return command;
    }

    private static Command Update(Cli cli)
    {
        var name = new Argument<string?>("NAME")
        {
            Description = "A pack, by its name or reference; without one all of them.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var to = new Option<string?>("--to") { Description = "The tag to take; the one in the rules file is changed.", HelpName = "TAG" };
        var moved = new Option<bool>("--accept-moved")
        {
            Description = "Take a tag that its repository has moved to another commit; without it that is refused.",
        };
        var file = File();
        var command = new Command(
            "update",
            "Take over the present state of packs, or another tag of one: fetch it, write it to hookrules.lock, and say what "
                + "changed in what it may do.\n\nExample: hookrules pack update python --to v1.3.0"
        )
        {
            name,
            to,
            moved,
            file,
        };
        command.SetAction(parsed => Update(cli, parsed.GetValue(name), parsed.GetValue(to), parsed.GetValue(moved), parsed.GetValue(file)));
        return command;
    }

    private static Command Remove(Cli cli)
    {
        var name = new Argument<string>("NAME") { Description = "A pack that the rules use, by its name, its alias or its reference." };
        var file = File();
        var command = new Command(
            "remove",
            "Use a pack no more: take its use out of the rules file, it and what only it uses out of hookrules.lock, and their copies "
                + "away. Where the rules still name something of it, nothing is changed.\n\nExample: hookrules pack remove python"
        )
        {
            name,
            file,
        };
        command.SetAction(parsed => Remove(cli, parsed.GetValue(name)!, parsed.GetValue(file)));
        return command;
    }

    private static Command Verify(Cli cli)
    {
        var file = File();
        var format = FormatOption();
        var command = new Command(
            "verify",
            "Say whether every pack is what hookrules.lock pins, without fetching anything; exit 1 if one is not.\n\n"
                + "Example: hookrules pack verify"
        )
        {
            file,
            format,
        };
        command.SetAction(parsed =>
            Open(cli, parsed.GetValue(file)) is { } project ? PackReport.Verify(cli, project, parsed.GetValue(format)) : ExitCode.CouldNot
        );
        return command;
    }

    private static Command List(Cli cli)
    {
        var file = File();
        var format = FormatOption();
        var command = new Command(
            "list",
            "List the packs that the rules use, where each comes from and what it may do.\n\nExample: hookrules pack list --format json"
        )
        {
            file,
            format,
        };
        command.SetAction(parsed =>
            Open(cli, parsed.GetValue(file)) is { } project ? PackReport.List(cli, project, parsed.GetValue(format)) : ExitCode.CouldNot
        );
        return command;
    }

    private static Option<string?> File() =>
        new("--file") { Description = "The rules file; without it the project's own is looked for from here up.", HelpName = "FILE" };

    private static Option<Format> FormatOption() =>
        new("--format") { Description = "How the result is printed; text if not given.", HelpName = "text|json" };

    private static ProjectFiles? Open(Cli cli, string? file) => RulesProject.Find(cli, file);

    private static int Add(Cli cli, string text, string[] parameters, string? alias, string? file)
    {
        if (PackArguments.Parse(parameters, out var problem) is not { } given)
            return Fail(cli, problem, ExitCode.Usage);
        if (Open(cli, file) is not { } project)
            return ExitCode.CouldNot;
        var problems = new List<Diagnostic>();
        if (Reference(cli, project, text, problems) is not { } reference)
            return Fail(cli, problems, ExitCode.Usage);

        using var update = new PackUpdate(project, cli.Environment, name => cli.Error.WriteLine(Printable.Line($"fetching {name}")));
        if (Unreadable(cli, update))
            return ExitCode.Problems;
        if (
            reference is PackReference.Git git
            && update.Uses.FirstOrDefault(use => use.Reference is PackReference.Git other && other.Url == git.Url && other.Tag != git.Tag)
                is { Reference: PackReference.Git used }
        )
            return Fail(
                cli,
                $"the rules use {used.Text} already; another tag of it is taken by: hookrules pack update "
                    + $"{ShellQuoting.Quote(used.Text)} --to {ShellQuoting.Quote(git.Tag!)}",
                ExitCode.Problems
            );
        if (given.Count > 0 && update.UseOf(reference, alias) is { } place)
            return Fail(
                cli,
                $"{place}: the rules use {reference.Text} already: change its parameters "
                    + $"there{(alias is null ? ", or use it once more under another name: --as NAME" : "")}",
                ExitCode.Problems
            );
        if (update.Store.Lock is null)
            return Fail(cli, update.Store.LockProblems, ExitCode.Problems);
        if (update.Add(reference, given, alias) is not { } change)
            return Refused(cli, update);
        change.Write();
        PackReport.Added(cli, change, update.KeyOf(reference));
        PackCases.Report(cli, change, update.KeyOf(reference));
        return ExitCode.Ok;
    }

    private static int Remove(Cli cli, string name, string? file)
    {
        if (Open(cli, file) is not { } project)
            return ExitCode.CouldNot;
        using var update = new PackUpdate(project, cli.Environment, _ => { });
        if (Unreadable(cli, update))
            return ExitCode.Problems;
        if (update.Store.Lock is null)
            return Fail(cli, update.Store.LockProblems, ExitCode.Problems);
        var used = update.NamesOfUses().ToList();
        if (used.Where(use => use.Names.Contains(name)).Select(use => use.Use).ToList() is not { Count: > 0 } uses)
        {
            var known = used.Select(use => use.Names[0]).Distinct(StringComparer.Ordinal).ToList();
            var advice =
                NearestName.Find(name, used.SelectMany(use => use.Names)) is { } near ? $"did you mean \"{near}\"?"
                : known.Count > 0 ? $"they use {string.Join(", ", known)}"
                : "they use none";
            return Fail(cli, $"{update.Source.Path} uses no pack \"{name}\"; {advice}", ExitCode.Problems);
        }

        if (update.Remove(uses) is not { } change)
            return Refused(cli, update);
        change.Write();
        PackReport.Removed(cli, change, name);
        return ExitCode.Ok;
    }

    private static int Update(Cli cli, string? name, string? to, bool acceptMoved, string? file)
    {
        if (to is not null && name is null)
            return Fail(cli, "--to needs the name of the pack: hookrules pack update NAME --to TAG", ExitCode.Usage);
        if (Open(cli, file) is not { } project)
            return ExitCode.CouldNot;
        using var update = new PackUpdate(project, cli.Environment, one => cli.Error.WriteLine(Printable.Line($"fetching {one}")));
        if (Unreadable(cli, update))
            return ExitCode.Problems;
        var packs = update.Store.Lock ?? PackLock.Empty;
        if (name is null)
        {
            // The lock is written anew, so it need not be readable.
            foreach (var damage in update.Store.LockProblems)
                cli.Error.WriteLine(Printable.Line($"{damage.At}: {damage.Message}; it is written anew from the rules"));
            return Finish(update.Update(update.Source.Text, _ => true, all: true));
        }

        if (update.Store.Lock is null)
            return Fail(cli, update.Store.LockProblems, ExitCode.Problems);
        var meant = packs.Packs.Where(pack => pack.Name == name || pack.Reference == name || pack.Origin == name).ToList();
        if (meant.Count == 0)
        {
            var near = NearestName.Find(name, packs.Packs.Select(pack => pack.Name));
            var advice =
                near is not null ? $"did you mean \"{near}\"?"
                : packs.Packs.Length > 0 ? $"it has {string.Join(", ", packs.Packs.Select(pack => pack.Name))}"
                : "hookrules pack add takes one over";
            return Fail(cli, $"hookrules.lock has no pack \"{name}\"; {advice}", ExitCode.Problems);
        }

        if (to is null)
            return Finish(update.Update(update.Source.Text, pack => meant.Any(one => one.Origin == pack.Origin), all: false));
        if (meant is not [{ IsGit: true } one])
            return Fail(cli, $"\"{name}\" is no pack from a git repository, so it has no tags", ExitCode.Problems);
        if (update.WithTag(one, to, out var problem) is not { } rules)
            return Fail(cli, problem, ExitCode.Problems);
        return Finish(update.Update(rules, pack => pack.Origin == one.Origin, all: false));

        int Finish(PackChange? change)
        {
            if (change is null)
                return Refused(cli, update);
            var moved = change.Steps.Where(step => step.IsMoved).ToList();
            if (moved.Count > 0 && !acceptMoved)
            {
                foreach (var step in moved)
                    cli.Error.WriteLine(Printable.Line(Moved(step)));
                cli.Error.WriteLine("hookrules: nothing was changed.");
                return ExitCode.Problems;
            }

            change.Write();
            PackReport.Updated(cli, change);
            return ExitCode.Ok;
        }
    }

    private static string Moved(PackStep step) =>
        $"hookrules: the tag of {step.Entry.Reference} was moved: hookrules.lock pins the commit {step.Locked!.Commit?[..12]}, and now it "
        + $"is {step.Entry.Commit?[..12]}. A tag that says something else than before may be an attack. Look at what changed, then: "
        + $"hookrules pack update {ShellQuoting.Quote(step.Entry.Name)} --accept-moved";

    /// <summary>A path on a command line is relative to where one is, and in the rules to their file.</summary>
    private static PackReference? Reference(Cli cli, ProjectFiles project, string text, List<Diagnostic> problems)
    {
        var reference = PackReference.Parse(text, CommandLinePlace, problems);
        if (reference is not PackReference.Local)
            return reference;
        var path = Path.GetRelativePath(Path.GetDirectoryName(project.File)!, Path.GetFullPath(text, cli.WorkingDirectory))
            .Replace('\\', '/');
        return PackReference.Parse(path.StartsWith("../", StringComparison.Ordinal) ? path : $"./{path}", CommandLinePlace, problems);
    }

    // A file that cannot be read cannot be changed either.
    private static bool Unreadable(Cli cli, PackUpdate update)
    {
        var problems = new List<Diagnostic>();
        RulesReader.Read(update.Source, problems);
        var errors = problems.Where(problem => problem.Severity == Severity.Error).ToList();
        if (errors.Count > 0)
            cli.Show(DiagnosticList.Sorted(errors), [update.Source]);
        return errors.Count > 0;
    }

    private static int Refused(Cli cli, PackUpdate update)
    {
        cli.Show(update.Problems, update.Sources);
        cli.Error.WriteLine("hookrules: nothing was changed.");
        // Without network or git it is not the rules that are wrong.
        return update.GitFailed ? ExitCode.CouldNot : ExitCode.Problems;
    }

    private static int Fail(Cli cli, IEnumerable<Diagnostic> problems, int exit)
    {
        foreach (var problem in problems)
        {
            cli.Error.WriteLine(Printable.Line($"hookrules: {(problem.At == CommandLinePlace ? "" : $"{problem.At}: ")}{problem.Message}"));
            if (problem.Fix is { } fix)
                cli.Error.WriteLine(Printable.Line($"  = {fix}"));
        }

        return exit;
    }

    private static int Fail(Cli cli, string problem, int exit)
    {
        cli.Error.WriteLine(Printable.Line($"hookrules: {problem}"));
        return exit;
    }
}
