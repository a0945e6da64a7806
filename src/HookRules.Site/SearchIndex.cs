using System.Text.Json;

namespace HookRules.Site;

/// <summary>What the search looks through: a script, since a page that lies on a disk may not read files.</summary>
internal static class SearchIndex
{
    public static string Of(IEnumerable<WrittenPage> pages)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartArray();
            foreach (var page in pages)
            {
                json.WriteStartObject();
                json.WriteString("title", page.Page.Title);
                json.WriteString("to", page.Page.Target);
                json.WriteStartArray("headings");
                foreach (var heading in page.Headings)
                {
                    json.WriteStringValue(heading.Id);
                    json.WriteStringValue(heading.Text);
                }

                json.WriteEndArray();
                json.WriteString("text", page.PlainText);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return $"window.hookrulesPages={System.Text.Encoding.UTF8.GetString(bytes.ToArray())};\n";
    }
}
