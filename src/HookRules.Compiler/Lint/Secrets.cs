using HookRules.Engine;

namespace HookRules.Compiler.Lint;

/// <summary>Texts that are a token, a key or a webhook's address and nothing else.</summary>
internal static class Secrets
{
    private static readonly (string What, RegexPattern Pattern)[] Kinds =
    [
        ("an Anthropic API key", Pattern("sk-ant-[A-Za-z0-9_-]{20}")),
        ("an OpenAI API key", Pattern("sk-(?:proj-)?[A-Za-z0-9]{32}")),
        ("a GitHub token", Pattern("gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{40}")),
        ("a GitLab token", Pattern("glpat-[A-Za-z0-9_-]{20}")),
        ("an AWS access key", Pattern("(?:AKIA|ASIA)[A-Z0-9]{16}")),
        ("a Google API key", Pattern("AIza[A-Za-z0-9_-]{35}")),
        ("a Slack token", Pattern("xox[abprs]-[A-Za-z0-9-]{10}")),
        ("the address of a Slack webhook", Pattern("hooks\\.slack\\.com/(?:services|workflows|triggers)/T?[A-Za-z0-9]{6}")),
        ("the address of a Discord webhook", Pattern("discord(?:app)?\\.com/api/webhooks/[0-9]{6}")),
        ("the address of a Teams webhook", Pattern("webhook\\.office\\.com/webhookb2/[A-Za-z0-9]{6}")),
        ("a private key", Pattern("-----BEGIN [A-Z ]*PRIVATE KEY-----")),
        ("a password in a URL", Pattern("https?://[A-Za-z0-9._-]+:[^\\s@/:{$]{6,100}@")),
        ("a bearer token", Pattern("[Bb]earer [A-Za-z0-9_.-]{24}")),
    ];

    /// <summary>What secret a text holds; null if none is seen.</summary>
    public static string? In(string text)
    {
        foreach (var (what, pattern) in Kinds)
            if (pattern.IsMatch(text))
                return what;
        return null;
    }

    private static RegexPattern Pattern(string source) =>
        RegexPattern.TryParse(source, "", out var problem, out _) ?? throw new InvalidOperationException(problem);
}
