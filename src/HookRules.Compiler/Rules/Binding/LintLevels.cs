using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Engine;

namespace HookRules.Compiler.Rules.Binding;

/// <summary><c>lint CODE LEVEL</c>: what findings of lint are worth in this project.</summary>
/// <param name="known">Every code; asked only where a file has such a statement.</param>
internal sealed class LintLevels(Func<IEnumerable<KnownCode>> known)
{
    private readonly Dictionary<string, Severity?> levels = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SourceRef> seen = new(StringComparer.Ordinal);

    /// <summary>By code; null switches a finding off.</summary>
    public IReadOnlyDictionary<string, Severity?> All => levels;

    public void Bind(LintSyntax syntax, BindContext context)
    {
        var name = syntax.Code.Text;
        var codes = known().ToList();
        if (codes.Find(one => one.Code.Equals(name, StringComparison.OrdinalIgnoreCase) || one.Id == name) is not { Code: var code } found)
        {
            context.Report(
                DiagnosticCatalog.UnknownLintCode(
                    context.At(syntax.Code),
                    name,
                    NearestName.Find(
                        name,
                        codes.Where(one => one.HasLevel).SelectMany(one => one.Id is null ? [one.Code] : new[] { one.Code, one.Id })
                    )
                )
            );
        }
        else if (!found.HasLevel)
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
}
