using System.Collections.Immutable;
using System.Globalization;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings.Json;
using HookRules.Engine;

namespace HookRules.Compiler.Packs;

/// <summary>Reads <c>hookrules.lock</c>, which people merge by hand and sometimes edit.</summary>
internal sealed class PackLockReader
{
    private static readonly string[] Keys = ["pack", "name", "version", "commit", "sha256"];

    private readonly SourceText source;
    private readonly JsonText json;
    private readonly List<Diagnostic> problems;

    private PackLockReader(SourceText source, JsonText json, List<Diagnostic> problems) =>
        (this.source, this.json, this.problems) = (source, json, problems);

    /// <summary>Null where it cannot be read, and <paramref name="problems"/> say why; of a missing file the empty lock.</summary>
    /// <param name="display">How messages name the file.</param>
    public static PackLock? Read(string path, string display, ICollection<Diagnostic> problems)
    {
        if (!File.Exists(path))
            return PackLock.Empty;
        var source = SourceText.Load(path, display);
        var found = new List<Diagnostic>();
        var packs = Read(source, found);
        foreach (var problem in found)
            problems.Add(problem);
        return found.Count == 0 ? new PackLock(packs) : null;
    }

    private static ImmutableArray<LockedPack> Read(SourceText source, List<Diagnostic> problems)
    {
        for (var line = 1; line <= source.LineCount; line++)
        {
            var text = source.Line(line);
            if (!text.StartsWith("<<<<<<< ") && !text.StartsWith("=======") && !text.StartsWith(">>>>>>> "))
                continue;
            problems.Add(DiagnosticCatalog.LockConflict(new SourceRef(source.Path, line, 1, line, text.Length + 1)));
            return [];
        }

        if (JsonText.TryParse(source.Text, out var error) is not { } json)
        {
            problems.Add(
                DiagnosticCatalog.LockDamaged(
                    source.Locate(new TextSpan(Math.Min(error!.Offset, source.Text.Length), 1)),
                    source.Text.Trim().Length == 0 ? "it is empty" : error.Message
                )
            );
            return [];
        }

        return new PackLockReader(source, json, problems).Packs();
    }

    private ImmutableArray<LockedPack> Packs()
    {
        var packs = ImmutableArray.CreateBuilder<LockedPack>();
        if (json.Root.Kind != JsonTextKind.Object)
            return Damaged(json.Root, "it should be a JSON object");
        if (json.Root["version"] is not { } version)
            return Damaged(json.Root, "it has no \"version\"");
        if (json.TextOf(version) != PackLock.Format.ToString(CultureInfo.InvariantCulture))
            return Report(DiagnosticCatalog.LockNewer(At(version), json.TextOf(version), PackLock.Format));
        if (json.Root["packs"] is not { Kind: JsonTextKind.Array } list)
            return Damaged(json.Root["packs"] ?? json.Root, "\"packs\" should be a list");
        foreach (var child in list.Children)
        {
            if (Pack(child.Value) is not { } pack)
                continue;
            if (packs.Any(other => other.Reference == pack.Reference))
                Damaged(child.Value, $"\"{pack.Reference}\" stands here twice");
            else if (pack.IsGit && packs.Any(other => other.IsGit && other.Name.Equals(pack.Name, StringComparison.OrdinalIgnoreCase)))
                Damaged(child.Value, $"two packs are called \"{pack.Name}\"");
            packs.Add(pack);
        }

        return packs.ToImmutable();
    }

    private LockedPack? Pack(JsonTextNode node)
    {
        var before = problems.Count;
        if (node.Kind != JsonTextKind.Object)
        {
            Damaged(node, "an entry should be an object");
            return null;
        }

        foreach (var child in node.Children)
        {
            if (!Keys.Contains(child.Name))
                Damaged(child.Value, $"an entry has no \"{child.Name}\"");
            else if (child.Value.Kind != JsonTextKind.String)
                Damaged(child.Value, $"\"{child.Name}\" should be a text");
        }

        var (reference, name, sha256, commit) = (Text("pack"), Text("name"), Text("sha256"), Text("commit"));
        if (reference is null)
            Missing("pack");
        if (name is null)
            Missing("name");
        if (sha256 is null)
            Missing("sha256");
        else if (!IsHash(sha256, 64))
            Damaged(node["sha256"]!, "\"sha256\" should be 64 digits of 0-9 and a-f");
        // The name is that of a folder, which is deleted and written.
        if (name is not null && !IsFolderName(name))
            Damaged(node["name"]!, $"\"{name}\" cannot be the name of a pack");
        var isGit = reference?.StartsWith("git+", StringComparison.Ordinal) == true;
        if (isGit && commit is null && problems.Count == before)
            Missing("commit");
        if (commit is not null && !IsHash(commit, 40) && !IsHash(commit, 64))
            Damaged(node["commit"]!, "\"commit\" should be 40 digits of 0-9 and a-f");
        return problems.Count == before ? new LockedPack(reference!, name!, Text("version"), commit, sha256!) : null;

        string? Text(string key) => json.StringOf(node[key]);

        void Missing(string key)
        {
            if (node[key] is null)
                Damaged(node, $"an entry has no \"{key}\"");
        }
    }

    /// <summary>A name that is one part of a path everywhere, and no part that means something else.</summary>
    public static bool IsFolderName(string name) =>
        name.Length is > 0 and <= 100
        && char.IsAsciiLetterOrDigit(name[0])
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
        && new PackPaths().Add(name) is null;

    private static bool IsHash(string text, int length) => text.Length == length && text.All(char.IsAsciiHexDigitLower);

    private ImmutableArray<LockedPack> Damaged(JsonTextNode node, string problem) =>
        Report(DiagnosticCatalog.LockDamaged(At(node), problem));

    private ImmutableArray<LockedPack> Report(Diagnostic problem)
    {
        problems.Add(problem);
        return [];
    }

    private SourceRef At(JsonTextNode node) => source.Locate(new TextSpan(node.Start, node.IsContainer ? 1 : node.End - node.Start));
}
