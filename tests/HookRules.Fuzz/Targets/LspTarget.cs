using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using HookRules.LanguageServer;
using HookRules.LanguageServer.Files;

namespace HookRules.Fuzz;

/// <summary>An editor that goes mad: whole and broken messages about files that are no less so.</summary>
internal sealed class LspTarget : Target
{
    /// <summary>So many messages are one input.</summary>
    public const int MessagesOfAnInput = 20;

    private static readonly string[] Uris =
    [
        "untitled:a.hookrules",
        "file:///nowhere/main.hookrules",
        "file:///nowhere/hookrules.yaml",
        "file:///nowhere/main.cases",
        "file:///nowhere/more.cases.yaml",
        "file:///nowhere/.claude/settings.json",
        "file:///nowhere/other.txt",
        "no uri",
    ];

    private static readonly string[] Asked =
    [
        "textDocument/completion",
        "textDocument/hover",
        "textDocument/definition",
        "textDocument/references",
        "textDocument/prepareRename",
        "textDocument/rename",
        "textDocument/semanticTokens/full",
        "textDocument/foldingRange",
        "textDocument/codeLens",
        "textDocument/documentSymbol",
        "textDocument/formatting",
        "textDocument/codeAction",
        "codeLens/resolve",
        "textDocument/nonsense",
    ];

    private static readonly ServerContext Context = new(null, null, "1.0.0");

    public override string Name => "lsp";

    public override string Promise =>
        $"after {MessagesOfAnInput} messages, of which some are broken, the server is alive, and no answer is a mistake of its own";

    public override TimeBound Time => new(TimeSpan.FromSeconds(10), 50_000);

    public override Verdict Try(Choices choices, Attempt attempt)
    {
        using var input = new MemoryStream();
        Frame(
            input,
            """
            {"jsonrpc":"2.0","id":0,"method":"initialize","params":{"capabilities":{"workspace":{"workspaceEdit":
            {"documentChanges":true,"resourceOperations":["create","rename"]}}}}}
            """u8
        );
        var shown = new StringBuilder();
        for (var number = 1; number < MessagesOfAnInput; number++)
        {
            var message = Message(choices, number);
            shown.Append(message).Append('\n');
            var bytes = Encoding.UTF8.GetBytes(choices.OneIn(6) ? Mutation.Of(message, choices, ["{", "\"", "\\ud800", "id"]) : message);
            // A length that is wrong swallows what follows, up to the next head that is whole.
            Frame(input, bytes, choices.OneIn(20) ? choices.Next(bytes.Length + 1) : bytes.Length);
        }

        attempt.Input = shown.ToString();
        Frame(input, "{}"u8);
        Frame(input, """{"jsonrpc":"2.0","id":"last","method":"textDocument/hover","params":{}}"""u8);
        input.Position = 0;
        using var output = new MemoryStream();
        BrokenException.Unless(LspServer.Run(input, output, Context), "the server ended before its client");
        var answers = Encoding.UTF8.GetString(output.ToArray());
        var mistake = answers.IndexOf("a mistake in hookrules itself", StringComparison.Ordinal);
        BrokenException.Unless(mistake < 0, mistake < 0 ? "" : answers[mistake..Math.Min(answers.Length, mistake + 300)]);
        BrokenException.Unless(!answers.Contains("hookrules could not look at", StringComparison.Ordinal), "an analysis threw");
        return answers.Contains("\"id\":\"last\"", StringComparison.Ordinal) ? Verdict.Accepted : Verdict.Rejected;
    }

    private static string Message(Choices choices, int number)
    {
        var uri = choices.Pick(Uris);
        var document = new JsonObject { ["uri"] = uri, ["version"] = number };
        if (choices.OneIn(3))
        {
            document["text"] = TextOf(choices, uri);
            document["languageId"] = choices.OneIn(4) ? "hookrules" : "x";
            return Notice("textDocument/didOpen", new JsonObject { ["textDocument"] = document });
        }

        if (choices.OneIn(4))
        {
            var change = new JsonObject { ["text"] = choices.OneIn(3) ? TextOf(choices, uri) : choices.Pick(Typed) };
            if (!choices.OneIn(3))
                change["range"] = Range(choices);
            return Notice(
                "textDocument/didChange",
                new JsonObject { ["textDocument"] = document, ["contentChanges"] = new JsonArray([change]) }
            );
        }

        if (choices.OneIn(12))
            return Notice(
                choices.OneIn(2) ? "textDocument/didClose" : "textDocument/didSave",
                new JsonObject { ["textDocument"] = document }
            );
        var asked = new JsonObject
        {
            ["textDocument"] = document,
            ["position"] = Place(choices),
            ["range"] = Range(choices),
            ["newName"] = choices.Pick<string>(["other", "a b", "deny", "file", "", "x.y", "ruff"]),
            ["context"] = new JsonObject { ["includeDeclaration"] = choices.OneIn(2) },
            ["data"] = new JsonObject
            {
                ["uri"] = uri,
                ["kind"] = "cases",
                ["line"] = choices.Next(5),
            },
        };
        return new JsonObject
        {
            ["jsonrpc"] = "2.0",
            ["id"] = number,
            ["method"] = choices.Pick(Asked),
            ["params"] = asked,
        }.ToJsonString();
    }

    private static readonly string[] Typed = ["", "a", "on ", "\"", "{", "\n", "ruff", "😀", "\ud83d", " -> ", "as x", "$a", "|"];

    private static string TextOf(Choices choices, string uri)
    {
        var text =
            uri.EndsWith("cases.yaml", StringComparison.Ordinal) ? "cases:\n  - { case: git push -f, expect: deny r }\n"
            : uri.EndsWith(".yaml", StringComparison.Ordinal)
                ? "version: 1\nactions:\n  ruff: { run: \"ruff {file}\" }\nrules:\n  - name: r\n    on: before Bash\n"
                    + "    where: runs \"git push\" with (-f)\n    do: { deny: no }\n  - on: Write *.py\n    do: { run: x, timeout: 5s }\n"
            : uri.EndsWith(".json", StringComparison.Ordinal) ? "{ \"hooks\": { \"Stop\": [{ \"hooks\": [] }], } }"
            : uri.EndsWith(".cases", StringComparison.Ordinal) ? "with { n = 1 }\ndeny r, queue ruff => git push -f\n"
            : choices.OneIn(2) ? choices.Pick(Corpus.Rules)
            : RulesInput.Sound(choices);
        return choices.OneIn(2) ? Mutation.Of(text, choices, RulesInput.Words) : text;
    }

    private static JsonObject Range(Choices choices) => new() { ["start"] = Place(choices), ["end"] = Place(choices) };

    private static JsonObject Place(Choices choices) =>
        new() { ["line"] = choices.OneIn(20) ? -1 : choices.Next(12), ["character"] = choices.OneIn(20) ? int.MaxValue : choices.Next(60) };

    private static string Notice(string method, JsonObject parameters) =>
        new JsonObject
        {
            ["jsonrpc"] = "2.0",
            ["method"] = method,
            ["params"] = parameters,
        }.ToJsonString();

    private static void Frame(MemoryStream to, ReadOnlySpan<byte> body, int? length = null)
    {
        to.Write(
            Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\nContent-Length: {length ?? body.Length}\r\n\r\n"))
        );
        to.Write(body);
    }
}
