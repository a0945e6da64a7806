using System.Runtime.InteropServices.JavaScript;
using System.Runtime.Versioning;

[assembly: SupportedOSPlatform("browser")]

namespace HookRules.Playground;

/// <summary>What the page's script calls.</summary>
internal static partial class PlaygroundPage
{
    [JSExport]
    internal static string Lint(string rules) => PlaygroundAnswers.Lint(rules);

    [JSExport]
    internal static string Format(string rules) => PlaygroundAnswers.Format(rules);

    [JSExport]
    internal static string Simulate(string rules, string payload) => PlaygroundAnswers.Simulate(rules, payload);

    [JSExport]
    internal static string Settings(string rules) => PlaygroundAnswers.Settings(rules);

    [JSExport]
    internal static string Sample(string @event, string tool) => PlaygroundAnswers.Sample(@event, tool);
}
