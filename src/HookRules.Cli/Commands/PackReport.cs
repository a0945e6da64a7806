using System.Globalization;
using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Packs;
using HookRules.Engine;

namespace HookRules.Cli.Commands;

/// <summary>Prints packs: what was added or changed, which there are, and whether they are as locked.</summary>
internal static class PackReport
{
    private const int LongestCommand = 160;

    public static void Added(Cli cli, PackChange change, string key)
    {
        foreach (var step in change.Steps.OrderBy(step => step.Entry.Reference != key))
        {
            var isAsked = step.Entry.Reference == key;
            if (!isAsked && !step.IsNew && step.Pack.Fetched is null)
                continue;
            var verb = !step.IsNew
                ? step.Pack.Fetched is null
                    ? "is there already"
                    : "its copy is there again"
                : isAsked
                    ? "added"
                    : $"comes with it, used by {string.Join(", ", step.Pack.UsedBy)}";
            Line(cli, $"{Title(step.Entry)}: {verb}");
            Origin(cli, step);
            Abilities(cli, step.After);
        }

        if (change.Rules is not null || change.Steps.Any(step => step.IsNew || step.IsChanged || step.Pack.Fetched is not null))
            Line(cli, $"\nNext: hookrules compile; then commit {string.Join(", ", Written(change))} with what it writes.");
    }

    public static void Updated(Cli cli, PackChange change)
    {
        foreach (var step in change.Steps)
        {
            if (step.IsNew)
            {
                Line(cli, $"{Title(step.Entry)}: added");
                Origin(cli, step);
                Abilities(cli, step.After);
            }
            else if (step.IsChanged)
                Changed(cli, step);
            else
                Line(cli, $"{Title(step.Entry)}: {(step.Pack.Fetched is null ? "as before" : "fetched again, as before")}");
            if (step.Newer is { } newer)
                Line(cli, $"  {newer} is there: hookrules pack update {step.Entry.Name} --to {newer}");
        }

        foreach (var dropped in change.Dropped)
            Line(cli, $"{Title(dropped)}: no longer used, taken out of {PackLock.FileName}");
        if (change.Steps.IsEmpty && change.Dropped.IsEmpty)
            Line(cli, "hookrules.lock pins no pack, and the rules use none from git.");
        if (change.Steps.Any(step => step.IsNew || step.IsChanged))
            Line(cli, $"\nNext: hookrules compile; then commit {string.Join(", ", Written(change))} with what it writes.");
    }

    public static void Removed(Cli cli, PackChange change, string name)
    {
        Line(cli, $"{name}: no longer used");
        foreach (var dropped in change.Dropped)
            Line(cli, $"{Title(dropped)}: taken out of {PackLock.FileName}{(dropped.IsGit ? ", its copy removed" : "")}");
        Line(cli, $"\nNext: hookrules compile; then commit {string.Join(", ", Written(change))} with what it writes.");
    }

    public static int List(Cli cli, ProjectFiles project, PackCommand.Format format)
    {
        var (store, packs, compilation) = Look(project);
        var abilities = packs.Select(pack => (Pack: pack, Abilities: PackUpdate.AbilitiesOf(compilation, pack))).ToList();
        if (format == PackCommand.Format.Json)
        {
            PackJson.Write(
                cli,
                json =>
                {
                    json.WriteStartArray("packs");
                    foreach (var (pack, may) in abilities)
                    {
                        json.WriteStartObject();
                        PackJson.Write(json, pack, store);
                        json.WriteStrings("usedBy", pack.UsedBy);
                        if (may is not null)
                            PackJson.Write(json, may);
                        json.WriteEndObject();
                    }

                    json.WriteEndArray();
                }
            );
        }
        else
        {
            if (abilities.Count == 0)
                Line(cli, "The rules use no packs. hookrules pack add std/git-guard takes one over.");
            foreach (var (pack, may) in abilities)
            {
                Line(cli, pack.Entry is { } entry ? $"{PackTitle(entry.Name, entry.Version)}  {pack.Key}" : pack.Key);
                var locked =
                    pack.IsLocked ? ", locked"
                    : pack.Entry is null || pack.Problem is not null ? ""
                    : ", not locked";
                Line(cli, $"  used by {string.Join(", ", pack.UsedBy)}{locked}");
                if (pack.Problem is { } problem)
                    Line(cli, $"  {problem.Message}");
                if (may is not null)
                    Line(cli, $"  {may.Summary}");
            }
        }

        return store.Lock is null || packs.Any(pack => pack.Problem is not null)
            ? Problems(cli, store, compilation, ExitCode.Ok)
            : ExitCode.Ok;
    }

    public static int Verify(Cli cli, ProjectFiles project, PackCommand.Format format)
    {
        var (store, packs, compilation) = Look(project);
        var used = packs.Select(pack => pack.Key).ToHashSet(StringComparer.Ordinal);
        var unused = (store.Lock ?? PackLock.Empty).Packs.Where(pack => !used.Contains(pack.Reference)).ToList();
        var isSound = store.Lock is not null && packs.All(pack => pack.Problem is null);
        // What a pack uses that cannot be read is not known.
        if (!isSound)
            unused.Clear();
        if (format == PackCommand.Format.Json)
        {
            PackJson.Write(
                cli,
                json =>
                {
                    json.WriteBoolean("ok", isSound);
                    json.WriteStartArray("packs");
                    foreach (var pack in packs)
                    {
                        json.WriteStartObject();
                        PackJson.Write(json, pack, store);
                        json.WriteEndObject();
                    }

                    json.WriteEndArray();
                    json.WriteStrings("unused", unused.Select(pack => pack.Reference));
                }
            );
            return isSound ? ExitCode.Ok : Problems(cli, store, compilation, ExitCode.Problems);
        }

        foreach (var pack in packs)
            Line(
                cli,
                $"{PackJson.Status(pack), -10} {(pack.Entry is { } entry ? PackTitle(entry.Name, entry.Version) + "  " : "")}{pack.Key}"
            );
        foreach (var pack in unused)
            Line(cli, $"{"unused", -10} {Title(pack)}: hookrules pack update takes it out of {PackLock.FileName}");
        if (!isSound)
            return Problems(cli, store, compilation, ExitCode.Problems);
        Line(
            cli,
            packs.Any(pack => pack.IsLocked)
                ? $"All packs are as {PackLock.FileName} pins them."
                : "No pack is locked, and none needs to be."
        );
        return ExitCode.Ok;
    }

