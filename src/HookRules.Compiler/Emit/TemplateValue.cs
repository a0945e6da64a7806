namespace HookRules.Compiler.Emit;

/// <summary>What a template finds under a name: a text, a list that it loops over, or one row of a list.</summary>
internal abstract record TemplateValue
{
    private TemplateValue() { }

    public sealed record Text(string Value) : TemplateValue;

    public sealed record List(IEnumerable<TemplateValue> Items) : TemplateValue;

    public sealed record Row(params (string Name, TemplateValue Value)[] Values) : TemplateValue;

    public static implicit operator TemplateValue(string text) => new Text(text);

    public static TemplateValue Of(IEnumerable<string> texts) => new List(texts.Select(text => new Text(text)));

    public static TemplateValue Of<T>(IEnumerable<T> items, Func<T, Row> row) => new List(items.Select(row));
}
