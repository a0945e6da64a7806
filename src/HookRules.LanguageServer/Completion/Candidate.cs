using System.Text.Json.Nodes;
using HookRules.LanguageServer.Protocol;
using HookRules.LanguageServer.Reading;

namespace HookRules.LanguageServer.Completion;

/// <summary>The kinds of the protocol that are used, by their numbers.</summary>
internal enum CandidateKind
{
    Function = 3,
    Field = 5,
    Variable = 6,
    Module = 9,
    Value = 12,
    Enum = 13,
    Keyword = 14,
    Snippet = 15,
    Event = 23,
    Operator = 24,
}

/// <summary>One thing that may stand at a place.</summary>
/// <param name="About">One sentence.</param>
/// <param name="Insert">What is written, where that is not the label.</param>
internal sealed record Candidate(string Label, CandidateKind Kind, string About, string? Detail = null, string? Insert = null)
{
    public JsonObject ToJson(Caret caret, int rank)
    {
        var item = new JsonObject
        {
            ["label"] = Label,
            ["kind"] = (int)Kind,
            ["sortText"] = $"{rank:D4}",
            ["filterText"] = Label,
            ["textEdit"] = new JsonObject { ["range"] = caret.File.Lines.ToJson(caret.Start, caret.At), ["newText"] = Insert ?? Label },
        };
        if (Detail is not null)
            item["detail"] = Detail;
        if (About.Length > 0)
            item["documentation"] = new JsonObject { ["kind"] = "markdown", ["value"] = About };
        if (Kind == CandidateKind.Snippet)
            item["insertTextFormat"] = 2;
        return item;
    }
}
