using System.Globalization;
using System.Text;
using System.Text.Json;
using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Engine;

namespace HookRules.Fuzz;

/// <summary>Conditions, compiled from their text, against an interpreter that was written from language.md alone.</summary>
internal sealed class ConditionTarget : Target
{
    private sealed record Meaning(string Text, Func<JsonElement, bool> Holds);

    private static readonly string[] Fields =
    [
        "tool_input.a",
        "tool_input.b.c",
        "tool_input.list[0]",
        "tool_input.list[1].a",
        "command",
        "session",
        "cwd",
        "tool",
        "file",
        "tool_input.n",
        "tool_input.b",
        "url",
        "tool_input.list",
    ];
    private static readonly string[] OpenFields = [.. Fields.Except(["session", "cwd", "tool", "file"])];
    private static readonly string[] Keys = ["a", "b", "c", "n", "list", "command", "file_path", "path", "url", "notebook_path"];
    private static readonly string[] Literals =
    [
        "a",
        "git push --force",
        "",
        "5",
        "true",
        "é",
        "aaa",
        "/home/dev/project/src/a.py",
        "b",
        "A",
    ];
    private static readonly string[] Numbers = ["5", "1", "0", "-1.5", "1e2", "100", "0.1"];
    private static readonly string[] Regexes = ["a", "^git\\s+push\\b", "(a|b)+$", "[^a]", "\\.py$", "force"];
    private static readonly string[] Globs = ["*.py", "src/**", "a", "**/a.*", "/src/*.py", "[ab]*"];

    public override string Name => "condition";

    public override string Promise =>
        "a condition holds for a payload where the interpreter says so, and what the plan's index asks for first holds too";

