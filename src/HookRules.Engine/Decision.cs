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

    public bool IsNone => Permission is null && BlockReason is null && StopReason is null && Contexts.Length == 0 && Warnings.Length == 0;
}

/// <summary>What a hook process prints and how it exits; all empty and 0 is "no opinion".</summary>
public sealed record WireOutput(string Stdout, string Stderr, int ExitCode)
{
    public static readonly WireOutput Silent = new("", "", 0);
}

/// <summary>Turns a decision into what Claude Code reads, for each event as it honours it.</summary>
public static class DecisionWire
{
    public static WireOutput Write(string @event, Decision decision) => throw new NotImplementedException();
}
