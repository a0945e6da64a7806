using HookRules.Compiler.Syntax;

namespace HookRules.Compiler.Packs;

/// <summary>What a pack calls itself.</summary>
public sealed record PackHeader(string Name, string Version)
{
    /// <summary>Null where the file has no header that can be read.</summary>
    public static PackHeader? Of(SourceText source) =>
        RulesReader.Read(source, []).Statements.OfType<PackSyntax>().FirstOrDefault() is { } pack ? new PackHeader(pack.Name.Text, pack.Version.Text) : null;
}
