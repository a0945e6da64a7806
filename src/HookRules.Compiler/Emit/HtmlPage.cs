using System.Security.Cryptography;
using System.Text;

namespace HookRules.Compiler.Emit;

/// <summary>A page that asks nobody for anything: one file with its style and script in it, and a policy that lets nothing else
/// in.</summary>
internal static class HtmlPage
{
    /// <param name="name">Of the files of Templates/ that are its body, style and script.</param>
    /// <param name="values">Of its body; HTML already.</param>
    public static string Of(string name, string title, params ReadOnlySpan<(string Name, TemplateValue Value)> values)
    {
        var (script, style) = (FileTemplate.Read($"{name}.js"), FileTemplate.Read($"{name}.css"));
        return FileTemplate.Render(
            "page.html",
            text => text,
            ("title", title),
            ("script", script),
            ("style", style),
            ("script_hash", Hash(script)),
            ("style_hash", Hash(style)),
            ("body", FileTemplate.Render($"{name}.html", text => text, values))
        );
    }

    private static string Hash(string text) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
