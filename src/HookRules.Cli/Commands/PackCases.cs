using System.Globalization;
using HookRules.Cli.Reports;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Packs;
using HookRules.Engine;
using HookRules.Simulation.Cases;

namespace HookRules.Cli.Commands;

/// <summary>Runs the cases that a pack brings along, when it is added.</summary>
internal static class PackCases
{
    public static void Report(Cli cli, PackChange change, string key)
    {
        foreach (var step in change.Steps.Where(step => step.Entry.Reference == key || step.IsNew))
        {
            var files = Of(cli, change, step);
            if (files.Count == 0)
                continue;
            var problems = new List<Diagnostic>();
            var results = CaseSuite.Run(files, null, problems).SelectMany(suite => suite.Results).ToList();
            var failed = results.Count(result => !result.Passed);
            var counts = string.Create(CultureInfo.InvariantCulture, $"{results.Count - failed} passed, {failed} failed");
            cli.Out.WriteLine(Printable.Line($"{step.Entry.Name}: its own cases: {counts}"));
            if (failed + problems.Count > 0)
                cli.Error.WriteLine(
                    Printable.Line(
                        $"hookrules: {step.Entry.Name} does not do what its own cases say: hookrules test {files[0].Source.Path} shows it."
                    )
                );
        }
    }

    private static List<CaseFile> Of(Cli cli, PackChange change, PackStep step)
    {
        if (step.Pack.Reference is PackReference.Bundled bundled)
            return [CaseSuite.Bundled(bundled.Name)];
        var folder = step.Pack.Fetched is not null ? change.Store.Vendored.PathOf(step.Entry.Name) : step.Pack.Pack?.Place?.Folder;
        if (folder is null || !Directory.Exists(folder))
            return [];
        var file = step.Pack.Fetched is not null
            ? PathPacks.FileIn(folder)
            : Path.Combine(folder, Path.GetFileName(step.Pack.Pack!.Source.Path));
        if (file is null)
            return [];
        var rules = RulesUnderTest.Of(file, Places.FromHere(cli, file));
        return
        [
            .. from path in CaseFiles.Below(folder)
            where CaseFiles.RulesOf(path) == file
            select new CaseFile(SourceText.Load(path, Places.FromHere(cli, path)), rules),
        ];
    }
}
