using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Binding;
using HookRules.Compiler.Rules.Syntax;
using HookRules.LanguageServer.Files;
using HookRules.LanguageServer.Protocol;

namespace HookRules.LanguageServer.Answers;

/// <summary>Gives a name another spelling wherever it stands. The compiler looks at the result first: what would break is
/// refused.</summary>
internal static class Rename
{
    /// <summary>What is renamed at a place; null where nothing can be.</summary>
    public static JsonObject? Prepare(ProjectView project, int at) =>
        new ProjectNames(project.Files, project.Context).At(project.File, at) is var (name, span) && !name.IsBundled
            ? new JsonObject { ["range"] = project.File.Lines.ToJson(span.Start, span.End), ["placeholder"] = name.Name }
            : null;

    public static JsonObject At(ProjectView project, int at, JsonElement? parameters)
    {
        var names = new ProjectNames(project.Files, project.Context);
        if (names.At(project.File, at) is not var (name, _))
            throw new RequestRefused("there is no name here that can be changed");
        if (name.IsBundled)
            throw new RequestRefused($"{name.Name} is a name of {name.File}, which lies in the program");
        var wanted = parameters.Text("newName") ?? "";
        if (
            Words.NameEnd(wanted, 0, wanted.Length) != wanted.Length
            || wanted.Length == 0
            || wanted.Contains('.', StringComparison.Ordinal)
        )
            throw new RequestRefused("a name is a letter, then letters, digits, _ and -");
        if (name.Kind == NameKind.Let && Constants.IsReserved(wanted))
            throw new RequestRefused($"{{{wanted}}} means a field of the event in every text");

        var around = names.Around(name, project.File).DistinctBy(file => file.Uri).ToList();
        if (around.Find(file => file.Kind == FileKind.Rules && file.HasSyntaxErrors) is { } broken)
            throw new RequestRefused($"{broken.Display} cannot be read as it is: mend it first");
        var changes = names.Of(name, project.File).GroupBy(one => one.File).ToDictionary(one => one.Key, one => one.ToList());
        Check(project, changes, wanted);
        return new JsonObject
        {
            ["changes"] = new JsonObject(
                changes.Select(change =>
                    KeyValuePair.Create<string, JsonNode?>(
                        change.Key.Uri,
                        Fields.Array(change.Value.Select(one => Edits.Of(one.File, one.At.Start, one.At.End, wanted)))
                    )
                )
            ),
        };
    }

    private static void Check(ProjectView project, Dictionary<OpenFile, List<Occurrence>> changes, string wanted)
    {
        var after = project.Files;
        foreach (var (file, places) in changes)
            after = after.With(file.With(Renamed(file.Text, places, wanted), file.Version));
        foreach (var file in changes.Keys.Where(file => file.Kind == FileKind.Rules))
        {
            var before = Errors(file, project.Files).Select(error => error.Message).ToHashSet(StringComparer.Ordinal);
            if (Errors(after.Find(file.Uri)!, after).FirstOrDefault(error => !before.Contains(error.Message)) is { } first)
                throw new RequestRefused($"{file.Display}:{first.At.Line}: {first.Message}");
        }

        IEnumerable<Diagnostic> Errors(OpenFile file, OpenFiles files) =>
            files.Compiled(file, project.Context).Compilation.Diagnostics.Where(one => one.Severity == Severity.Error);
    }

    private static string Renamed(string text, List<Occurrence> places, string wanted)
    {
        var renamed = new StringBuilder(text.Length);
        var end = 0;
        foreach (var place in places.OrderBy(place => place.At.Start))
        {
            renamed.Append(text, end, place.At.Start - end).Append(wanted);
            end = place.At.End;
        }

        return renamed.Append(text, end, text.Length - end).ToString();
    }
}

/// <summary>What is asked cannot be done; the message says why.</summary>
internal sealed class RequestRefused(string message) : Exception(message);
