using System.Collections.Immutable;
using System.Text.Json;
using HookRules.Engine;

namespace HookRules.Compiler.Packs;

/// <summary>What rules may do on a machine and with its data: what somebody wants to know before they take a pack over.</summary>
internal sealed record PackAbilities
{
    /// <summary>Programs and scripts that are started, as they are written; those that Claude Code waits for say so.</summary>
    public ImmutableArray<string> Commands { get; private init; } = [];

    /// <summary>Hosts that are sent something or that a command names, or <c>env.NAME</c> where a variable holds the address.</summary>
    public ImmutableArray<string> Hosts { get; private init; } = [];

    /// <summary>Files that events are appended to.</summary>
    public ImmutableArray<string> LogFiles { get; private init; } = [];

    /// <summary>Environment variables that are read or handed on.</summary>
    public ImmutableArray<string> Variables { get; private init; } = [];

    /// <summary>Kinds of Claude Code's own handlers that need a model or a server: prompt, agent, mcp_tool.</summary>
    public ImmutableArray<string> NativeHandlers { get; private init; } = [];

    /// <summary>How often it decides, by kind: deny, ask, …</summary>
    public ImmutableArray<KeyValuePair<string, int>> Decisions { get; private init; } = [];
    public bool Notifies { get; private init; }
    public int Rules { get; private init; }

    public static PackAbilities Of(RuleGraph graph)
    {
        var found = new Found();
        var awaited = graph.Rules.SelectMany(rule => rule.Sync).Select(branch => branch.Action).ToHashSet(StringComparer.Ordinal);
        foreach (var action in graph.Actions)
            found.Add(action.Handler, awaited.Contains(action.Name) ? " (Claude Code waits)" : "");
        foreach (var rule in graph.Rules)
            found.Add(rule);
        return new PackAbilities
        {
            Commands = [.. found.Commands.Order(StringComparer.Ordinal)],
            Hosts = [.. found.Hosts.Order(StringComparer.Ordinal)],
            LogFiles = [.. found.LogFiles.Order(StringComparer.Ordinal)],
            Variables = [.. found.Variables.Order(StringComparer.Ordinal)],
            NativeHandlers = [.. found.Natives.Order(StringComparer.Ordinal)],
            Decisions = [.. found.Decisions.OrderBy(decision => decision.Key, StringComparer.Ordinal)],
            Notifies = found.Notifies,
            Rules = graph.Rules.Length,
        };
    }

    /// <summary>In one line: <c>runs 3 commands, 1 network host, denies and asks</c>.</summary>
    public string Summary
    {
        get
        {
            var hosts = Hosts.Length > 0 ? $"{(Commands.Length > 0 ? "" : "sends to ")}{Count(Hosts.Length, "network host")}" : "";
            string[] parts =
            [
                Commands.Length > 0 ? $"runs {Count(Commands.Length, "command")}" : "",
                hosts,
                NativeHandlers.Length > 0
                    ? $"asks {string.Join(" and ", NativeHandlers.Select(native => native.Split(' ')[0]).Distinct())} of Claude Code"
                    : "",
                LogFiles.Length > 0 ? $"writes {Count(LogFiles.Length, "log file")}" : "",
                Variables.Length > 0 ? $"reads {Count(Variables.Length, "environment variable")}" : "",
                Notifies ? "notifies" : "",
                Decisions.Length > 0 ? $"decides ({string.Join(", ", Decisions.Select(decision => decision.Key))})" : "",
            ];
            var all = string.Join(", ", parts.Where(part => part.Length > 0));
            return Commands.Length + Hosts.Length == 0 ? $"runs no command, no network host{(all.Length > 0 ? $", {all}" : "")}" : all;
        }
    }

    /// <summary>Every single thing, under what it is.</summary>
    public IEnumerable<(string Kind, string What)> All =>
        [
            .. Commands.Select(command => ("command", command)),
            .. Hosts.Select(host => ("network", host)),
            .. NativeHandlers.Select(native => ("native handler", native)),
            .. LogFiles.Select(file => ("log file", file)),
            .. Variables.Select(name => ("environment", name)),
            .. Notifies ? [("notification", "on the desktop")] : Array.Empty<(string, string)>(),
            .. Decisions.Select(decision => ("decision", $"{decision.Key} ({Count(decision.Value, "rule")})")),
        ];

    private static string Count(int number, string what) => $"{number} {what}{(number == 1 ? "" : "s")}";

    private sealed class Found
    {
        private const string ReachesTheUser = "SLACK_WEBHOOK";

        public HashSet<string> Commands { get; } = new(StringComparer.Ordinal);
        public HashSet<string> Hosts { get; } = new(StringComparer.Ordinal);
        public HashSet<string> LogFiles { get; } = new(StringComparer.Ordinal);
        public HashSet<string> Variables { get; } = new(StringComparer.Ordinal);
        public HashSet<string> Natives { get; } = new(StringComparer.Ordinal);
        public Dictionary<string, int> Decisions { get; } = new(StringComparer.Ordinal);
        public bool Notifies { get; private set; }