    private static (PackStore Store, List<FoundPack> Packs, Compilation Compilation) Look(ProjectFiles project)
    {
        var store = new PackStore(project, project.Relative);
        using var packs = new FetchingPacks(project, store, null, _ => false, _ => { });
        var compilation = Compilation.Create(packs, project.Load());
        return (store, [.. packs.Found], compilation);
    }

    private static int Problems(Cli cli, PackStore store, Compilation compilation, int exit)
    {
        var problems = compilation
            .Diagnostics.Where(diagnostic =>
                diagnostic.Code.StartsWith("HR4", StringComparison.Ordinal) && diagnostic.Severity == Severity.Error
            )
            .Concat(store.LockProblems)
            .Distinct()
            .ToList();
        var lockText = File.Exists(store.LockPath) ? [SourceText.Load(store.LockPath, store.LockName)] : Array.Empty<SourceText>();
        cli.Show(DiagnosticList.Sorted(problems), [.. compilation.Sources, .. lockText]);
        return exit;
    }

    private static void Changed(Cli cli, PackStep step)
    {
        var (old, now) = (step.Locked!, step.Entry);
        var version =
            old.Version == now.Version
                ? $"{Title(now)}: changed"
                : $"{PackTitle(now.Name, null)}: {old.Version ?? "no version"} -> {now.Version ?? "no version"}";
        Line(cli, $"{version}{(old.Reference != now.Reference ? $", {now.Reference}" : "")}");
        if (old.Commit != now.Commit)
            Line(cli, $"  commit {Short(old.Commit)} -> {Short(now.Commit)}");
        if (step.IsMoved)
        {
            var files =
                old.Sha256 == now.Sha256
                    ? ", with the same files"
                    : " with other files; a published version should stay what it is, so ask why";
            Line(cli, $"  NOTE: the tag was moved to another commit{files}");
        }

        if (step.Pack.Fetched is { } fetched)
            Copied(cli, step, fetched);
        if (step.Before is not { } before)
        {
            Abilities(cli, step.After);
            return;
        }

        var (had, has) = (before.All.ToList(), step.After.All.ToList());
        if (had.SequenceEqual(has))
            Line(cli, $"  may do what it did before: {step.After.Summary}");
        else
            Line(cli, $"  {step.After.Summary}");
        foreach (var (kind, what) in had.Except(has))
            Line(cli, $"    - {kind, -14} {Cut(what)}");
        foreach (var (kind, what) in has.Except(had))
            Line(cli, $"    + {kind, -14} {Cut(what)}");
    }

    private static void Origin(Cli cli, PackStep step)
    {
        if (step.Entry.Reference != step.Entry.Name && step.Entry.IsGit)
            Line(cli, $"  {step.Entry.Reference}, commit {Short(step.Entry.Commit)}");
        if (step.Pack.Fetched is { } fetched)
            Copied(cli, step, fetched);
    }

    private static void Copied(Cli cli, PackStep step, FetchedPack fetched)
    {
        Line(
            cli,
            string.Create(
                CultureInfo.InvariantCulture,
                $"  copied {fetched.Files.Length} {(fetched.Files.Length == 1 ? "file" : "files")} to {Vendoring.NameOf(step.Entry.Name)}"
            )
        );
        if (fetched.LeftOut.Length > 0)
            Line(cli, $"  left out, since it would instruct git or Claude Code: {string.Join(", ", fetched.LeftOut)}");
    }

    private static void Abilities(Cli cli, PackAbilities abilities)
    {
        Line(cli, $"  {abilities.Summary}");
        foreach (var (kind, what) in abilities.All)
            Line(cli, $"    {kind, -14} {Cut(what)}");
    }

    private static List<string> Written(PackChange change)
    {
        var files = new List<string>();
        if (change.Rules is not null)
            files.Add(change.Files.RelativePath);
        files.Add(change.Store.LockName);
        if (change.Lock.Packs.Any(pack => pack.IsGit))
            files.Add(Vendoring.Folder);
        return files;
    }

    private static string Title(LockedPack pack) =>
        PackTitle(pack.Reference.StartsWith("std/", StringComparison.Ordinal) ? pack.Reference : pack.Name, pack.Version);

    private static string PackTitle(string name, string? version) => version is null ? name : $"{name} {version}";

    // The whole text is in the list as JSON, and in the pack itself.
    private static string Cut(string what) =>
        what.Length <= LongestCommand
            ? what
            : string.Create(CultureInfo.InvariantCulture, $"{what[..LongestCommand]}… and {what.Length - LongestCommand} characters more");

    private static string Short(string? commit) => commit is { Length: > 12 } ? commit[..12] : commit ?? "none";

    private static void Line(Cli cli, string text) => cli.Out.Write(Printable.Text(text) + "\n");
}
