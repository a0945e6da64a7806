using System.Text.Json.Nodes;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Lint;
using HookRules.LanguageServer.Files;
using HookRules.LanguageServer.Protocol;

namespace HookRules.LanguageServer.Answers;

/// <summary>What the client was told of each file. An open file has its own diagnostics; one that is not open has those of all open files
/// that read it.</summary>
internal sealed class Published(FrameWriter output)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Analysis> byFile = new(StringComparer.Ordinal);

    /// <summary>The URIs of open files whose analysis read this one.</summary>
    public IReadOnlyList<string> Readers(OpenFile file)
    {
        lock (gate)
            return
            [
                .. byFile
                    .Values.Where(analysis => analysis.File.Uri != file.Uri && analysis.Places.Values.Contains(file.Path))
                    .Select(analysis => analysis.File.Uri),
            ];
    }

    /// <summary>What was said of this state of a file; null where that is still to come.</summary>
    public Analysis? Of(OpenFile file)
    {
        lock (gate)
            return byFile.GetValueOrDefault(file.Uri) is { } analysis && ReferenceEquals(analysis.File, file) ? analysis : null;
    }

    public void Put(Analysis analysis, OpenFiles files)
    {
        lock (gate)
        {
            var before = byFile.GetValueOrDefault(analysis.File.Uri);
            byFile[analysis.File.Uri] = analysis;
            Send(analysis.File.Uri, analysis.File.Version, Own(analysis));
            SendOthers(Others(before).Concat(Others(analysis)), files);
        }
    }

    public void Close(string uri, OpenFiles files)
    {
        lock (gate)
        {
            byFile.Remove(uri, out var before);
            SendOthers(Others(before).Append(before?.File.Path).OfType<string>(), files);
            if (before?.File.Path is null)
                Send(uri, null, []);
        }
    }

    /// <summary>The paths of other files that its findings stand in.</summary>
    private static IEnumerable<string> Others(Analysis? analysis) =>
        analysis is null
            ? []
            : analysis
                .Diagnostics.Where(found => !analysis.IsOwn(found))
                .Select(found => analysis.Places.GetValueOrDefault(found.At.File))
                .OfType<string>();

    private void SendOthers(IEnumerable<string> paths, OpenFiles files)
    {
        foreach (var path in paths.Distinct(StringComparer.Ordinal).Where(path => files.At(path) is null).ToList())
            Send(
                OpenFile.UriOf(path),
                null,
                from analysis in byFile.Values
                from found in analysis.Diagnostics
                where !analysis.IsOwn(found) && analysis.Places.GetValueOrDefault(found.At.File) == path
                select ToJson(found, null)
            );
    }

    private static IEnumerable<JsonObject> Own(Analysis analysis) =>
        analysis.Diagnostics.Where(found => analysis.IsOwn(found)).Select(found => ToJson(found, analysis.File));

    private void Send(string uri, int? version, IEnumerable<JsonObject> diagnostics)
    {
        var told = new JsonObject { ["uri"] = uri, ["diagnostics"] = Fields.Array(diagnostics) };
        if (version is not null)
            told["version"] = version;
        output.Notify("textDocument/publishDiagnostics", told);
    }

    public static JsonObject ToJson(Diagnostic found, OpenFile? file)
    {
        var data = new JsonObject { ["explain"] = $"hookrules explain {found.Code}" };
        if (ExplainPages.Find(found.Code) is { } page)
        {
            data["title"] = page.Title;
            if (page.Id is not null)
                data["id"] = page.Id;
        }

        if (found.Fix is not null)
            data["fix"] = found.Fix;
        return new JsonObject
        {
            ["range"] = file is null ? RangeOf(found) : Places.RangeOf(file, found),
            ["severity"] = found.Severity switch
            {
                Severity.Error => 1,
                Severity.Warning => 2,
                // Editors list hints of the protocol nowhere.
                _ => 3,
            },
            ["code"] = found.Code,
            ["source"] = "hookrules",
            ["message"] = found.Fix is null ? found.Message : $"{found.Message}\nTo mend it: {found.Fix}",
            ["data"] = data,
        };
    }

    private static JsonObject RangeOf(Diagnostic found) =>
        Fields.Range(found.At.Line - 1, found.At.Column - 1, found.At.EndLine - 1, found.At.EndColumn - 1);
}
