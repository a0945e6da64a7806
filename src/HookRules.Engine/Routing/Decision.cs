using System.Collections.Immutable;

namespace HookRules.Engine;

/// <summary>What several rules decided together on one event. Texts carry their rule's name and place already.</summary>
public sealed record Decision
{
    public static readonly Decision None = new();

    /// <summary>The strongest of deny, defer, ask and allow, with the reasons of every rule that said so.</summary>
    public DecisionKind? Permission { get; init; }
    public string? PermissionReason { get; init; }

    /// <summary>Reasons of <c>block</c>, one a line; null if nothing blocks.</summary>
    public string? BlockReason { get; init; }

    /// <summary>Reasons of <c>stop</c>.</summary>
    public string? StopReason { get; init; }

    /// <summary>For Claude.</summary>
    public ImmutableArray<string> Contexts { get; init; } = [];

    /// <summary>For the user.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];

    /// <summary>What <c>set</c> and <c>reply</c> say, each name once.</summary>
    public ImmutableArray<OutputField> Fields { get; init; } = [];

    public bool IsNone =>
        Permission is null
        && BlockReason is null
        && StopReason is null
        && Contexts.Length == 0
        && Warnings.Length == 0
        && Fields.Length == 0;

    /// <summary>What the steps of matching rules, in source order, amount to.</summary>
    public static Decision Of(ImmutableArray<Rule> rules, Payload payload, RouteContext context)
    {
        var decision = None;
        foreach (var rule in rules)
        {
            foreach (var step in rule.Decisions)
            {
                // Nothing can be allowed in the text of a skill, nor is anything said to Claude there.
                if (rule.Event != payload.Event && HookEvents.Find(payload.Event)?.Decisions.Contains(step.Kind) is not true)
                    continue;
                var text = step.Text.Render(payload);
                decision = decision.And(
                    step.Kind switch
                    {
                        DecisionKind.Deny or DecisionKind.Defer or DecisionKind.Ask or DecisionKind.Allow => new Decision
                        {
                            Permission = step.Kind,
                            PermissionReason = Signed(text, step.Kind, rule),
                        },
                        DecisionKind.Block => new Decision { BlockReason = Signed(text, step.Kind, rule) },
                        DecisionKind.Stop => new Decision { StopReason = Signed(text, step.Kind, rule) },
                        DecisionKind.Warn => new Decision { Warnings = [text] },
                        DecisionKind.Context => new Decision { Contexts = [text] },
                        _ => throw new InvalidOperationException($"unknown decision {step.Kind}"),
                    }
                );
            }

            if (rule.Sets.Length > 0 || rule.Replies.Length > 0)
                decision = decision.And(new Decision { Fields = [.. OutputField.Of(rule, payload, context, decision.Fields)] });
        }

        return decision;
    }

    /// <summary>Both together: deny beats defer beats ask beats allow; reasons of equal strength, contexts and warnings are joined; of one
    /// field the later value counts.</summary>
    public Decision And(Decision other)
    {
        if (IsNone)
            return other;
        if (other.IsNone)
            return this;
        var (permission, reason) = (Permission, PermissionReason);
        if (other.Permission == permission)
            reason = Join(reason, other.PermissionReason);
        else if (permission is null || other.Permission < permission)
            (permission, reason) = (other.Permission, other.PermissionReason);

        return new Decision
        {
            Permission = permission,
            PermissionReason = reason,
            BlockReason = Join(BlockReason, other.BlockReason),
            StopReason = Join(StopReason, other.StopReason),
            Contexts = Contexts.AddRange(other.Contexts),
            Warnings = Warnings.AddRange(other.Warnings),
            Fields = other.Fields.IsEmpty
                ? Fields
                : [.. Fields.Where(field => !other.Fields.Any(later => later.Name == field.Name)), .. other.Fields],
        };
    }

    private static string? Join(string? a, string? b) =>
        a is null ? b
        : b is null ? a
        : $"{a}\n{b}";

    private static string Signed(string text, DecisionKind kind, Rule rule)
    {
        var verb = kind switch
        {
            DecisionKind.Ask => "asked",
            DecisionKind.Allow => "allowed",
            DecisionKind.Defer => "deferred",
            DecisionKind.Stop => "stopped",
            _ => "blocked",
        };
        var signature = $"[{verb} by {rule.Label}]";
        return text.Length == 0 ? signature : $"{text} {signature}";
    }
}
