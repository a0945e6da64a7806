using System.Text;
using HookRules.Compiler.Diagnostics;
using HookRules.Engine;

namespace HookRules.Compiler.Settings;

/// <summary>Reads settings files so that their text stands for their bytes exactly.</summary>
public static class SettingsFile
{
    // No byte order mark is added or dropped: it stays the first character of the text.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The text, null if there is no file; a problem if it is no text that can be written back unchanged.</summary>
    public static (string? Text, Diagnostic? Problem) Read(string path, string displayPath)
    {
        if (!File.Exists(path))
            return (null, null);
        try
        {
            return (Utf8.GetString(RegularFile.ReadAllBytes(path)), null);
        }
        catch (DecoderFallbackException)
        {
            return (null, DiagnosticCatalog.SettingsNotUtf8(new SourceRef(displayPath, 1, 1, 1, 1)));
        }
    }
}
