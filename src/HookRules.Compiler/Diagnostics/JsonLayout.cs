using System.Text.Encodings.Web;
using System.Text.Json;

namespace HookRules.Compiler.Diagnostics;

/// <summary>How JSON is laid out that people read as well: reports and the lock, the same on every system.</summary>
internal static class JsonLayout
{
    public static readonly JsonWriterOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Indented = true,
        NewLine = "\n",
    };
}
