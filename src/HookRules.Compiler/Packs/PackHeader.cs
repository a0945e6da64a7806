using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Syntax;

namespace HookRules.Compiler.Packs;

/// <summary>What a pack calls itself, and the types of its parameters by name.</summary>
internal sealed record PackHeader(string Name, string Version, IReadOnlyDictionary<string, string> Parameters)
{
    /// <summary>Null where the file has no header that can be read.</summary>
    public static PackHeader? Of(SourceText source)
    {
        var statements = RulesReader.Read(source, []).Statements;
        if (statements.OfType<PackSyntax>().FirstOrDefault() is not { } pack)
            return null;
        var types = statements
            .OfType<ParamSyntax>()
            .GroupBy(param => param.Name.Text)
            .ToDictionary(group => group.Key, group => group.First().Type.Text, StringComparer.Ordinal);
        return new PackHeader(pack.Name.Text, pack.Version.Text, types);
    }
}
