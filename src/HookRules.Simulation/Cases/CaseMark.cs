using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Syntax;

namespace HookRules.Simulation.Cases;

internal enum CaseMarkKind
{
    /// <summary>What is expected: <c>deny</c>, <c>queue</c>.</summary>
    Step,

    /// <summary>A rule or an action.</summary>
    Name,

    /// <summary>A parameter of the pack.</summary>
    Parameter,
}

/// <summary>A word of a file of cases that means something in the rules, and where it stands.</summary>
internal sealed record CaseMark(CaseMarkKind Kind, string Text, TextSpan At);

/// <summary>Those of a file, collected while it is read.</summary>
internal sealed class CaseMarks
{
    private const string Before = "use x with {";

    private readonly List<CaseMark> all = [];

    public static IReadOnlyList<CaseMark> In(SourceText source)
    {
        var marks = new CaseMarks();
        CaseFiles.Read(source, [], marks);
        return marks.all;
    }

    public void Add(CaseMarkKind kind, string text, TextSpan at) => all.Add(new CaseMark(kind, text, at));

    /// <param name="between">What stands between the braces behind <c>with</c>.</param>
    public void AddParameters(string between, int start)
    {
        var read = RulesReader.Read(new SourceText("with.hookrules", $"{Before}{between}}}"), []);
        if (read.Statements is [UseSyntax { With: { } with }])
            foreach (var member in with.Members)
                Add(
                    CaseMarkKind.Parameter,
                    member.Key.Text,
                    member.Key.Span with
                    {
                        Start = member.Key.Span.Start - Before.Length + start,
                    }
                );
    }
}
