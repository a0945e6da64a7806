using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Packs;
using HookRules.Simulation.Cases;
using Shouldly;

namespace HookRules.Tests.Packs;

/// <summary>One line of a bundled pack's table, NAME.cases, as "hookrules test" reads it.</summary>
/// <param name="With">The parameters of the pack, as they stand between the braces behind <c>with</c>.</param>
/// <param name="Expected">What its rules do: <c>deny NAME</c>, <c>queue NAME</c>, … joined by <c>, </c>, or <c>nothing</c>.</param>
/// <param name="Subject">As it is written.</param>
/// <param name="Holds">Text that the answer or an action must hold; empty for any.</param>
internal sealed record PackCase(string Pack, int Line, string With, string Expected, string Subject, string Holds, byte[] Payload)
{
    public string Rules => $"use std/{Pack}{(With.Length > 0 ? $" with {{ {With} }}" : "")}\n";
}

internal static class PackTable
{
    public static ImmutableArray<PackCase> Read(string pack)
    {
        var problems = new List<Diagnostic>();
        var cases = CaseFiles.Read(BundledPacks.Cases(pack), problems);
        problems.ShouldBeEmpty();
        return
        [
            .. from one in cases.Cast<EventCase>()
            let holds = one.Expected.Texts.IsEmpty ? "" : one.Expected.Texts[0].Text
            let expected = (one.Expected with { Texts = [] }).Shown
            select new PackCase(pack, one.At.Line, one.With.Text, expected, one.Subject, holds, one.Payload.ToArray()),
        ];
    }

    internal static byte[] Payload(string subject)
    {
        var payload = CaseSubject.Read(subject, out var problem, out _);
        return payload.ShouldNotBeNull(problem);
    }
}
