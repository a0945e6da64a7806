using System.Collections.Immutable;
using System.Text;
using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Engine;

namespace HookRules.Fuzz;

/// <summary>plan.json, damaged or edited, by hand or by somebody who knows how its hash is made.</summary>
internal sealed class PlanTarget : TextTarget
{
    private static readonly ImmutableArray<(byte[] Text, string Hash)> Plans =
    [
        .. new[] { "on Stop -> run \"x\"\n", Corpus.Rules[^1], Many(60), Many(400) }.Select(text =>
            RuleGraphJson.Write(
                Compilation.Create(new SourceText("main.hookrules", text)).Graph,
                "0.1.0",
                "{\"settings.json\":{\"createdFile\":true}}"
            )
        ),
    ];

    private static readonly ImmutableDictionary<string, ImmutableArray<string>> Meanings = Plans.ToImmutableDictionary(
        plan => plan.Hash,
        plan => Meaning(plan.Text)
    );

    private static readonly Payload[] Payloads =
    [
        .. new[]
        {
            """{"hook_event_name":"PreToolUse","tool_name":"Bash","tool_input":{"command":"git push --force"}}""",
            """{"hook_event_name":"PostToolUse","tool_name":"Write","tool_input":{"file_path":"/p/src/a.py"},"cwd":"/p"}""",
            """{"hook_event_name":"Stop","session_id":"s"}""",
            """{"hook_event_name":"PreToolUse"}""",
        }.Select(json => Payload.TryParse(Encoding.UTF8.GetBytes(json), out _)!),
    ];

    private static readonly string[] Parts =
    [
        "\"body\":",
        "\"rules\":",
        "\"actions\":[",
        "\"hash\":\"",
        "\"layout\":[",
        "\"pages\":\"",
        "\"slots\":[",
        "\"postings\":[",
        "\"sources\":",
        "\"positions\":[",
        "\"record\":",
        "-1",
        "4294967295",
        "2147483647",
        "-2147483648",
        "ffffffff",
        "00000000",
        "7fffffff",
        "\n",
        ",\n",
        "\n\"layout\":[4096,0,0,0],\n\"pages\":\"\",\n\"body\":{}",
        "\"body\":{\"settings\":{\"queue\":\"file\",\"consumer\":\"auto\",\"durability\":\"fast\"},\"actions\":[],\"rules\":[]},",
        "\"\\u0062ody\":{}",
        "[[[[[[[[",
        "null",
        "\"deny\"",
        "\"allow\"",
        "\"\\ud800\"",
        "1e999",
        "{}",
        "[]",
    ];

    private readonly string path = Path.Combine(
        Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(),
        $"hookrules-fuzz-{Environment.ProcessId}.json"
    );

    public PlanTarget() => AppDomain.CurrentDomain.ProcessExit += (_, _) => File.Delete(path);

    public override string Name => "plan";

    public override string Promise =>
        "an edited plan is refused, or means what it meant; one whose hash was made anew is read or refused; nothing else is "
        + "thrown, nothing allocated without bound";

    // The whole plan and then what four events need of it, each compared with what it meant before.
    public override TimeBound Time => new(TimeSpan.FromMilliseconds(50), 2000);

    public override string Make(Choices choices)
    {
        var (plan, _) =
            choices.OneIn(60) ? Plans[3]
            : choices.OneIn(6) ? Plans[2]
            : Plans[choices.Next(2)];
        var text = Encoding.Latin1.GetString(plan);
        if (choices.OneIn(12))
            return text[..choices.Next(text.Length)];

        // What the hash does not cover is the likelier hole.
        var (from, to) = choices.Next(4) switch
        {
            0 => (0, text.IndexOf("\"body\":", StringComparison.Ordinal)),
            1 => (text.LastIndexOf("\n\"sources\":", StringComparison.Ordinal), text.Length),
            2 => (text.IndexOf("\"slots\":", StringComparison.Ordinal), text.IndexOf("\"rules\":", StringComparison.Ordinal)),
            _ => (text.IndexOf("\"body\":", StringComparison.Ordinal), text.LastIndexOf("\n\"sources\":", StringComparison.Ordinal)),
        };
        var changed = choices.OneIn(3) ? Digits(text[from..to], choices) : Latin1(Mutation.Of(text[from..to], choices, Parts));
        text = text[..from] + changed + text[to..];
        return choices.OneIn(2) ? text : Encoding.Latin1.GetString(Rehashed(Encoding.Latin1.GetBytes(text)));
    }

