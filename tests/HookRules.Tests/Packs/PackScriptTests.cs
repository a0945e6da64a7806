using System.Text.Json.Nodes;
using HookRules.Tests.Rules.Syntax;
using Xunit;

namespace HookRules.Tests.Packs;

/// <summary>
/// scripts.cases: which program the scripts of std/format and std/lint start in which repository. A line of a case is a file (<c>PATH</c>
/// or <c>PATH: CONTENT</c>),
/// a stand-in for a program (<c>PATH! WHAT IT DOES BESIDES</c>; <c>$NAME!</c> is on the PATH), or what Claude wrote (<c>wrote PATH</c>,
/// <c>removed PATH</c>).
/// </summary>
public sealed class PackScriptTests
{
    private static readonly CaseFile Cases = new("Packs/scripts.cases");

    public static TheoryData<string> Names => [.. Cases.Names];

    [TheoryNeeding(Need.Unix), MemberData(nameof(Names))]
    public void AScriptStartsWhatTheRepositoryIsSetUpFor(string name)
    {
        using var repository = new PackRepository();
        var said = new List<string>();
        foreach (var line in Cases.Input(name).TrimEnd('\n').Split('\n'))
        {
            if (line.StartsWith("wrote ", StringComparison.Ordinal) || line.StartsWith("removed ", StringComparison.Ordinal))
                said.AddRange(Ended(repository, name.Split(':')[0], line));
            else if (line.Split('!', 2) is [var program, var script] && !program.Contains(':', StringComparison.Ordinal))
                repository.StandIn(program, script);
            else if (line.Split(": ", 2) is [var file, var content])
                repository.Write(file, content.Replace("\\n", "\n", StringComparison.Ordinal) + "\n");
            else
                repository.Write(line, "");
        }

        var actual = repository.Noted + string.Join('\n', said);
        Cases.Check(name, actual.Length > 0 ? actual : "nothing");
    }

    private static IEnumerable<string> Ended(PackRepository repository, string pack, string line)
    {
        var file = line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..];
        if (line[0] == 'w' && !File.Exists(repository.PathOf(file)))
            repository.Write(file, "as written\n");
        var before = line[0] == 'w' ? repository.Read(file) : "";
        foreach (
            var result in repository.Run(
                $"use std/{pack}",
                "PostToolUse",
                "Write",
                new JsonObject { ["file_path"] = $"{repository.Folder}/{file}" }
            )
        )
        {
            var output = repository.Short(result.Stdout.Text + result.Stderr.Text).TrimEnd('\n');
            if (result.ExitCode != 0 || output.Length > 0)
                yield return $"exit {result.ExitCode}: {output}";
        }

        if (line[0] == 'w' && repository.Read(file) is var after && after != before)
            yield return $"{file} is now: {after.TrimEnd('\n')}";
    }
}
