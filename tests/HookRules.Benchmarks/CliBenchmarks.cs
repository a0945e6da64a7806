using System.Text;

namespace HookRules.Benchmarks;

/// <summary>How soon the command line answers.</summary>
internal static class CliBenchmarks
{
    public static void Run(Lab lab, Report report)
    {
        report.Group("Start-up of the command line");
        var rules = Path.Join(Directory.CreateDirectory(Path.Join(lab.Folder, "cli")).FullName, "main.hookrules");
        Lab.Write(rules, Encoding.UTF8.GetBytes(CompileBenchmarks.Rules(10)));
        var nothing = new Child([Lab.Find("true")!], lab.Environment);
        var all = Series.Interleave(
            lab.Options.Rounds(25),
            ("true", nothing.Run),
            ("./hookrules --version", new Child(["/bin/sh", Path.Join(lab.Root, "hookrules"), "--version"], lab.Environment).Run),
            ("hookrules --version, direct", new Child([Path.Join(lab.Runtime, "hookrules"), "--version"], lab.Environment).Run),
            ("hookrules --help, direct", new Child([Path.Join(lab.Runtime, "hookrules"), "--help"], lab.Environment).Run),
            ("hookrules lint, ten rules", new Child([Path.Join(lab.Runtime, "hookrules"), "lint", rules], lab.Environment).Run)
        );
        report.Add(all[1], all[0], Comparing.Difference, 60);
        report.Add(all[2], all[0], Comparing.Difference, 15);
        report.Add(all[3], all[0], Comparing.Difference);
        report.Add(all[4], all[0], Comparing.Difference, 40);
    }
}