    public override Verdict Check(string text)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var accepted = Whole(bytes) | ByOffset(bytes);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        BrokenException.Unless(
            allocated < (64 << 20) + (1000L * bytes.Length),
            $"too much memory: {allocated >> 20} MB for {bytes.Length} bytes"
        );
        return accepted ? Verdict.Accepted : Verdict.Rejected;
    }

    private static bool Whole(byte[] bytes)
    {
        try
        {
            var plan = RuleGraphJson.Read(bytes);
            if (Meanings.TryGetValue(plan.Hash, out var meaning))
                BrokenException.Unless(
                    MeaningOf(plan.Graph.Rules, plan.Graph.Actions).SequenceEqual(meaning),
                    "the plan means something else and has the same hash"
                );
            return true;
        }
        catch (PlanCorruptException)
        {
            return false;
        }
    }

    private bool ByOffset(byte[] bytes)
    {
        File.WriteAllBytes(path, bytes);
        using var plan = PlanFile.Open(path, out var problem);
        if (plan is null)
        {
            BrokenException.Unless(!string.IsNullOrEmpty(problem), "a plan is refused without a reason");
            return false;
        }

        var meaning = Meanings.GetValueOrDefault(plan.Hash);
        foreach (var payload in Payloads)
        {
            try
            {
                var candidates = plan.Candidates(payload);
                Router.Route(payload, candidates, new RouteContext("/p"));
                foreach (var branch in candidates.SelectMany(rule => rule.QueuedBranches.Concat(rule.Sync)))
                {
                    var action = plan.Action(branch.Action);
                    if (!meaning.IsDefault)
                        BrokenException.Unless(
                            meaning.Contains(MeaningOf([], [action])[0]),
                            $"an action means something else and the plan has the same hash: {action.Name}"
                        );
                }

                if (!meaning.IsDefault)
                    BrokenException.Unless(
                        MeaningOf([.. candidates], []).All(meaning.Contains),
                        "a rule read by offset means something else and the plan has the same hash"
                    );
            }
            catch (PlanCorruptException) { }
        }

        return true;
    }

    private static ImmutableArray<string> Meaning(byte[] text) =>
        RuleGraphJson.Read(text).Graph is var graph ? MeaningOf(graph.Rules, graph.Actions) : [];

    /// <summary>Rules and actions as the plan spells them, without their places.</summary>
    private static ImmutableArray<string> MeaningOf(ImmutableArray<Rule> rules, ImmutableArray<ActionDefinition> actions)
    {
        return
        [
            .. rules.Select(rule => Spelled(json => RuleJson.Write(json, rule))),
            .. actions.Select(action => Spelled(json => RuleJson.Write(json, action))),
        ];

        static string Spelled(Action<System.Text.Json.Utf8JsonWriter> write)
        {
            var buffer = new System.Buffers.ArrayBufferWriter<byte>();
            using (var json = new System.Text.Json.Utf8JsonWriter(buffer))
                write(json);
            return Encoding.UTF8.GetString(buffer.WrittenSpan);
        }
    }

    private static string Digits(string text, Choices choices)
    {
        var changed = text.ToCharArray();
        for (var count = choices.Between(1, 3); count > 0; count--)
        {
            var at = choices.Next(changed.Length);
            while (at < changed.Length && !char.IsAsciiHexDigit(changed[at]) && changed[at] != ' ')
                at++;
            if (at < changed.Length)
                changed[at] = "0123456789abcdef- "[choices.Next(18)];
        }

        return new string(changed);
    }

    private static string Latin1(string text) => Encoding.Latin1.GetString(Encoding.Latin1.GetBytes(text));

    /// <summary>The hashes made anew, as somebody could who edits the plan.</summary>
    private static byte[] Rehashed(byte[] text)
    {
        var body = text.AsSpan().IndexOf("\n\"body\":"u8) + 8;
        var pages = text.AsSpan().IndexOf("\n\"pages\":\""u8) + 1;
        var layout = text.AsSpan().IndexOf("\n\"layout\":["u8) + 1;
        var hash = text.AsSpan().IndexOf("\n\"hash\":\""u8) + 9;
        var tail = text.AsSpan().LastIndexOf(",\n\"sources\":"u8);
        if (body < 8 || pages < 1 || layout < 1 || hash < 9 || tail < body || layout > pages || pages > body)
            return text;
        // The stated length stays as it is where the mutation may have been about it.
        var bytes = text.AsSpan(body, tail - body);
        var hashes = new List<byte>();
        var line = Encoding.Latin1.GetString(text, layout, pages - layout);
        Span<byte> one = stackalloc byte[Blake2b.HashSize];
        for (var at = 0; at < bytes.Length; at += PlanFormat.PageSize)
        {
            Blake2b.Hash(bytes[at..Math.Min(bytes.Length, at + PlanFormat.PageSize)], one);
            hashes.AddRange(one[..PlanFormat.PageHashSize]);
        }

        if (line.Split(',') is [var page, _, var slots, ..] numbers && hashes.Count % 32 == 0)
            line = string.Join(',', [page, bytes.Length.ToString(), slots, .. numbers[3..]]);
        var hashed = $"{line}\"pages\":\"{Convert.ToBase64String([.. hashes])}\",\n";
        var head = Encoding.Latin1.GetString(text, 0, layout);
        var stated = Blake2b.HashHex(Encoding.Latin1.GetBytes(hashed));
        if (hash + 64 <= head.Length)
            head = head[..hash] + stated + head[(hash + 64)..];
        return Encoding.Latin1.GetBytes(head + hashed + "\"body\":" + Encoding.Latin1.GetString(text, body, text.Length - body));
    }

    private static string Many(int count) =>
        string.Concat(
            Enumerable
                .Range(0, count)
                .Select(i =>
                    $"rule r{i}:\n  on "
                    + (i % 3) switch
                    {
                        0 => $"after Write *.x{i} src{i}/** -> run \"tool{i}\"\n",
                        1 => $"before Bash where command matches /word{i}\\b/ -> deny \"no {i}\"\n",
                        _ => $"Stop -> run \"tool{i}\"\n",
                    }
                )
        );
}
