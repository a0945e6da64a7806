using System.Text.Json;
using System.Text.Json.Nodes;
using HookRules.LanguageServer.Protocol;

namespace HookRules.LanguageServer.Answers;

/// <summary>Where a name is used, over all files of the project and its cases.</summary>
internal static class References
{
    public static JsonArray At(ProjectView project, int at, JsonElement? parameters)
    {
        var names = new ProjectNames(project.Files, project.Context);
        var withGiven = parameters.Member("context").IsTrue("includeDeclaration");
        return names.At(project.File, at) is not var (name, _)
            ? []
            : Fields.Array(
                names
                    .Of(name, project.File)
                    .Where(one => withGiven || !one.IsGiven)
                    .Select(one => new JsonObject { ["uri"] = one.File.Uri, ["range"] = RangeOf(one) })
            );
    }

    public static JsonObject RangeOf(Occurrence one) => one.File.Lines.ToJson(one.At.Start, one.At.End);
}
