using System.Globalization;
using System.Reflection;
using Scriban;
using Scriban.Runtime;

namespace HookRules.Compiler.Emit;

/// <summary>Renders the files of Templates/. The only place that knows the engine; a template has names and loops, and no logic.</summary>
internal static class FileTemplate
{
    /// <param name="escape">Makes a value harmless where the template puts it: it is applied to each.</param>
    public static string Render(string name, Func<string, string> escape, params ReadOnlySpan<(string Name, TemplateValue Value)> values)
    {
        var template = Template.Parse(Read(name), name);
        if (template.HasErrors)
            throw new InvalidOperationException(string.Join("; ", template.Messages));
        // Without the functions of the engine, which it would collect by reflection; a name that nobody gave is a mistake.
        var context = new TemplateContext(new ScriptObject()) { StrictVariables = true };
        context.PushCulture(CultureInfo.InvariantCulture);
        context.PushGlobal(Names(values, escape));
        return template.Render(context);
    }

    private static ScriptObject Names(ReadOnlySpan<(string Name, TemplateValue Value)> values, Func<string, string> escape)
    {
        var names = new ScriptObject();
        foreach (var (name, value) in values)
            names.SetValue(name, ForEngine(value, escape), readOnly: true);
        return names;
    }

    private static object ForEngine(TemplateValue value, Func<string, string> escape) =>
        value switch
        {
            TemplateValue.Text text => escape(text.Value),
            TemplateValue.List list => new ScriptArray(list.Items.Select(item => ForEngine(item, escape))),
            TemplateValue.Row row => Names(row.Values, escape),
            _ => throw new InvalidOperationException($"unknown value {value.GetType().Name}"),
        };

    /// <summary>A file that stands in others as it is.</summary>
    public static string Read(string name)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream($"Templates/{name}")!);
        // A checkout on Windows may have turned line ends around.
        return reader.ReadToEnd().Replace("\r\n", "\n", StringComparison.Ordinal);
    }
}
