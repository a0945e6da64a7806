using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings.Json;

namespace HookRules.Compiler.Settings.Merge;

/// <summary>Merges our entries into a settings file and takes them out again; every byte that is not ours stays.</summary>
public static class SettingsMerge
{
    /// <param name="original">The file as it is, byte order mark included; null if there is none.</param>
    /// <param name="previous">The record of the last time; null if it is lost.</param>
    public static SettingsResult Apply(
        string? original,
        ImmutableArray<SettingsEntry> entries,
        SettingsRecord? previous,
        string displayPath
    )
    {
        if (string.IsNullOrWhiteSpace(original?.TrimStart('\uFEFF')))
        {
            if (entries.IsEmpty)
                return new SettingsResult(original, SettingsRecord.Empty, []);
            var created = new SettingsEdit(
                JsonText.Parse("{}\n"),
                SettingsRecord.Empty with
                {
                    CreatedFile = original is null,
                    BlankFile = original,
                }
            );
            created.Merge(entries);
            return new SettingsResult(created.Text, created.Record, []);
        }

        var document = SettingsDocument.ReadStrict(displayPath, original);
        if (document.Json is not { } json)
        {
            var error = document.Errors[0];
            return Unchanged(DiagnosticCatalog.SettingsNotJson(document.Place(error.Start, error.End), error.Message, error.Fix));
        }

        if (WrongShape(document, entries) is { } wrong)
            return Unchanged(wrong);

        // A record of a file that has nothing of ours any more describes another file.
        var edit = new SettingsEdit(json, SettingsEdit.HasOurs(json) ? previous : SettingsRecord.Empty);
        edit.Merge(entries);
        return new SettingsResult(edit.Text, edit.Record, [.. SettingsFaults.Of(document)]);

        SettingsResult Unchanged(Diagnostic diagnostic) => new(original, previous ?? SettingsRecord.Empty, [diagnostic]);
    }

    /// <summary>The file without anything of ours; a null text means that it is to be deleted, since compile created it.</summary>
    public static (string? Text, ImmutableArray<Diagnostic> Diagnostics) Remove(string original, SettingsRecord? record, string displayPath)
    {
        var result = Apply(original, [], record, displayPath);
        // What else is wrong with the file is no concern of one who leaves it.
        return (result.Text, result.Failed ? result.Diagnostics : []);
    }

    private static Diagnostic? WrongShape(SettingsDocument document, ImmutableArray<SettingsEntry> entries)
    {
        var root = document.Root!;
        if (root.Kind != JsonTextKind.Object)
            return Wrong(root, "the file", "an object");
        if (entries.IsEmpty || root["hooks"] is not { } hooks)
            return null;
        if (hooks.Kind != JsonTextKind.Object)
            return Wrong(hooks, "\"hooks\"", "an object");
        foreach (var entry in entries)
            if (hooks[entry.Event] is { Kind: not JsonTextKind.Array } value)
                return Wrong(value, $"\"{entry.Event}\"", "an array");
        return null;

        Diagnostic Wrong(JsonTextNode node, string what, string expected) =>
            DiagnosticCatalog.SettingsWrongShape(document.Place(node.Start, node.End), what, expected, node.Description);
    }
}
