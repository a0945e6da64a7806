using Xunit;

namespace HookRules.Tests.Settings.Merge;

/// <summary>Settings files of every layout: small ones of our own, and the corpus where it lies beside the checkout.</summary>
internal static class SettingsTexts
{
    private static readonly Dictionary<string, string> Own = new(StringComparer.Ordinal)
    {
        ["empty object"] = "{}",
        ["empty object with a break"] = "{\n}\n",
        ["empty object with spaces"] = "{   }\n",
        ["no hooks"] = "{\n  \"model\": \"opus\"\n}\n",
        ["no final newline"] = "{\n  \"model\": \"opus\"\n}",
        ["many final newlines"] = "{\n  \"model\": \"opus\"\n}\n\n \n",
        ["leading lines"] = "\n\n  {\n  \"model\": \"opus\"\n}\n",
        ["tabs"] =
            "{\n\t\"permissions\": {\n\t\t\"allow\": [\"Read\"]\n\t},\n\t\"hooks\": {\n\t\t\"Stop\": [\n\t\t\t{\n"
            + "\t\t\t\t\"hooks\": []\n\t\t\t}\n\t\t]\n\t}\n}\n",
        ["four spaces"] =
            "{\n    \"hooks\": {\n        \"PostToolUse\": [\n            {\n                \"matcher\": \"Write\",\n"
            + "                \"hooks\": [{\"type\": \"command\", \"command\": \"true\"}]\n            }\n        ]\n    }\n}\n",
        ["windows line ends"] =
            "{\r\n  \"hooks\": {\r\n    \"PostToolUse\": [\r\n      {\r\n        \"hooks\": []\r\n      }\r\n    ]\r\n  },\r\n"
            + "  \"env\": {}\r\n}\r\n",
        ["byte order mark"] = "\uFEFF{\n  \"env\": {\"A\": \"1\"}\n}\n",
        ["byte order mark and CRLF"] = "\uFEFF{\r\n\t\"env\": {\"A\": \"1\"},\r\n\t\"hooks\": {}\r\n}",
        ["minified"] =
            """{"permissions":{"deny":["Bash(rm:*)"]},"hooks":{"PreToolUse":[{"matcher":"Bash","hooks":[{"type":"command","command":"x"}]}]},"z":1}""",
        ["minified without hooks"] = """{"a":1}""",
        ["one line with spaces"] = """{ "a": 1, "hooks": { "Stop": [ { "hooks": [ ] } ], "SessionEnd": [ ] } }""",
        ["empty hooks"] = "{\n  \"hooks\": {}\n}\n",
        ["empty hooks with a break"] = "{\n  \"hooks\": {\n  },\n  \"a\": 1\n}\n",
        ["empty event arrays"] =
            "{\n  \"hooks\": {\n    \"PreToolUse\": [],\n    \"PostToolUse\": [\n\n    ],\n    \"Stop\": [ ]\n  }\n}\n",
        ["hooks first"] =
            "{\n  \"hooks\": {\n    \"Stop\": [{\"hooks\": [{\"type\": \"command\", \"command\": \"a\"}]}]\n  },\n  \"z\": 0\n}\n",
        ["unknown keys"] =
            "{\n  \"$schema\": \"https://example.org/x.json\",\n  \"hooks\": {\n    \"_comment\": \"why\",\n"
            + "    \"preToolUse\": {},\n    \"PostToolUse\": [\n      {\n        \"description\": \"d\",\n"
            + "        \"hooks\": [{\"type\": \"command\", \"command\": \"x\", \"id\": 7}]\n      }\n    ]\n  }\n}\n",
        ["duplicate keys"] =
            "{\n  \"a\": 1,\n  \"hooks\": {\"PostToolUse\": [{\"hooks\": []}]},\n  \"a\": 2,\n  \"hooks\": {\n    \"Stop\": [],\n"
            + "    \"PreToolUse\": [],\n    \"Stop\": [{\"hooks\": []}],\n    \"PreToolUse\": []\n  }\n}\n",
        ["unicode"] = "{\n  \"naïve\": \"Ünïcödé 🚀 \\ud83d\\ude80 \\u0000 \\/ \u2028\",\n  \"\\u0068ooks\": {\"Stop\": []}\n}\n",
        ["numbers"] = "{\n  \"a\": 1.50,\n  \"b\": -0,\n  \"c\": 1E+400,\n  \"d\": 123456789012345678901234567890\n}\n",
        ["crooked"] =
            "{ \"a\" :1 ,\n\n\n     \"hooks\"\n:\n{\"PostToolUse\"  : [\n{  \"hooks\":[]}\n , {\"matcher\":\"X\",\n\"hooks\":[]}]   } }",
        ["element on the bracket's line"] = "{\n  \"hooks\": {\n    \"PostToolUse\": [{\n      \"hooks\": []\n    }]\n  }\n}\n",
        ["no indentation"] = "{\n\"a\": 1,\n\"hooks\": {\n\"Stop\": []\n}\n}\n",
        ["foreign handlers beside"] =
            "{\n  \"hooks\": {\n    \"PreToolUse\": [\n      {\n        \"matcher\": \"Bash\",\n        \"hooks\": [\n"
            + "          { \"type\": \"command\", \"command\": \"/bin/sh\", \"args\": [\"./hook\"] },\n"
            + "          { \"type\": \"prompt\", \"prompt\": \"hookrules-hook\" }\n        ]\n      }\n    ]\n  }\n}\n",
        ["deep"] = $"{{\"deep\":{new string('[', 1000)}{new string(']', 1000)},\n\"hooks\": {{}}}}",
    };

    public static IReadOnlyDictionary<string, string> All { get; } = Own.Concat(Corpus()).ToDictionary(StringComparer.Ordinal);

    public static TheoryData<string> Names => [.. All.Keys];

    private static IEnumerable<KeyValuePair<string, string>> Corpus() =>
        Repository.Above("shared/corpus") is { } folder
            ? Directory
                .GetFiles(Path.Combine(folder, "shared/corpus"), "*.json")
                .Order(StringComparer.Ordinal)
                .Select(file => KeyValuePair.Create(Path.GetFileName(file), File.ReadAllText(file)))
            : [];
}
