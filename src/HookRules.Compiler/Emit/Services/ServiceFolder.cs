using System.Text;
using HookRules.Compiler.Diagnostics;
using HookRules.Engine;

namespace HookRules.Compiler.Emit.Services;

/// <summary>The folder of service files beside a plan. They name places of one machine, so git ignores them; which kinds there are, the
/// folder itself says.</summary>
internal sealed class ServiceFolder(EmissionTarget target)
{
    private const string Ignored = "*\n";
    private const string Anything = "hookrules-any-value";

    // They differ from shell to shell, and no consumer is out of date by that.
    private static readonly string[] ofShells = ["PATH", "LANG"];

    public string Path { get; } = System.IO.Path.Combine(target.PlanFolder, ProjectLayout.ServicesFolder);

    private string GitIgnore => System.IO.Path.Combine(Path, ".gitignore");

    /// <summary>All that may be written here, the folder first.</summary>
    public IEnumerable<string> Places => [Path, GitIgnore, .. Enum.GetValues<ServiceKind>().Select(PathOf)];

    /// <summary>The files of the kinds that are asked for, and of those that an earlier compile wrote.</summary>
    /// <param name="graph">As the plan holds it.</param>
    public (List<FileChange> Changes, List<Diagnostic> Problems) Update(ServicesWanted wanted, Lazy<RuleGraph> graph)
    {
        var (changes, problems) = (new List<FileChange>(), new List<Diagnostic>());
        foreach (var kind in Enum.GetValues<ServiceKind>())
        {
            var (path, isAsked) = (PathOf(kind), wanted.Kinds.Contains(kind));
            var before = Read(path);
            var isOurs = before is not null && ServiceFile.IsOurs(before);
            if (!isAsked && !isOurs)
                continue;
            if (before is not null && !isOurs)
            {
                problems.Add(Problem(path, "somebody else wrote what is there", "move it elsewhere, then run: hookrules compile"));
                continue;
            }

            var (service, problem) = wanted.Describe(kind, graph.Value);
            var text = service is null ? null : ServiceFile.Render(kind, service, out problem);
            if (text is null)
                problems.Add(Problem(path, problem!, isAsked ? null : "remove the file if you do not need it"));
            else if (!isAsked && IsTheSameForAnotherShell(kind, service!, ServiceFile.Text(before!)))
                changes.Add(new FileChange(path, before, before));
            else
                changes.Add(new FileChange(path, before, ServiceFile.Bytes(kind, text)));
        }

        if (changes.Count > 0)
            changes.Insert(0, new FileChange(GitIgnore, Read(GitIgnore), Encoding.UTF8.GetBytes(Ignored)));
        return (changes, problems);
    }

    /// <summary>What is ours goes; what somebody else put here stays.</summary>
    public IEnumerable<FileChange> Removal() =>
        from path in Places.Skip(1)
        let before = Read(path)
        where before is not null
        where path == GitIgnore ? before.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(Ignored)) : ServiceFile.IsOurs(before)
        select new FileChange(path, before, null);

    /// <summary>Only values differ that are those of the shell in which it was asked for.</summary>
    private static bool IsTheSameForAnotherShell(ServiceKind kind, ConsumerService service, string before)
    {
        var open = service with
        {
            Environment = [.. service.Environment.Select(one => (one.Name, ofShells.Contains(one.Name) ? Anything : one.Value))],
        };
        if (ServiceFile.Render(kind, open, out _)?.Split('\n') is not { } lines)
            return false;
        var found = before.Split('\n');
        return found.Length == lines.Length && lines.Zip(found).All(pair => IsLike(pair.First, pair.Second));
    }

    private static bool IsLike(string line, string found)
    {
        var at = line.IndexOf(Anything, StringComparison.Ordinal);
        return at < 0
            ? found == line
            : found.StartsWith(line[..at], StringComparison.Ordinal)
                && found.AsSpan(at).EndsWith(line.AsSpan(at + Anything.Length), StringComparison.Ordinal);
    }

    private string PathOf(ServiceKind kind) => System.IO.Path.Combine(Path, kind.FileName());

    private static byte[]? Read(string path) => File.Exists(path) ? RegularFile.ReadAllBytes(path) : null;

    private Diagnostic Problem(string path, string why, string? mend) =>
        DiagnosticCatalog.ServiceNotWritten(new SourceRef(target.Name(path), 1, 1, 1, 1), why, mend);
}
