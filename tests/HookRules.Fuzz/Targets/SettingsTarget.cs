using System.Collections.Immutable;
using System.Text;
using HookRules.Compiler.Settings.Json;
using HookRules.Compiler.Settings.Merge;

namespace HookRules.Fuzz;

/// <summary>Merging into settings.json and taking out again.</summary>
internal sealed class SettingsTarget : Target
{
    private static readonly string[] Events = ["PreToolUse", "PostToolUse", "Stop", "SessionStart", "Notification"];
    private static readonly string[] Keys =
    [
        "hooks",
        "matcher",
        "PreToolUse",
        "Stop",
        "type",
        "command",
        "args",
        "env",
        "permissions",
        "a",
        "hookrules_",
        "timeout",
    ];
    private static readonly string[] Parts =
    [
        .. Keys.Select(key => $"\"{key}\": "),
        "\"hooks\": {}",
        "\"hooks\": []",
        ",",
        "{\"hooks\": []}",
        "[{\"hooks\": [{\"type\": \"command\", \"command\": \"x\"}]}]",
        "\"Stop\": [],",
        "// comment\n",
        "\r\n",
        "\t",
        "\n\n",
    ];
    private static readonly string[] Blanks = ["", " ", "\n", "\r\n  ", "\t", "\n\n", "\n    "];

    public override string Name => "settings";

    public override string Promise =>
        "bytes that are not ours stay, twice changes nothing, uninstalling gives the bytes from before, text that is no JSON is left alone";

    // Six merges in a row.
    public override TimeBound Time => new(TimeSpan.FromMilliseconds(60), 12_000);

    public override Verdict Try(Choices choices, Attempt attempt)
    {
        var original = Document(choices);
        attempt.Input = original;
        var (text, record) = ((string?)original, (SettingsRecord?)null);
        var verdict = Verdict.Rejected;
        var ours = JsonText.TryParse(original, out _) is { Root.Kind: JsonTextKind.Object } document && SettingsEdit.HasOurs(document);
        for (var step = 0; step < 2; step++)
        {
            var entries = Entries(choices);
            var merged = SettingsMerge.Apply(text, entries, record, "settings.json");
            if (merged.Failed)
            {
                BrokenException.Unless(merged.Text == text, "a file that is refused was changed");
                continue;
            }

            verdict = Verdict.Accepted;
            attempt.Input = $"{original}\n--- merged\n{merged.Text}";
            if (!string.IsNullOrWhiteSpace(merged.Text?.TrimStart('\uFEFF')))
            {
                BrokenException.Unless(JsonText.TryParse(merged.Text, out _) is not null, "the result is no JSON");
                if (step == 0 && !ours)
                    BrokenException.Unless(IsWithin(original, merged.Text), "bytes that are not ours are gone");
            }

            var twice = SettingsMerge.Apply(merged.Text, entries, merged.Record, "settings.json");
            BrokenException.Unless(twice.Text == merged.Text, $"twice is not once: {twice.Text}");
            BrokenException.Unless(twice.Record == merged.Record, "twice remembers something else than once");
            BrokenException.Unless(
                SettingsRecord.FromJson(merged.Record.ToJson()) == merged.Record,
                "the record does not come back as it was"
            );
            if (merged.Text is null)
                break;

            var (left, _) = SettingsMerge.Remove(merged.Text, merged.Record, "settings.json");
            if (!ours)
                BrokenException.Unless(left == original, $"uninstalling does not give the bytes from before: {left}");
            else if (left is not null && JsonText.TryParse(left, out _) is { Root.Kind: JsonTextKind.Object } rest)
                BrokenException.Unless(!SettingsEdit.HasOurs(rest), "uninstalling leaves something of ours");
            SettingsMerge.Remove(merged.Text, null, "settings.json");
            (text, record) = (merged.Text, merged.Record);
        }

        return verdict;
    }

    /// <summary>All that is not white space stands in the new text, in the same order.</summary>
    private static bool IsWithin(string before, string after)
    {
        var at = 0;
        foreach (var c in before)
        {
            if (char.IsWhiteSpace(c) || c == '\uFEFF')
                continue;
            at = after.IndexOf(c, at) + 1;
            if (at == 0)
                return false;
        }

        return true;
    }

    private static ImmutableArray<SettingsEntry> Entries(Choices choices)
    {
        var entries = ImmutableArray.CreateBuilder<SettingsEntry>();
        for (var count = choices.Next(4); count > 0; count--)
        {
            var name = choices.Pick(Events);
            var matcher = choices.Pick(["Write", null, "Bash|Edit", "é\"\\"]);
            // Two groups of one event and matcher would be one entry.
            if (entries.Any(entry => entry.Event == name && entry.Matcher == matcher))
                continue;
            var handler = choices.Next(3) switch
            {
                0 => $"{{\"type\":\"command\",\"command\":\"set -- --plan-hash {choices.Next(3)}; . hook\",\"timeout\":10}}",
                1 => $"{{\"type\":\"prompt\",\"prompt\":\"x\",\"hookrules\":\"r{choices.Next(3)}\"}}",
                _ => "{\"type\":\"command\",\"command\":\"hookrules-hook\",\"args\":[\"--event\",\"Stop\"]}",
            };
            entries.Add(
                new SettingsEntry(
                    name,
                    matcher,
                    choices.OneIn(4) ? [handler, handler.Replace("\"x\"", "\"y\"", StringComparison.Ordinal)] : [handler]
                )
            );
        }

        return entries.ToImmutable();
    }

    private static string Document(Choices choices) =>
        choices.Next(5) switch
        {
            0 => choices.Pick(Corpus.Settings),
            1 or 2 => Mutation.Of(choices.Pick(Corpus.Settings), choices, Parts),
            3 => Written(choices),
            _ => Mutation.Of(Written(choices), choices, Parts),
        };

    private static string Written(Choices choices)
    {
        var text = new StringBuilder(choices.OneIn(12) ? "\uFEFF" : "");
        Value(0, "root");
        return text.Append(choices.Pick(Blanks)).ToString();

        void Value(int depth, string name)
        {
            if (depth == 0 || name is "hooks" && depth == 1 || depth == 4 || (depth < 6 && choices.OneIn(6)))
                Container(
                    '{',
                    '}',
                    depth,
                    () =>
                        depth == 1 ? choices.Pick(Events)
                        : choices.OneIn(3) ? choices.Pick(Keys)
                        : "hooks"
                );
            else if (Events.Contains(name) || name is "hooks" or "args")
                Container('[', ']', depth, () => null);
            else
                text.Append(
                    choices.Pick(["1", "\"x\"", "null", "true", "\"hookrules/hook\"", "{}", "[]", "{ }", "[\n]", "1.50", "\"/bin/sh\""])
                );
        }

        void Container(char open, char close, int depth, Func<string?> name)
        {
            text.Append(open).Append(choices.Pick(Blanks));
            for (int i = 0, count = choices.Next(3); i < count; i++)
            {
                if (i > 0)
                    text.Append(',').Append(choices.Pick(Blanks));
                var key = name();
                if (key is not null)
                    text.Append('"').Append(key).Append('"').Append(choices.Pick(Blanks)).Append(':').Append(choices.Pick(Blanks));
                Value(depth + 1, key ?? "");
                text.Append(choices.Pick(Blanks));
            }

            text.Append(close);
        }
    }
}
