using System.Collections.Immutable;
using HookRules.Compiler.Rules.Format;
using HookRules.Compiler.Settings.Json;
using HookRules.Engine;
using static HookRules.Compiler.Import.HookScript;

namespace HookRules.Compiler.Import;

/// <summary>What the script of one handler comes to as a rule: its patterns and condition, and its step.</summary>
internal sealed class HookScriptRule(FoundHandler handler)
{
    /// <summary>Names that people give the file of the event, and nobody sets.</summary>
    private static readonly string[] Ghosts =
    [
        .. "CLAUDE_FILE_PATH CLAUDE_FILE_PATHS FILE_PATH FILE_PATHS FILEPATH FILE file_path filepath file 1".Split(' '),
        .. "CLAUDE_TOOL_INPUT_FILE_PATH TOOL_INPUT_FILE_PATH EDITED_FILE CHANGED_FILE MODIFIED_FILE".Split(' '),
    ];

    private static readonly string[] Players = ["afplay", "paplay", "aplay", "play", "say", "spd-say", "canberra-gtk-play"];

    private static readonly string[] Starters =
    [
        .. "npx bunx pnpm yarn npm bun uv poetry pipenv bundle exec run dlx x python3 python -m -s --silent go cargo mix dotnet php".Split(
            ' '
        ),
    ];

    /// <summary>Programs and scripts that look at files or set them right, and tell nobody but who reads them.</summary>
    private static readonly string[] Checkers =
    [
        .. "eslint prettier tsc ruff black isort mypy pyright pylint flake8 gofmt goimports golangci-lint vet fmt clippy check".Split(' '),
        .. "rustfmt rubocop stylelint biome oxlint shellcheck shfmt yamllint markdownlint swiftformat swiftlint ktlint".Split(' '),
        .. "clang-format php-cs-fixer phpstan format lint lint:fix typecheck type-check test tests pytest vitest jest standard".Split(' '),
    ];

    private readonly Dictionary<string, Source> variables = new(StringComparer.Ordinal);
    private readonly List<Test> tests = [];
    private readonly List<HookScript> done = [];
    private readonly List<Word> told = [];
    private readonly List<Word> printed = [];
    private bool inputIsRead;
    private bool refuses;
    private bool isOver;
    private string? ghost;

    /// <summary>Null where no rule says it.</summary>
    public static (string Globs, string Where, string Step, string? Said)? Of(FoundHandler handler, string script) =>
        HookScriptGrammar.Read(script) is { } statements ? new HookScriptRule(handler).Write(statements) : null;

    private (string, string, string, string?)? Write(ImmutableArray<HookScript> statements)
    {
        if (!Walk(statements) || Steps() is not { } step)
            return null;
        List<string> globs = [];
        List<string> conditions = [];
        foreach (var test in tests)
        {
            if (IsAside(test))
                continue;
            if (HookScriptFilter.Globs(test, FieldOf) is { } some && globs.Count == 0)
                globs.Add(some);
            else if (HookScriptFilter.Where(test, FieldOf) is { } condition)
                conditions.Add(condition);
            else
                return null;
        }

        if (conditions.Count > 1)
            conditions = [.. conditions.Select(one => one.Contains(" or ", StringComparison.Ordinal) ? $"({one})" : one)];
        var where = conditions.Count == 0 ? "" : $" where {string.Join(" and ", conditions)}";
        return (
            globs.Count > 0 ? globs[0] : "",
            where,
            step,
            ghost is null ? null : $"repaired: nothing sets ${ghost}; the event's file is meant"
        );
    }

    private bool Walk(ImmutableArray<HookScript> statements)
    {
        foreach (var statement in statements)
        {
            if (isOver && statement is not Exit { Code: "0" or "-" })
                return false;
            switch (statement)
            {
                case Assign assign:
                    if (
                        assign.Value is Source.Field { From: null } or Source.Event && !TakeInput()
                        || Resolved(assign.Value) is not { } value
                    )
                        return false;
                    variables[assign.Name] = value;
                    break;
                case Require require:
                    if (done.Count > 0 || !Takes(require.Asked))
                        return false;
                    Add(require.Asked);
                    break;
                case If conditional:
                    if (done.Count > 0 || told.Count > 0 || printed.Count > 0 || !Takes(conditional.Asked))
                        return false;
                    Add(conditional.Asked);
                    if (!Walk(conditional.Then))
                        return false;
                    isOver = true;
                    break;
                case Read read:
                    if (read.From is Source.Field { From: null } && !TakeInput() || Resolved(read.From) is not { } source)
                        return false;
                    variables[read.Name] = source;
                    if (!Walk(read.Body))
                        return false;
                    isOver = true;
                    break;
                case Say say:
                    (say.IsError ? told : printed).Add(say.Text);
                    break;
                case Exit { Code: "2" }:
                    refuses = isOver = true;
                    break;
                case Exit { Code: "0" }:
                    isOver = true;
                    break;
                case Exit { Code: "1" }:
                    return false;
                case Exit:
                    break;
                default:
                    done.Add(statement);
                    break;
            }
        }

        return true;
    }

