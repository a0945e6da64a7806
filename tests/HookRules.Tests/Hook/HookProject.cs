using System.Text;
using HookRules.Engine;
using HookRules.Tests.Runtime;
using Shouldly;

namespace HookRules.Tests.Hook;

/// <summary>A temporary project with a compiled plan, and the real native hook to drive over it.</summary>
internal sealed class HookProject : IDisposable
{
    private static readonly Lazy<string> Runtime = new(() =>
    {
        var built = RealProcess.Run(Repository.PathOf(".config", "build", "build-runtime"), [], environment: Everything(), seconds: 600);
        built.ExitCode.ShouldBe(0, built.Stderr);
        return Repository.PathOf(".build", "runtime");
    });

    private static readonly SourceRef Place = new("main.hookrules", 7, 1, 7, 20);

    public HookProject(params Rule[] rules)
        : this(new GraphSettings { Consumer = ConsumerMode.Manual }, rules) { }

    public HookProject(GraphSettings settings, params Rule[] rules)
        : this(
            new RuleGraph
            {
                Sources = [new SourceFile("main.hookrules", "00")],
                Settings = settings,
                Rules = [.. rules],
                Actions = [.. Actions],
            }
        ) { }

    public HookProject(RuleGraph graph)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PlanPath)!);
        (var text, Hash) = RuleGraphJson.Write(graph, "0.1.0");
        using var file = File.Create(PlanPath);
        file.Write(text);
    }

    /// <summary>Folder with <c>hookrules-hook</c> and <c>hookrules</c>, built once for all tests and rebuilt where sources
    /// changed.</summary>
    public static string RuntimeFolder => Runtime.Value;

    public string Root { get; } = Directory.CreateTempSubdirectory("hookrules hook-").FullName;

    public string Folder => Directory.CreateDirectory(Path.Combine(Root, "my project")).FullName;

    public string PlanPath => Path.Combine(Folder, ".claude", "hookrules", "plan.json");

    public string Hash { get; }

    public StateFolder State => StateFolder.Locate(Folder, name => name == "XDG_STATE_HOME" ? StateHome : null);

    public string StateHome => Path.Combine(Root, "state");

    public string[] Queued =>
        Directory.Exists(State.Spool("new"))
            ? [.. Directory.GetFiles(State.Spool("new")).Order(StringComparer.Ordinal).Select(File.ReadAllText)]
            : [];

    public string[] Errors => File.Exists(State.Errors) ? File.ReadAllLines(State.Errors) : [];

    /// <summary>Further variables of the hook.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    public Dictionary<string, string> Environment =>
        new(Variables)
        {
            ["CLAUDE_PROJECT_DIR"] = Folder,
            ["XDG_STATE_HOME"] = StateHome,
            ["XDG_RUNTIME_DIR"] = Path.Combine(Root, "run"),
            ["HOME"] = Path.Combine(Root, "home"),
        };

    public ProcessResult Run(string payload, params string[] more) =>
        Run(Encoding.UTF8.GetBytes(payload), ["--plan", PlanPath, "--plan-hash", Hash, "--event", "PreToolUse", .. more]);

    public ProcessResult Run(byte[] payload, string[] args) =>
        RealProcess.Run(Path.Combine(RuntimeFolder, "hookrules-hook"), args, payload, Environment, "/");

    public static string Payload(string @event, string more = "", string session = "s1") =>
        $$"""{"session_id":"{{session}}","cwd":"/tmp","hook_event_name":"{{@event}}"{{(more.Length > 0 ? "," + more : "")}}}""";

    /// <summary>What the hook would queue of a payload.</summary>
    public Envelope Event(string payload, DateTimeOffset? now = null) =>
        Envelope.Create(now ?? TimeProvider.System.GetUtcNow(), Hash, Folder, PlanPath, Encoding.UTF8.GetBytes(payload));

    public static string Bash(string command, string session = "s1") =>
        Payload(
            "PreToolUse",
            $$"""
            "tool_name":"Bash","tool_input":{"command":{{System.Text.Json.JsonSerializer.Serialize(command)}}}
            """.Trim(),
            session
        );

    public static Rule Rule(string @event, string name) =>
        new()
        {
            Id = name,
            Name = name,
            Event = @event,
            Source = Place,
        };

    public static Rule Guard(string text = "no", DecisionKind kind = DecisionKind.Deny) =>
        Rule("PreToolUse", "guard") with
        {
            Matcher = new Matcher.Names(["Bash"]),
            Decisions = [new DecisionStep(kind, Template.Parse(text))],
        };

    public static Rule Audited(string @event = "PreToolUse") =>
        Rule(@event, "audited") with
        {
            Stages = [new Stage([Use("audited", "audit")])],
        };

    public static Rule Sync(string @event, string script, BranchOptions? options = null) =>
        Rule(@event, "synced") with
        {
            Sync = [new Branch("synced/" + script, script, options ?? BranchOptions.Default)],
        };

    public void Dispose() => Eventually.Removed(Root);

    private static Branch Use(string rule, string action) => new($"{rule}/{action}", action, BranchOptions.Default);

    private static IEnumerable<ActionDefinition> Actions =>
        [
            new("audit", new Handler.Log(new TextValue.Text(Template.Literal("audit.jsonl"))), Place),
            new("says-no", new Handler.Shell("cat >/dev/null; echo 'not today' >&2; exit 2"), Place),
            new("fails", new Handler.Shell("echo broken >&2; exit 3"), Place),
            new("finds", new Handler.Shell("printf 'coverage 71%%\r\nis below 90%%\n'; echo FAIL >&2; exit 1"), Place),
            new("chatters", new Handler.Shell("seq 100000; echo the end; echo and why >&2; exit 1"), Place),
            new("leaks", new Handler.Shell("echo \"with $DEPLOY_TOKEN\"; echo \"not $DEPLOY_TOKEN\" >&2; exit 3"), Place),
            new("hangs", new Handler.Shell("sleep 60"), Place),
            new("refuses", new Handler.Shell("cat >/dev/null; exit 2"), Place),
            new("stops", new Handler.Shell("""cat >/dev/null; echo '{"continue":false}' """), Place),
            new("echoes", new Handler.Shell("""printf '{"systemMessage":"%s bytes"}' "$(wc -c | tr -d ' ')" """), Place),
            new(
                "rewrites",
                new Handler.Shell(
                    """printf '{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"allow","updatedInput":{"command":"ls"}}}'"""
                ),
                Place
            ),
            new("talks", new Handler.Shell("echo 'plain words'"), Place),
        ];

    private static Dictionary<string, string> Everything()
    {
        var all = new Dictionary<string, string>();
        foreach (System.Collections.DictionaryEntry variable in System.Environment.GetEnvironmentVariables())
            all[(string)variable.Key] = (string)variable.Value!;
        // dotnet test sets these for itself; a build inside must not inherit them.
        foreach (
            var name in all
                .Keys.Where(name =>
                    name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || name is "TESTINGPLATFORM_DOTNETTEST_EXECUTIONID"
                )
                .ToList()
        )
            all.Remove(name);
        return all;
    }
}
