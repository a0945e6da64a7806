using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using HookRules.Compiler;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Engine;
using HookRules.LanguageServer.Files;
using HookRules.LanguageServer.Protocol;
using HookRules.Simulation.Cases;

namespace HookRules.LanguageServer.Answers;

/// <summary>What stands above a rule: how many cases reach it, a way to simulate it, how often it ran today. The numbers are made for the
/// rules that the editor shows.</summary>
internal sealed class CodeLenses(ServerContext context)
{
    private const string Cases = "cases",
        Simulate = "simulate",
        Runs = "runs";

    private Facts? last;

    public static JsonArray Of(ProjectView project)
    {
        var file = project.File;
        if (file.Kind != FileKind.Rules || file.Path is null)
            return [];
        return Fields.Array(
            from rule in file.Syntax.Statements.OfType<RuleSyntax>()
            let at = rule.Name?.Span ?? rule.Trigger.Span
            from kind in new[] { Cases, Simulate, Runs }
            select new JsonObject
            {
                ["range"] = file.Lines.ToJson(at.Start, at.End),
                ["data"] = new JsonObject
                {
                    ["uri"] = file.Uri,
                    ["kind"] = kind,
                    ["line"] = file.Source.Locate(at).Line,
                },
            }
        );
    }

    public JsonNode? Resolve(OpenFiles files, JsonElement? lens)
    {
        var data = lens.Member("data");
        var range = lens.Member("range");
        if (range.Place("start") is not { } start || range.Place("end") is not { } end)
            return null;
        var answer = new JsonObject { ["range"] = Fields.Range(start.Line, start.Character, end.Line, end.Character) };
        if (files.Find(data.Text("uri")) is { Kind: FileKind.Rules, Path: not null } file && data.Number("line") is { } line)
        {
            var facts = FactsOf(file, files);
            var rule = facts.Rules.GetValueOrDefault(line);
            var (title, command) = data.Text("kind") switch
            {
                Cases => (rule is null ? "cases" : Counted(facts.CasesOf(rule), "case"), "hookrules.test"),
                Simulate => ("simulate", "hookrules.simulate"),
                _ => (rule is null ? "runs" : $"{Counted(facts.Runs.GetValueOrDefault(rule.Id), "run")} today", "hookrules.status"),
            };
            answer["command"] = new JsonObject
            {
                ["title"] = title,
                ["command"] = command,
                ["arguments"] = new JsonArray(file.Uri, rule?.Name ?? rule?.Id, rule?.Event),
            };
        }

        return answer;
    }

    private static string Counted(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";

    private Facts FactsOf(OpenFile file, OpenFiles files)
    {
        if (last is { } known && ReferenceEquals(known.File, file) && ReferenceEquals(known.Files, files))
            return known;
        var compilation = files.Compiled(file, context).Compilation;
        var cases = new ProjectNames(files, context).CasesOf(file).SelectMany(one => CaseFiles.Read(one.Source, []));
        return last = new Facts(
            file,
            files,
            compilation
                .Graph.Rules.Where(rule => rule.Source.File == compilation.Sources[0].Path)
                .DistinctBy(rule => rule.Source.Line)
                .ToDictionary(rule => rule.Source.Line),
            [.. cases.OfType<EventCase>().Select(one => CaseJudge.Payload(one))],
            context.RunsToday(ProjectFiles.Of(file.Path!, context.Home).ProjectDir)
        );
    }

    /// <summary>What is known about one state of the files.</summary>
    private sealed record Facts(
        OpenFile File,
        OpenFiles Files,
        Dictionary<int, Rule> Rules,
        ImmutableArray<Payload> Cases,
        IReadOnlyDictionary<string, int> Runs
    )
    {
        public int CasesOf(Rule rule) => Cases.Count(payload => Router.Match(payload, [rule], CaseJudge.Context).Length > 0);
    }
}
