using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;

namespace HookRules.Compiler.Rules.Syntax.Yaml;

/// <summary>YAML as it stands in the file: nothing is resolved, so that <c>on</c> stays the text <c>on</c>.</summary>
internal abstract record YamlNode(TextSpan Span)
{
    /// <summary>For messages.</summary>
    public abstract string Kind { get; }
}

/// <param name="Offsets">Where each character of the value stands in the source, and its end.</param>
internal sealed record YamlScalar(TextSpan Span, string Value, bool IsPlain, ImmutableArray<int> Offsets) : YamlNode(Span)
{
    public override string Kind => IsNothing ? "nothing" : "a text";

    /// <summary>A key without a value.</summary>
    public bool IsNothing => IsPlain && Value is "" or "~" or "null";

    public NameSyntax Name => new(Span, Value);

    public StringSyntax Text => new(Span, Value, Offsets[0], Offsets);
}

internal sealed record YamlEntry(YamlScalar Key, YamlNode Value);

internal sealed record YamlMap(TextSpan Span, ImmutableArray<YamlEntry> Entries) : YamlNode(Span)
{
    public override string Kind => "a mapping";

    public YamlEntry? Find(string key) => Entries.FirstOrDefault(entry => entry.Key.Value == key);
}

internal sealed record YamlList(TextSpan Span, ImmutableArray<YamlNode> Items) : YamlNode(Span)
{
    public override string Kind => "a list";
}

/// <summary>Something that rules files may not have; reported when read.</summary>
internal sealed record YamlRefused(TextSpan Span) : YamlNode(Span)
{
    public override string Kind => "nothing";
}
