using System.Text.Json;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Packs;
using HookRules.Engine;

namespace HookRules.Cli.Commands;

/// <summary>Packs as JSON, for programs.</summary>
internal static class PackJson
{
    /// <summary>In a word or two how a pack stands to the lock.</summary>
    public static string Status(FoundPack pack) =>
        pack.Problem is null
            ? pack.IsLocked
                ? "ok"
                : "not locked"
            : pack.Problem.Code switch
            {
                "HR4104" => "not locked",
                "HR4106" or "HR4003" => "missing",
                _ => "changed",
            };

    public static void Write(Utf8JsonWriter json, FoundPack pack, PackStore store)
    {
        json.WriteString("pack", pack.Key);
        json.WriteString(
            "kind",
            pack.Reference switch
            {
                PackReference.Bundled => "bundled",
                PackReference.Git => "git",
                _ => "path",
            }
        );
        if (pack.Entry is { } entry)
        {
            json.WriteString("name", entry.Name);
            if (entry.Version is not null)
                json.WriteString("version", entry.Version);
            if (entry.Commit is not null)
                json.WriteString("commit", entry.Commit);
            json.WriteString("sha256", entry.Sha256);
            if (entry.IsGit)
                json.WriteString("folder", Vendoring.NameOf(entry.Name));
        }

        json.WriteBoolean("locked", store.Lock?.Find(pack.Key) is not null);
        json.WriteString("status", Status(pack));
        if (pack.Problem is not { } problem)
            return;
        json.WriteString("code", problem.Code);
        json.WriteString("problem", problem.Message);
        if (problem.Fix is not null)
            json.WriteString("mend", problem.Fix);
    }

    public static void Write(Utf8JsonWriter json, PackAbilities abilities)
    {
        json.WriteString("summary", abilities.Summary);
        json.WriteStartObject("abilities");
        json.WriteStrings("commands", abilities.Commands);
        json.WriteStrings("hosts", abilities.Hosts);
        json.WriteStrings("nativeHandlers", abilities.NativeHandlers);
        json.WriteStrings("logFiles", abilities.LogFiles);
        json.WriteStrings("environment", abilities.Variables);
        json.WriteBoolean("notifies", abilities.Notifies);
        json.WriteStartObject("decisions");
        foreach (var (kind, count) in abilities.Decisions)
            json.WriteNumber(kind, count);
        json.WriteEndObject();
        json.WriteNumber("rules", abilities.Rules);
        json.WriteEndObject();
    }

    public static void Write(Cli cli, Action<Utf8JsonWriter> members) =>
        cli.Print(output =>
        {
            using var json = new Utf8JsonWriter(output, JsonLayout.Readable);
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        });
}
