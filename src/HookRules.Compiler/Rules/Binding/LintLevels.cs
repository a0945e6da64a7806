using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Lint;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Engine;

namespace HookRules.Compiler.Rules.Binding;

/// <summary><c>lint CODE LEVEL</c>: what findings of lint are worth in this project.</summary>
internal sealed class LintLevels
{
    private readonly Dictionary<string, Severity?> levels = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SourceRef> seen = new(StringComparer.Ordinal);

    /// <summary>By code; null switches a finding off.</summary>
    public IReadOnlyDictionary<string, Severity?> All => levels;

    public void Bind(LintSyntax syntax, BindContext context)
    {
        var name = syntax.Code.Text;
        if (ExplainPages.Find(name) is not { Code: var code })
        {
            context.Report(
                DiagnosticCatalog.UnknownLintCode(
                    context.At(syntax.Code),
                    name,
                    NearestName.Find(
                        name,
                        ExplainPages
                            .All.Where(page => HasLevel(page.Code))
                            .SelectMany(page => page.Id is null ? [page.Code] : new[] { page.Code, page.Id })
                    )
                )
            );
        }
        else if (!HasLevel(code))
        {
            context.Report(DiagnosticCatalog.NoLintLevel(context.At(syntax.Code), code));
        }
        else if (!seen.TryAdd(code, context.At(syntax)))
        {
            context.Report(DiagnosticCatalog.SetTwice(context.At(syntax), $"lint {code}", seen[code]));
        }
        else
        {
            levels[code] = syntax.Level.Text switch
            {
                "off" => null,
                "hint" => Severity.Hint,
                "warning" => Severity.Warning,
                _ => Severity.Error,
            };
        }
    }

    // What cannot be read or means nothing is no matter of taste, nor is a settings file that nothing can be merged into.
    private static bool HasLevel(string code) => code.StartsWith("HR2", StringComparison.Ordinal) || LintRules.Find(code) is not null;
}