        public void Add(Handler handler, string waiting)
        {
            switch (handler)
            {
                case Handler.Run run:
                    Command(ShellQuoting.Join(run.Argv.Select(Shown)), waiting);
                    foreach (var part in run.Argv)
                        Variable(part);
                    break;
                case Handler.Shell shell:
                    Command($"sh: {OneLine(shell.Script)}", waiting);
                    break;
                case Handler.Http http:
                    Hosts.Add(http.Url is TextValue.Text url ? Host(url.Template.Text) : Shown(http.Url));
                    Variable(http.Url);
                    foreach (var header in http.Headers)
                        Variable(header.Value);
                    if (http.Body is { } body)
                        Body(body);
                    break;
                case Handler.Slack slack:
                    Hosts.Add($"env.{slack.Webhook ?? ReachesTheUser}");
                    Variables.Add(slack.Webhook ?? ReachesTheUser);
                    break;
                case Handler.Notify:
                    Notifies = true;
                    break;
                case Handler.Log log:
                    LogFiles.Add(Shown(log.File));
                    Variable(log.File);
                    break;
                default:
                    throw new InvalidOperationException($"unknown handler {handler.GetType().Name}");
            }
        }

        public void Add(Rule rule)
        {
            foreach (var branch in rule.Sync.Concat(rule.QueuedBranches))
                Variables.UnionWith(branch.Options.Named);
            var kinds = rule.Decisions.Select(step => DecisionWords.Of(step.Kind)).ToHashSet(StringComparer.Ordinal);
            if (rule.Sets.Length > 0)
                kinds.Add("set");
            if (rule.Replies.Length > 0)
                kinds.Add("reply");
            foreach (var kind in kinds)
                Decisions[kind] = Decisions.GetValueOrDefault(kind) + 1;
            foreach (var native in rule.Natives)
                Add(native);
        }

        private void Add(NativeHandler native)
        {
            using var json = JsonDocument.Parse(native.Json);
            var root = json.RootElement;
            switch (Text("type"))
            {
                case "command":
                    var arguments =
                        root.TryGetProperty("args", out var args) && args.ValueKind == JsonValueKind.Array
                            ? args.EnumerateArray().Select(one => one.ToString())
                            : [];
                    var isAsync = root.TryGetProperty("async", out var flag) && flag.ValueKind == JsonValueKind.True;
                    Command(
                        string.Join(' ', arguments.Prepend(OneLine(Text("command")))),
                        $" (native, Claude Code {(isAsync ? "starts it" : "waits")})"
                    );
                    break;
                case "http":
                    Hosts.Add(Host(Text("url")));
                    break;
                case "mcp_tool":
                    Natives.Add($"mcp {Text("server")}.{Text("tool")}");
                    break;
                case var type:
                    Natives.Add(type);
                    break;
            }

            if (root.TryGetProperty("allowedEnvVars", out var names) && names.ValueKind == JsonValueKind.Array)
                Variables.UnionWith(names.EnumerateArray().Select(name => name.ToString()));

            string Text(string name) =>
                root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        }

        private void Command(string command, string how)
        {
            Commands.Add(command + how);
            // A program may speak to more hosts than its command names; those that it names are known.
            for (
                var at = command.IndexOf("://", StringComparison.Ordinal);
                at >= 0;
                at = command.IndexOf("://", at + 3, StringComparison.Ordinal)
            )
            {
                if (!command.AsSpan(0, at).EndsWith("http") && !command.AsSpan(0, at).EndsWith("https"))
                    continue;
                var end = at + 3;
                while (
                    end < command.Length
                    && (char.IsAsciiLetterOrDigit(command[end]) || command[end] is '.' or '-' or ':' or '@' or '$' or '{' or '}' or '_')
                )
                    end++;
                if (end > at + 3)
                    Hosts.Add(Host(command[at..end]));
            }
        }

        private void Body(JsonTemplate body)
        {
            switch (body)
            {
                case JsonTemplate.Value value:
                    Variable(value.Text);
                    break;
                case JsonTemplate.Array array:
                    foreach (var item in array.Items)
                        Body(item);
                    break;
                case JsonTemplate.Object members:
                    foreach (var (_, member) in members.Members)
                        Body(member);
                    break;
            }
        }

        private void Variable(TextValue value)
        {
            if (value is TextValue.Env variable)
                Variables.Add(variable.Name);
        }

        private static string Shown(TextValue value) =>
            value is TextValue.Env variable ? $"env.{variable.Name}" : ((TextValue.Text)value).Template.Text;

        // The host alone: a path may hold what the payload fills in, and a query what nobody wants on the screen.
        private static string Host(string url)
        {
            var start = url.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme ? scheme + 3 : 0;
            var end = url.AsSpan(start).IndexOfAny('/', '?', '#');
            var authority = end < 0 ? url[start..] : url.Substring(start, end);
            return authority[(authority.LastIndexOf('@') + 1)..];
        }

        private static string OneLine(string script) =>
            string.Join(" ⏎ ", script.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }
}