    public override Verdict Try(Choices choices, Attempt attempt)
    {
        var condition = Condition(choices, 0);
        var json =
            $"{{\"hook_event_name\":\"PreToolUse\",\"tool_name\":\"mcp__s__t\","
            + $"\"session_id\":\"{choices.Pick(["a", "5", "s1"])}\",\"cwd\":\"/home/dev/project\",\"tool_input\":{Input(choices)}}}";
        var text = $"on before mcp__s__t where {condition.Text} -> deny \"no\"\n";
        attempt.Input = text + json;
        var compilation = Compilation.Create(new SourceText("main.hookrules", text));
        if (compilation.HasErrors)
            return Verdict.Rejected;

        var payload = Payload.TryParse(Encoding.UTF8.GetBytes(json), out var problem);
        BrokenException.Unless(payload is not null, $"the payload is refused: {problem}");
        bool expected;
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 128 });
        try
        {
            expected = condition.Holds(document.RootElement);
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, which the interpreter's reader has no text for.
            return Verdict.Rejected;
        }

        var rule = compilation.Graph.Rules[0];
        var actual = !Router.Route(payload!, [rule], new RouteContext("/home/dev/project")).Matched.IsEmpty;
        BrokenException.Unless(actual == expected, $"the interpreter says otherwise: {expected} for {condition.Text}");
        BrokenException.Unless(
            !actual || Prefilters.Of(rule) is not { IsEmpty: false } filters || filters.Any(filter => filter.MayHold(payload!)),
            $"the plan's index loses the rule: {condition.Text}"
        );
        return Verdict.Accepted;
    }

    private static string Input(Choices choices) =>
        $"{{\"a\":{JsonInput.Value(choices, Keys, 2)},\"b\":{JsonInput.Value(choices, Keys, 2)},"
        + $"\"list\":[{JsonInput.Value(choices, Keys, 2)},{JsonInput.Object(choices, Keys, 2)}]"
        + (choices.OneIn(2) ? $",\"n\":{choices.Pick(Numbers)}" : "")
        + (choices.OneIn(2) ? $",\"command\":{JsonInput.Quoted(JsonInput.Text(choices))}" : "")
        + (
            choices.OneIn(2)
                ? $",\"{choices.Pick(["file_path", "path", "notebook_path"])}\":"
                    + $"{JsonInput.Quoted(choices.Pick(["/home/dev/project/src/a.py", "a.py", "src/b", "/elsewhere/a", "a"]))}"
                : ""
        )
        + "}";

    private static Meaning Condition(Choices choices, int depth)
    {
        // A field that holds texts alone cannot be compared with everything.
        var field = choices.OneIn(6) ? choices.Pick(Fields) : choices.Pick(OpenFields);
        switch (choices.Next(depth > 3 ? 10 : 14))
        {
            case 0:
                return new($"{field} exists", root => Find(root, field) is not null);
            case 1 or 2:
                var (shown, isEqual) = Literal(choices, field);
                return new($"{field} == {shown}", root => Find(root, field) is { } found && isEqual(found));
            case 3:
                var (other, isOther) = Literal(choices, field);
                return new($"{field} != {other}", root => Find(root, field) is { } found && !isOther(found));
            case 4:
                var number = choices.Pick(Numbers);
                var limit = double.Parse(number, CultureInfo.InvariantCulture);
                var (sign, compare) = choices.Pick<(string, Func<double, bool>)>([
                    ("<", x => x < limit),
                    ("<=", x => x <= limit),
                    (">", x => x > limit),
                    (">=", x => x >= limit),
                ]);
                return new(
                    $"{field} {sign} {number}",
                    root => Find(root, field) is { } found && found.ValueKind == JsonValueKind.Number && compare(Number(found))
                );
            case 5:
                var part = choices.Pick(Literals);
                return new(
                    $"{field} contains {JsonInput.Quoted(part)}",
                    root =>
                        Find(root, field) switch
                        {
                            { ValueKind: JsonValueKind.Array } items => items.EnumerateArray().Any(item => StringOf(item) == part),
                            { } found => StringOf(found)?.Contains(part, StringComparison.Ordinal) == true,
                            null => false,
                        }
                );
            case 6:
                var start = choices.Pick(Literals);
                return choices.OneIn(2)
                    ? new(
                        $"{field} starts with {JsonInput.Quoted(start)}",
                        root => Find(root, field) is { } found && StringOf(found)?.StartsWith(start, StringComparison.Ordinal) == true
                    )
                    : new(
                        $"{field} ends with {JsonInput.Quoted(start)}",
                        root => Find(root, field) is { } found && StringOf(found)?.EndsWith(start, StringComparison.Ordinal) == true
                    );
            case 7:
                var several = Enumerable.Range(0, choices.Between(1, 3)).Select(_ => Literal(choices, field)).ToArray();
                return new(
                    $"{field} in ({string.Join(", ", several.Select(one => one.Shown))})",
                    root => Find(root, field) is { } found && several.Any(one => one.IsEqual(found))
                );
            case 8:
                var regex = choices.Pick(Regexes);
                var reference = new RegexReference(regex, "");
                return new($"{field} matches /{regex}/", root => Find(root, field) is { } found && reference.IsMatch(Shown(found)));
            case 9:
                var glob = choices.Pick(Globs);
                return new($"{field} glob \"{glob}\"", root => Find(root, field) is { } found && GlobHolds(glob, Shown(found)));
            case 10:
                var term = Condition(choices, depth + 1);
                return new(
                    $"not {(term.Text.Contains(' ', StringComparison.Ordinal) ? $"({term.Text})" : term.Text)}",
                    root => !term.Holds(root)
                );
            case 11:
                var (one, two, three) = (Condition(choices, depth + 1), Condition(choices, depth + 1), Condition(choices, depth + 1));
                // "and" binds tighter than "or".
                return new($"({one.Text} or {two.Text} and {three.Text})", root => Or(root, Tight(one), Tight(two), three));
            case 12:
                var (left, right) = (Condition(choices, depth + 1), Condition(choices, depth + 1));
                return new($"({left.Text}) and ({right.Text})", root => left.Holds(root) && right.Holds(root));
            default:
                var (a, b) = (Condition(choices, depth + 1), Condition(choices, depth + 1));
                return new($"(({a.Text}) or ({b.Text}))", root => a.Holds(root) || b.Holds(root));
        }

        static Meaning Tight(Meaning meaning) => meaning;

        static bool Or(JsonElement root, Meaning one, Meaning two, Meaning three) =>
            one.Holds(root) || (two.Holds(root) && three.Holds(root));
    }

    private static (string Shown, Func<JsonElement, bool> IsEqual) Literal(Choices choices, string field)
    {
        switch (choices.Next(4))
        {
            case 0:
                var number = choices.Pick(Numbers);
                var value = double.Parse(number, CultureInfo.InvariantCulture);
                return (
                    number,
                    found =>
                        found.ValueKind == JsonValueKind.Number ? Number(found) == value : IsTextField(field) && StringOf(found) == number
                );
            case 1:
                var flag = choices.OneIn(2);
                return (
                    flag ? "true" : "false",
                    found =>
                        found.ValueKind == (flag ? JsonValueKind.True : JsonValueKind.False)
                        || (IsTextField(field) && StringOf(found) == (flag ? "true" : "false"))
                );
            default:
                var text = choices.Pick(Literals);
                return (JsonInput.Quoted(text), found => StringOf(found) == text);
        }
    }

    // In a field that holds texts alone a number is a text: these are such fields of every event.
    private static bool IsTextField(string field) => field is "session" or "cwd" or "tool";

    private static double Number(JsonElement found) => double.Parse(found.GetRawText(), CultureInfo.InvariantCulture);

    private static string? StringOf(JsonElement found) => found.ValueKind == JsonValueKind.String ? found.GetString() : null;

    /// <summary>A string's value, any other JSON as it stands there.</summary>
    private static string Shown(JsonElement found) => StringOf(found) ?? found.GetRawText();

    private static bool GlobHolds(string glob, string path)
    {
        const string Project = "/home/dev/project/";
        if (!glob.Contains('/', StringComparison.Ordinal))
            return GlobReference.IsMatch(glob, path);
        var parts = new Stack<string>();
        foreach (var part in (path.StartsWith('/') ? path : Project + path).Split('/'))
        {
            if (part == "..")
                parts.TryPop(out _);
            else if (part is not ("" or "."))
                parts.Push(part);
        }

        var full = "/" + string.Join('/', parts.Reverse());
        return full.StartsWith(Project, StringComparison.Ordinal) && GlobReference.IsMatch(glob, full[Project.Length..]);
    }

    private static JsonElement? Find(JsonElement root, string field)
    {
        field = field switch
        {
            "command" => "tool_input.command",
            "session" => "session_id",
            "tool" => "tool_name",
            "url" => "tool_input.url",
            _ => field,
        };
        if (field == "file")
        {
            foreach (var name in new[] { "file_path", "notebook_path", "path" })
                if (Find(root, $"tool_input.{name}") is { ValueKind: JsonValueKind.String } file)
                    return file;
            return null;
        }

        var at = root;
        foreach (var step in field.Replace("[", ".[", StringComparison.Ordinal).Split('.'))
        {
            if (step[0] == '[')
            {
                var index = int.Parse(step[1..^1], CultureInfo.InvariantCulture);
                if (at.ValueKind != JsonValueKind.Array || index >= at.GetArrayLength())
                    return null;
                at = at[index];
            }
            else
            {
                // Of keys that stand there twice JavaScript takes the last.
                if (
                    at.ValueKind != JsonValueKind.Object
                    || at.EnumerateObject().LastOrDefault(member => member.Name == step)
                        is not { Value.ValueKind: not JsonValueKind.Undefined } member
                )
                    return null;
                at = member.Value;
            }
        }

        return at.ValueKind == JsonValueKind.Null ? null : at;
    }
}
