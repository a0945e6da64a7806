using System.Collections.Immutable;
using System.Text;
using HookRules.Compiler.Settings.Merge;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Settings.Merge;

/// <summary>Random settings files in random layouts, merged and edited in random order.</summary>
public class SettingsMergeFuzzTests
{
    private static readonly string[] Events = ["PreToolUse", "PostToolUse", "Stop", "SessionStart", "Notification", "_comment"];
    private const string Noise = "{}[],:\"\\\n\0 a1-eE./\u00e9";
    private static readonly string[] Blanks = ["", "", "", " ", "\n", "\r\n", "\n    ", "\t", " \n\n\t ", "\n  "];

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public void WhateverTheFileIsUninstallingGivesItBack(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 400; i++)
        {
            var original = Document(random);
            var (text, record) = ((string?)original, (SettingsRecord?)null);
            for (var step = 0; step < 4; step++)
            {
                var entries = Entries(random);
                var merged = SettingsMerge.Apply(text, entries, record, "s");
                if (merged.Failed)
                {
                    merged.Text.ShouldBe(text);
                    continue;
                }

                var context = $"{original}\n=====\n{merged.Text}";
                SettingsView.Ours(merged.Text).ShouldBe(SettingsView.Wanted(entries), ignoreOrder: true, context);
                SettingsView.Foreign(merged.Text).ShouldBe(SettingsView.Foreign(original), context);
                SettingsMerge.Apply(merged.Text, entries, merged.Record, "s").Text.ShouldBe(merged.Text, context);
                if (merged.Text is null)
                    break;
                SettingsMerge.Remove(merged.Text, merged.Record, "s").Text.ShouldBe(original, context);
                SettingsView.Foreign(SettingsMerge.Remove(merged.Text, null, "s").Text).ShouldBe(SettingsView.Foreign(original), context);
                (text, record) = (merged.Text, merged.Record);
            }
        }
    }

    [Theory, InlineData(5), InlineData(6)]
    public void BrokenTextIsNeverTouchedAndNeverThrows(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 2000; i++)
        {
            var broken = new StringBuilder(Document(random));
            for (var change = random.Next(1, 4); change > 0 && broken.Length > 0; change--)
            {
                var at = random.Next(broken.Length);
                if (random.Next(2) == 0)
                    broken.Remove(at, Math.Min(random.Next(1, 6), broken.Length - at));
                else
                    broken.Insert(at, Noise[random.Next(Noise.Length)]);
            }

            var text = broken.ToString();
            var merged = SettingsMerge.Apply(text, Entries(random), null, "s");
            if (merged.Failed)
                merged.Text.ShouldBe(text);
            else if (merged.Text is not null && merged.Text != text)
                SettingsMerge.Remove(merged.Text, merged.Record, "s").Text.ShouldBe(text);
        }
    }

    [Theory, InlineData(7), InlineData(8)]
    public void WhatSomebodyAddsInBetweenSurvivesEverything(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 300; i++)
        {
            var merged = SettingsMerge.Apply(Document(random), Entries(random), null, "s");
            if (merged.Failed || merged.Text is null)
                continue;
            var edited = merged.Text;
            for (var edits = random.Next(1, 4); edits > 0; edits--)
            {
                // Behind the bracket of any array there is room for an element that nobody knows.
                var brackets = Enumerable.Range(0, edited.Length).Where(at => edited[at] == '[').ToList();
                if (brackets.Count == 0)
                    break;
                var place = brackets[random.Next(brackets.Count)] + 1;
                var closes = edited.AsSpan(place).TrimStart().StartsWith("]");
                edited = edited.Insert(place, $"{{\"added\": {random.Next(100)}}}{(closes ? "" : ",")}");
            }

            var before = SettingsView.Foreign(edited);
            var again = SettingsMerge.Apply(edited, Entries(random), merged.Record, "s");
            again.Failed.ShouldBeFalse();
            var context = $"{edited}\n=====\n{again.Text}";
            // What is added inside our own args is gone with them; that is the only thing.
            if (!Foreign(before).SetEquals(Foreign(SettingsView.Foreign(again.Text))))
                again.Text.ShouldBe("everything foreign", context);
            var (left, _) = SettingsMerge.Remove(again.Text!, again.Record, "s");
            SettingsView.Ours(left).ShouldBeEmpty(context);
            Foreign(SettingsView.Foreign(left)).ShouldBe(Foreign(before), ignoreOrder: true, context);
        }

        static HashSet<string> Foreign(string view) => [.. view.Split("added:").Skip(1).Select(part => part.Split('}')[0])];
    }

    private static ImmutableArray<SettingsEntry> Entries(Random random)
    {
        var entries = ImmutableArray.CreateBuilder<SettingsEntry>();
        foreach (var name in Events[..^1].OrderBy(_ => random.Next()).Take(random.Next(4)))
        {
            for (var count = random.Next(1, 3); count > 0; count--)
            {
                var matcher = random.Next(3) == 0 ? null : $"M{random.Next(4)}";
                entries.Add(
                    random.Next(3) == 0
                        ? SettingsMergeTests.Native(name, matcher, $"r{random.Next(3)}")
                        : SettingsMergeTests.Hook(name, matcher, $"{random.Next(3)}")
                );
            }
        }

        return entries.ToImmutable();
    }

    private static string Document(Random random)
    {
        var text = new StringBuilder();
        if (random.Next(10) == 0)
            text.Append('\uFEFF');
        Blank();
        Object(
            random.Next(5),
            i => i == 0 || random.Next(6) == 0 ? "hooks" : $"key{random.Next(4)}",
            name =>
            {
                if (name == "hooks")
                    Object(random.Next(4), _ => Events[random.Next(Events.Length)], _ => Array(() => Group()));
                else
                    Value(0);
            }
        );
        Blank();
        return text.ToString();

        void Group()
        {
            if (random.Next(8) == 0)
                Value(2);
            else
                Object(
                    random.Next(1, 4),
                    i =>
                        i == 0 ? "hooks"
                        : random.Next(2) == 0 ? "matcher"
                        : "note",
                    name =>
                    {
                        if (name == "hooks")
                            Array(() => Value(1));
                        else if (name == "matcher")
                            text.Append($"\"M{random.Next(4)}\"");
                        else
                            Value(2);
                    }
                );
        }

        void Value(int depth)
        {
            switch (random.Next(depth > 2 ? 4 : 6))
            {
                case 0:
                    text.Append(new[] { "1", "-0", "1.50", "2E+3", "123456789012345678901" }[random.Next(5)]);
                    break;
                case 1:
                    text.Append(new[] { "\"\"", "\"a b\"", "\"\\u0041\\n\"", "\"é🚀\"", "\"{],:\"" }[random.Next(5)]);
                    break;
                case 2:
                    text.Append("true");
                    break;
                case 3:
                    text.Append("null");
                    break;
                case 4:
                    Array(() => Value(depth + 1));
                    break;
                default:
                    Object(random.Next(3), _ => $"k{random.Next(3)}", _ => Value(depth + 1));
                    break;
            }
        }

        void Array(Action item)
        {
            text.Append('[');
            Blank();
            for (int i = 0, count = random.Next(3); i < count; i++)
            {
                if (i > 0)
                    text.Append(',');
                Blank();
                item();
                Blank();
            }

            text.Append(']');
        }

        void Object(int count, Func<int, string> name, Action<string> value)
        {
            text.Append('{');
            Blank();
            for (var i = 0; i < count; i++)
            {
                if (i > 0)
                    text.Append(',');
                Blank();
                var key = name(i);
                text.Append('"').Append(key).Append('"');
                Blank();
                text.Append(':');
                Blank();
                value(key);
                Blank();
            }

            text.Append('}');
        }

        void Blank() => text.Append(Blanks[random.Next(Blanks.Length)]);
    }
}
