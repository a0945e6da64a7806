using HookRules.Compiler.Knowledge;
using HookRules.Engine;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Knowledge;

public class OutputValidatorTests
{
    public static TheoryData<string, string, string> Cases()
    {
        var data = new TheoryData<string, string, string>();
        foreach (var cells in Repository.Table("Knowledge/outputs.cases"))
            data.Add(cells[0], cells[1], cells.ElementAtOrDefault(2) ?? "");
        return data;
    }

    [Theory, MemberData(nameof(Cases))]
    public void AnOutputIsHonouredOrRefusedWithThePath(string @event, string stdout, string expected) =>
        string.Join(" & ", OutputValidator.Validate(@event, stdout)).ShouldBe(expected);

    [Fact]
    public void NoOutputIsFineEverywhere()
    {
        foreach (var e in HookEvents.All)
            OutputValidator.Validate(e.Name, " \n").ShouldBeEmpty(e.Name);
    }

    [Fact]
    public void WhateverAnEventCanDecideIsWrittenAsItHonoursIt()
    {
        foreach (var e in HookEvents.All)
        {
            foreach (var kind in e.Decisions)
                OutputValidator.Validate(e.Name, DecisionWire.Write(e.Name, Of(kind)).Stdout).ShouldBeEmpty($"{e.Name} {kind}");
        }
    }

    private static Decision Of(DecisionKind kind) =>
        kind switch
        {
            DecisionKind.Block => new Decision { BlockReason = "why" },
            DecisionKind.Stop => new Decision { StopReason = "why" },
            DecisionKind.Warn => new Decision { Warnings = ["why"] },
            DecisionKind.Context => new Decision { Contexts = ["text"] },
            _ => new Decision { Permission = kind, PermissionReason = "why" },
        };
}
