using HookRules.Engine;
using HookRules.Runtime.Dispatching;
using HookRules.Runtime.Stores;
using HookRules.Runtime.Working;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Runtime;

/// <summary>What becomes of a run under way when another of its key comes: here without a clock or a program, which might be slower than
/// the question.</summary>
public sealed class BusyKeysTests
{
    [Theory]
    [InlineData("edits/note", true)]
    [InlineData("writes/note", false)]
    public void RestartCutsARunOfItsOwnBranchAlone(string underWay, bool isCut)
    {
        var keys = new BusyKeys();
        using var first = Turn(underWay, BusyMode.Coalesce);
        using var second = Turn("edits/note", BusyMode.Restart);
        keys.Enter(first).ShouldBe(Entry.Free);
        first.Pass(Gate.Running, 0);

        keys.Enter(second).ShouldBe(Entry.Waits);

        first.Cut.IsCancellationRequested.ShouldBe(isCut);
        first.Next.ShouldBe(isCut ? second : null);
        second.Leases.Count.ShouldBe(isCut ? 2 : 1);
        keys.Leave(first).ShouldBe(second);
    }

    private static Turn Turn(string branch, BusyMode mode)
    {
        var rule = new Rule
        {
            Id = branch.Split('/')[0],
            Event = "PostToolUse",
            Matcher = Matcher.Any.Instance,
            Source = new SourceRef("main.hookrules", 1, 1, 1, 2),
        };
        var order = new Order
        {
            Id = branch,
            Plan = "",
            PlanPath = "",
            Project = "",
            Rule = rule.Id,
            Branch = branch,
            Action = "note",
            Key = "one file",
            Event = rule.Event,
        };
        var place = new Place(rule, new Branch(branch, "note", BranchOptions.Default), AfterFailure: false, Index: 0);
        return new Turn(place, null!, new OrderLease(order, branch, 0), mode, 0);
    }
}