    private void Add(Test test)
    {
        if (test is Test.Both both)
        {
            Add(both.One);
            Add(both.Other);
        }
        else
            tests.Add(test);
    }

    /// <summary>Standard input can be read once.</summary>
    private bool TakeInput() => !inputIsRead && (inputIsRead = true);

    private bool Takes(Test test) =>
        test switch
        {
            Test.Not not => Takes(not.Inner),
            Test.Both both => Takes(both.One) && Takes(both.Other),
            Test.Either either => Takes(either.One) && Takes(either.Other),
            Test.Grep { Text: Source.Field { From: null } }
            or Test.Like { Text: Source.Field { From: null } }
            or Test.Matches { Text: Source.Field { From: null } }
            or Test.Given { Text: Source.Field { From: null } } => TakeInput(),
            _ => true,
        };

    private Source? Resolved(Source source) =>
        source switch
        {
            Source.Field { From: { } from } field => variables.GetValueOrDefault(from) is Source.Event ? field with { From = null } : null,
            Source.Variable variable => variables.GetValueOrDefault(variable.Name),
            _ => source,
        };

    /// <summary>The path of the field that a word or variable holds; null for anything else.</summary>
    private string? FieldOf(Source source)
    {
        if (source is Source.Variable { Name: var name } && !variables.ContainsKey(name) && Ghosts.Contains(name))
        {
            ghost = name;
            return "file";
        }

        return Resolved(source) is Source.Field field ? HookScriptFilter.Path(field.Filter, handler.Event.Name) : null;
    }

    /// <summary>A look whether there is anything to do changes nothing of what a rule does; but a guard that asks for a file refuses only
    /// where it is there.</summary>
    private bool IsAside(Test test) =>
        test switch
        {
            Test.Given { Text: null } => true,
            Test.Given { Text: { } text, IsFile: var isFile } => FieldOf(text) is not null && !(isFile && refuses),
            Test.Not { Inner: Test.Not { Inner: Test.Given given } } => IsAside(given),
            Test.Both both => IsAside(both.One) && IsAside(both.Other),
            _ => false,
        };

    private string? Steps()
    {
        if (refuses)
            return done.Count == 0 && printed.Count == 0 ? Refusal() : null;
        if (done.Count == 0)
            return told.Count == 0 && printed is [var only] ? Printed(only) : null;
        if (told.Count > 0 || printed.Count > 0 || done.Skip(1).Any(next => next is not Run || !next.IsAfterAnd))
            return null;
        var steps = done.Select(Step).ToList();
        return steps.Contains(null) ? null : string.Join(" -> ", steps);
    }

    private string? Refusal()
    {
        if (!handler.Event.ExitTwoBlocks)
            return null;
        var text = told.Count == 0 ? "Not allowed here." : string.Join('\n', told.Select(Template));
        return told.Exists(word => Template(word) is null) || text.Length == 0 ? null : $"refuse {TextLayout.Quote(text.Trim())}";
    }

    private string? Printed(Word word)
    {
        if (word.IsPlain && word.Text.TrimStart().StartsWith('{'))
            return Answer(word.Text);
        return handler.Event.PlainStdout && handler.Event.Name != "PreCompact" && word.Text.Any(char.IsLetter) && Template(word) is { } text
            ? $"context {TextLayout.Quote(text.Trim())}"
            : null;
    }

