using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;

namespace HookRules.Fuzz;

/// <summary>The YAML form, from the text to the plan.</summary>
internal sealed class YamlTarget : TextTarget
{
    private static readonly string[] Words =
    [
        "version: 1",
        "rules:",
        "actions:",
        "  - ",
        "- on Stop -> x",
        "name: ",
        "on: ",
        "where: ",
        "do: ",
        "{ run: x }",
        "[a, b]",
        "&a ",
        "*a",
        "!!str ",
        "!t ",
        "<<: *a",
        "|",
        ">-",
        "|2+",
        "? ",
        "---",
        "...",
        "%YAML 1.2",
        "# c",
        "\n  ",
        "\n    ",
        "\t",
        "'it''s'",
        "\"\\x41\"",
        "\"\\u00e9",
        "~",
        "0x1F",
        "0o17",
        ".inf",
        "yes",
        "on",
        "2001-01-01",
        "use: [std/x]",
        "let: { a: b }",
        "dedup: 1s",
        "timeout: 5s",
        "retry: 3",
        "{deny: \"Force: no\"}",
        "- { on: before Bash, do: { deny: x } }",
        "\r\n",
        "\u0085",
        "\u2028",
        "\u0000",
        "queue: file",
        "consumer: auto",
        "durability: fsync",
        "requires: claude-code >= 2.1.0",
        "on-failure: ",
        "then: ",
        "sync: true",
        "by: [file]",
    ];

    public override string Name => "yaml";

    public override string Promise => "as for rules";

    public override string? Missing { get; } =
        Compilation.Create(new SourceText("hookrules.yaml", "version: 1\nrules: []\n")).HasErrors ? "YAML files are not read yet" : null;

    public override TimeBound Time => RulesCheck.Time;

    public override string Make(Choices choices)
    {
        var text = choices.Next(8) switch
        {
            0 => string.Concat(
                Enumerable.Range(0, choices.Between(1, 12)).Select(_ => choices.Pick(Words) + choices.Pick(["", " ", "\n", "\n  "]))
            ),
            1 => File(choices),
            2 or 3 => Sound(choices),
            4 or 5 => Mutation.Of(choices.OneIn(2) ? File(choices) : Sound(choices), choices, Words),
            _ => Mutation.Of(choices.Pick(Corpus.Yaml), choices, Words, 6),
        };
        if (choices.OneIn(1500) && text.Length > 0)
            text = Mutation.Pumped(text, choices);
        return Mutation.Utf8(text);
    }

    public override Verdict Check(string text) => RulesCheck.Of("hookrules.yaml", text);

    private static string File(Choices choices)
    {
        var rules = Enumerable
            .Range(0, choices.Between(1, 3))
            .Select(_ =>
                choices.Next(4) switch
                {
                    0 => $"  - on {choices.Pick(["Stop", "Write *.py", "before Bash", "after Edit|Write"])} -> "
                        + $"{choices.Pick(["a", "run \"x\"", "deny \"no\"", "a -> b, dedup 1s"])}\n",
                    1 => $"  - name: {choices.Pick(["x", "y z", "'q'", "5"])}\n"
                        + $"    on: {choices.Pick(["before Bash", "\"Write *.py\"", "[Write]", "{ event: Stop }"])}\n"
                        + $"    where: {Scalar(choices, RulesInput.Condition(choices))}\n"
                        + "    do: "
                        + $"{choices.Pick(["a", "[a, b]", "{ deny: \"no: x\" }", "[[a], [b]]", "{ ask: y, timeout: 5s }"])}\n",
                    2 => $"  - {{ on: {choices.Pick(["Stop", "\"after Write\""])}, do: "
                        + $"{choices.Pick(["a", "{ log: x.jsonl }", "{ http: { method: POST, url: env.X, json: payload } }"])}, "
                        + $"{choices.Pick(["dedup: 1s", "sync: true", "retry: 2", "nosuch: 1"])} }}\n",
                    _ => $"  - {Scalar(choices, $"on before Bash where {RulesInput.Condition(choices)} -> deny \"no\"")}\n",
                }
            );
        var actions = choices.OneIn(3)
            ? ""
            : "actions:\n  a: "
                + choices.Pick(["{ run: \"x {file}\" }", "{ run: [x, -q] , timeout: 5s }", "{ shell: 'a' }", "run x", "{ log: \"x\" }"])
                + "\n  b: { notify: done } # why\n";
        return $"version: {choices.Pick(["1", "2", "'1'", "one"])}\n{actions}rules:\n{string.Concat(rules)}";
    }

    public static string Sound(Choices choices)
    {
        var text = new System.Text.StringBuilder("version: 1\nactions:\n  a: { run: [x, \"{cwd}\"], timeout: 5s } # why\nrules:\n");
        for (var count = choices.Between(1, 3); count > 0; count--)
        {
            var (trigger, where, word, said) = RulesInput.SoundParts(choices);
            if (choices.OneIn(3))
                text.Append("  # a comment\n");
            if (choices.OneIn(2))
                text.Append(
                    $"  - {Scalar(choices, $"on {trigger}{(where is null ? "" : $" where {where}")} -> {word} {said}, a", quoted: true)}\n"
                );
            else
                text.Append(
                    $"  - {(choices.OneIn(3) ? $"name: r{count}\n    " : "")}on: {Scalar(choices, trigger, quoted: true)}\n"
                        + $"{(where is null ? "" : $"    where: {Scalar(choices, where, quoted: true)}\n")}    do: [{{ {word}: {said} "
                        + "}, a]\n"
                );
        }

        return text.ToString();
    }

    private static string Scalar(Choices choices, string text, bool quoted = false) =>
        choices.Next(3) switch
        {
            0 => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'",
            1 when !quoted => text,
            _ => JsonInput.Quoted(text),
        };
}
