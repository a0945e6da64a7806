using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Rules;

internal sealed class PlainHttp()
    : GraphRule("HR2016", "plain-http", Severity.Warning, "An event sent over the network without encryption.")
{
    public override string Why =>
        "The payload of an event holds prompts, commands and the contents of files. Over http:// everybody on the way can read it. "
        + "On this machine (localhost) it is fine.";

    public override string Bad =>
        """
            on Stop -> http POST "http://hooks.example.org/claude" json payload
            """;

    public override string Good =>
        """
            on Stop -> http POST "https://hooks.example.org/claude" json payload
            """;

    internal override IEnumerable<Finding> Check(Compilation compilation, ProjectContext context) =>
        from action in compilation.Graph.Actions
        let url = action.Handler is Handler.Http { Url: TextValue.Text { Template.Text: var text } } ? text : ""
        where url.StartsWith("http://", StringComparison.OrdinalIgnoreCase) && !IsNear(url[7..])
        select Found(action.Source, "this sends the event over the network without encryption", "write https://");

    private static bool IsNear(string rest)
    {
        var host = rest.Split('/', ':')[0];
        return host is "localhost" or "127.0.0.1" or "[" or "0.0.0.0" or "host.docker.internal"
            || host.EndsWith(".local", StringComparison.Ordinal)
            || !host.Contains('.', StringComparison.Ordinal)
            || host.StartsWith("10.", StringComparison.Ordinal)
            || host.StartsWith("192.168.", StringComparison.Ordinal);
    }
}
