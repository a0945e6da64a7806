namespace HookRules.Engine;

/// <summary>The value of a payload that Claude Code compares a matcher with.</summary>
public static class MatcherValue
{
    /// <summary>Null where the event ignores matchers or the payload lacks the field.</summary>
    public static string? Of(Payload payload)
    {
        if (HookEvents.Find(payload.Event) is not { MatcherField: { } field } known)
            return null;
        if (FieldPath.Parse(field) is not { } path || payload.Text(path) is not { } value)
            return null;
        return known.Matching switch
        {
            MatcherKind.FileName => value[(value.LastIndexOf('/') + 1)..],
            MatcherKind.Model => CanonicalModel(value),
            _ => value,
        };
    }

    /// <summary>The client compares a model's canonical name: no date, no context-window mark, no provider prefix.</summary>
    private static string CanonicalModel(string id)
    {
        var bracket = id.IndexOf('[', StringComparison.Ordinal);
        if (bracket > 0)
            id = id[..bracket];
        var at = id.IndexOf('@', StringComparison.Ordinal);
        if (at > 0)
            id = id[..at];
        var claude = id.IndexOf("claude-", StringComparison.Ordinal);
        if (claude > 0)
            id = id[claude..];
        var dash = id.LastIndexOf('-');
        return dash > 0 && id.Length - dash == 9 && id.AsSpan(dash + 1).IndexOfAnyExceptInRange('0', '9') < 0 ? id[..dash] : id;
    }
}