    /// <summary>JSON that always says the same.</summary>
    private string? Answer(string text)
    {
        if (JsonText.TryParse(text, out _) is not { Root.Kind: JsonTextKind.Object } json)
            return null;
        var members = json
            .Root.Children.Where(member => member.Name != "suppressOutput")
            .ToDictionary(member => member.Name!, member => member.Value);
        string? Said(JsonTextNode? node) => node is null ? null : Quoted(json.StringOf(node));
        if (members.Count == 1 && members.TryGetValue("systemMessage", out var message))
            return Said(message) is { } warning ? $"warn {warning}" : null;
        if (members.Count == 2 && members.TryGetValue("decision", out var decision) && members.TryGetValue("reason", out var reason))
            return json.StringOf(decision) == "block" && Said(reason) is { } why ? $"refuse {why}" : null;
        if (
            members.Count != 1
            || !members.TryGetValue("hookSpecificOutput", out var output)
            || json.StringOf(output["hookEventName"]) != handler.Event.Name
        )
            return null;
        var word = json.StringOf(output["permissionDecision"]);
        return output.Children.Count switch
        {
            2 => Said(output["additionalContext"]) is { } context ? $"context {context}" : null,
            3 when word is "deny" or "ask" => Said(output["permissionDecisionReason"]) is { } why ? $"{word} {why}" : null,
            _ => null,
        };
    }

    private static string? Quoted(string? text) => text is { Length: > 0 } ? TextLayout.Quote(Braces(text)) : null;

    private string? Step(HookScript statement) =>
        statement switch
        {
            Run run => RunStep(run),
            Append append => Log(append),
            Notify notify when Template(notify.Text) is { Length: > 0 } text =>
                $"notify {TextLayout.Quote(text)}{(notify.HasSound ? " sound" : "")}",
            Post post => $"slack env.{post.Variable} {Quoted(post.Text)}",
            _ => null,
        };

    private string? RunStep(Run run)
    {
        List<string> words = [];
        foreach (var word in run.Words)
        {
            if (Template(word) is not { Length: > 0 } text || text.AsSpan().ContainsAny("~$\n"))
                return null;
            words.Add(text.AsSpan().ContainsAny(" '\"\\") || (word.IsPlain && text.Contains('{')) ? ShellQuoting.Quote(text) : text);
        }

        var names = run.Words.Where(word => word.IsPlain).Select(word => word.Text).ToList();
        var program = names.Find(name => !Starters.Contains(name)) ?? "";
        var takesFile = run.Words.Any(word => !word.IsPlain);
        var isPlayer = Players.Contains(names[0]);
        var isChecker =
            Checkers.Contains(program[(program.LastIndexOf('/') + 1)..]) || (names[0] == "make" && names.Skip(1).All(Checkers.Contains));
        var where = handler.Event.Name;
        if (
            takesFile ? where != "PostToolUse"
            : isPlayer ? !Silent.Contains(where)
            : !isChecker || !Checked.Contains(where)
        )
            return null;
        var how =
            !run.Blocks ? ""
            : where is "Stop" or "SubagentStop" ? " sync closed"
            : " feedback";
        return $"run {TextLayout.Quote(string.Join(' ', words))}{how}{Idioms.Timeout(handler)}";
    }

    private static readonly string[] Silent = ["Notification", "Stop", "SubagentStop", "SessionEnd", "PermissionRequest", "SessionStart"];

    private static readonly string[] Checked = ["PostToolUse", "PostToolBatch", "Stop", "SubagentStop"];

    private string? Log(Append append)
    {
        var file = append.File.StartsWith("$PROJECT/", StringComparison.Ordinal) ? append.File[9..] : append.File;
        if (
            file.Length == 0
            || file.AsSpan().ContainsAny("${}")
            || (file.Contains('~') && !file.StartsWith("~/", StringComparison.Ordinal))
        )
            return null;
        var text = append switch
        {
            { Field: Source.Event } => "",
            { Field: Source.Field field } => HookScriptFilter.Line(field.Filter, handler.Event.Name),
            { Text: { } word } => Template(word),
            _ => null,
        };
        return text is null ? null
            : text.Length == 0
                ? append.Field is null ? null
                    : $"log {TextLayout.Quote(file)}"
            : $"log {TextLayout.Quote(file)} {TextLayout.Quote(text)}";
    }

    /// <summary>With the fields of the event in place of variables; null where one is none.</summary>
    private string? Template(Word word)
    {
        var parts = word.Pieces.Select(piece =>
            piece.Source is null ? Braces(piece.Text)
            : FieldOf(piece.Source) is { } field ? $"{{{(field == "command" ? "tool_input.command" : field)}}}"
            : null
        );
        return parts.ToList() is var all && all.Contains(null) ? null : string.Concat(all);
    }

    private static string Braces(string text) =>
        text.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal);
}
