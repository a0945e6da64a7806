using HookRules.Compiler.Syntax;

namespace HookRules.Compiler.Packs;

/// <summary>What the file of a pack says about it.</summary>
internal sealed record PackHeader(string? Name, string? Version, IReadOnlyDictionary<string, string> Parameters)
{
    public static PackHeader Of(SourceText source)
    {
        // Whoever uses the pack is told of its mistakes; here they would be told twice.
        var file = RulesReader.Read(source, []);
        var pack = file.Statements.OfType<PackSyntax>().FirstOrDefault();
        var parameters = file.Statements.OfType<ParamSyntax>().GroupBy(param => param.Name.Text).ToDictionary(group => group.Key, group => group.First().Type.Text, StringComparer.Ordinal);
        return new PackHeader(pack?.Name.Text, pack?.Version.Text, parameters);
    }

    /// <summary>For messages: the name, and the version where there is one.</summary>
    public static string Describe(string name, string? version) => version is null ? name : $"{name} {version}";
}
