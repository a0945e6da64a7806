using System.CommandLine;
using HookRules.Compiler;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Packs;
using HookRules.Engine;

namespace HookRules.Cli;

/// <summary><c>--param NAME=VALUE</c>: values for the parameters of a pack.</summary>
internal static class PackArguments
{
    public static Option<string[]> Option =>
        new("--param")
        {
            Description =
                "A value for a parameter of the pack that is looked at; may be given several times. Items of a list stand with commas "
                + "between them.",
            HelpName = "NAME=VALUE",
        };

    /// <summary>Null, with the reason, where one is no NAME=VALUE.</summary>
    public static List<KeyValuePair<string, string>>? Parse(IEnumerable<string> given, out string problem)
    {
        var arguments = new List<KeyValuePair<string, string>>();
        problem = "";
        foreach (var one in given)
        {
            if (
                one.IndexOf('=', StringComparison.Ordinal) is var sign and > 0
                && !one.Any(c => char.IsControl(c) || c is '\u2028' or '\u2029')
            )
            {
                arguments.Add(KeyValuePair.Create(one[..sign].Trim(), one[(sign + 1)..].Trim()));
                continue;
            }

            problem = $"--param takes NAME=VALUE, and \"{one}\" is none.";
            return null;
        }

        return arguments;
    }

    /// <summary>Why these cannot be given to this file; null where they can.</summary>
    public static string? Problem(ProjectFiles file, IReadOnlyCollection<string> names)
    {
        if (names.Count == 0)
            return null;
        if (PackHeader.Of(file.Load()) is not { } pack)
            return $"--param is for packs, and {file.RelativePath} is none.";
        if (names.FirstOrDefault(name => !pack.Parameters.ContainsKey(name)) is not { } unknown)
            return null;
        var nearest = NearestName.Find(unknown, pack.Parameters.Keys);
        return $"the pack {pack.Name} has no parameter \"{Printable.Line(unknown)}\""
            + (
                nearest is not null ? $"; did you mean \"{nearest}\"?"
                : pack.Parameters.Count > 0 ? $"; it has {string.Join(", ", pack.Parameters.Keys)}."
                : "; it has none."
            );
    }

    /// <summary>The rules file that was named or found, or the pack of the working folder, with these values for its parameters. Null,
    /// with the reason printed, where it cannot be used.</summary>
    public static RulesProject? Open(Cli cli, string? file, IEnumerable<string> parameters, out int exit)
    {
        if (Parse(parameters, out var wrong) is not { } given)
        {
            exit = cli.Refuse(wrong);
            return null;
        }

        exit = ExitCode.CouldNot;
        if (RulesProject.Find(cli, file ?? PackHere(cli)) is not { } found)
            return null;
        if (Problem(found, [.. given.Select(one => one.Key)]) is { } unknown)
        {
            exit = cli.Refuse(unknown);
            return null;
        }

        var project = RulesProject.Of(found, given.DistinctBy(one => one.Key).ToDictionary(one => one.Key, one => one.Value));
        exit = project.Report(cli) ? ExitCode.Problems : ExitCode.Ok;
        return exit == ExitCode.Ok ? project : null;
    }

    /// <summary>The pack of the working folder, where there are no rules of a project; null where there is none.</summary>
    public static string? PackHere(Cli cli) =>
        ProjectFiles.Find(cli.WorkingDirectory, RulesProject.Home(cli)) is null ? PathPacks.FileIn(cli.WorkingDirectory) : null;
}
