using System.Text;
using HookRules.Compiler.Knowledge;
using Newtonsoft.Json.Linq;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Knowledge;

public class PayloadValidatorTests
{
    public static TheoryData<string, string, string> Cases()
    {
        var data = new TheoryData<string, string, string>();
        foreach (var cells in Repository.Table("Knowledge/payloads.cases"))
            data.Add(cells[0], cells[1], cells.ElementAtOrDefault(2) ?? "");
        return data;
    }

    [Theory, MemberData(nameof(Cases))]
    public void AChangedSampleIsAllRightOrRefusedWithThePath(string sample, string changes, string expected)
    {
        var payload = JObject.Parse(Encoding.UTF8.GetString(Samples.Read(sample)));
        foreach (var change in changes.Split("; "))
            Change(payload, change.Trim());

        var problems = PayloadValidator.Validate(payload.ToString()).Select(problem => problem.ToString()).Order(StringComparer.Ordinal);

        string.Join(" & ", problems).ShouldBe(string.Join(" & ", expected.Split(" & ").Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("", "the payload is empty")]
    [InlineData(" \r\n\t", "the payload is empty")]
    [InlineData("[]", "the payload is not a JSON object but an array")]
    [InlineData("\"PreToolUse\"", "the payload is not a JSON object but a string")]
    [InlineData("null", "the payload is not a JSON object but null")]
    [InlineData("{\"hook_event_name\": \"Sto", "the payload is not valid JSON at line 1, byte 25")]
    [InlineData("{\n  \"a\": 1,\n}", "the payload is not valid JSON at line 3, byte 1")]
    [InlineData("{ // no\n }", "the payload is not valid JSON at line 1, byte 3")]
    [InlineData("{'hook_event_name': 'Stop'}", "the payload is not valid JSON at line 1, byte 2")]
    [InlineData("{\"a\": NaN}", "the payload is not valid JSON at line 1, byte 7")]
    [InlineData("{} {}", "the payload is not valid JSON at line 1, byte 4")]
    [InlineData("hello", "the payload is not valid JSON at line 1, byte 1")]
    [InlineData("{}", "hook_event_name: required field is missing")]
    public void WhatIsNoPayloadIsRefused(string json, string message) =>
        PayloadValidator.Validate(json).ShouldHaveSingleItem().ToString().ShouldBe(message);

    [Fact]
    public void EverySampleIsAllRight()
    {
        foreach (var name in Samples.Names)
            PayloadValidator.Validate(Samples.Read(name)).ShouldBeEmpty(name);
    }

    [Fact]
    public void ASampleCutOffAnywhereIsRefusedWithOneProblem()
    {
        var sample = Samples.Read("PostToolUse-Edit").AsMemory().TrimEnd("\n"u8);
        for (var length = 0; length < sample.Length; length += 7)
            PayloadValidator.Validate(sample[..length]).ShouldHaveSingleItem().Path.ShouldBeEmpty();
    }

    [Fact]
    public void AByteOrderMarkIsNoProblem() =>
        PayloadValidator.Validate((byte[])[0xEF, 0xBB, 0xBF, .. Samples.Read("Stop")]).ShouldBeEmpty();

    [Theory]
    [InlineData("\"\\ud800\"")]
    [InlineData("\"2026-11-20T10:00:00Z\"")]
    [InlineData("\"\\u0000\"")]
    public void AnyTextIsAText(string json) => Validate("Stop", "last_assistant_message", json).ShouldBeEmpty();

    [Theory]
    [InlineData("1e999")]
    [InlineData("123456789012345678901234567890")]
    [InlineData("-0.0")]
    public void AnyNumberIsANumber(string json) => Validate("PostToolUse-Bash", "duration_ms", json).ShouldBeEmpty();

    [Fact]
    public void WhatNoProgramCanHoldIsAProblemAndNoCrash()
    {
        Validate("Stop", "x", new string('9', 10_000)).Length.ShouldBeLessThanOrEqualTo(1);
        Validate("Stop", "x", new string('[', 10_000) + new string(']', 10_000)).ShouldHaveSingleItem();
        Validate("Stop", "x", new string('[', 100) + new string(']', 100)).ShouldBeEmpty();
    }

    [Fact]
    public void BytesThatAreNoUtf8AreNoCrash()
    {
        var json = Encoding.UTF8.GetBytes("""{"hook_event_name": "S?op", "session_id": "?"}""");
        for (var i = 0; i < json.Length; i++)
        {
            if (json[i] == '?')
                json[i] = 0xFF;
        }

        PayloadValidator.Validate(json).ShouldNotBeEmpty();
    }

    [Fact]
    public void ThreeThousandDamagedSamplesAreNoCrash()
    {
        var random = new Random(2);
        var samples = Samples.Names.Select(Samples.Read).ToArray();
        byte[][] bits =
        [
            .. new[] { "null", "[", "]", "{}", "\"", ":", ",", "\\", "1e400", "-", "\\ud800", "99999999999999999999999999" }.Select(
                Encoding.UTF8.GetBytes
            ),
        ];
        var refused = 0;
        for (var i = 0; i < 3000; i++)
        {
            var json = samples[random.Next(samples.Length)];
            var (from, to) = (random.Next(json.Length), random.Next(json.Length));
            if (from > to || random.Next(2) == 0)
                to = from;
            json = [.. json[..from], .. bits[random.Next(bits.Length)], (byte)random.Next(256), .. json[to..]];

            if (!PayloadValidator.Validate(json).IsEmpty)
                refused++;
            OutputValidator.Validate("PreToolUse", Encoding.UTF8.GetString(json));
        }

        refused.ShouldBeGreaterThan(2000);
    }

    [Fact]
    public void ANameThatIsNoJsonPathIsNoCrash() => Validate("Stop", "a'[b].$..*", "1").ShouldBeEmpty();

    private static System.Collections.Immutable.ImmutableArray<SchemaProblem> Validate(string sample, string field, string value)
    {
        var json = Encoding.UTF8.GetString(Samples.Read(sample)).Trim();
        return PayloadValidator.Validate($"{json[..^1]}, \"{field}\": {value}}}");
    }

    private static void Change(JObject payload, string change)
    {
        if (change.StartsWith("- ", StringComparison.Ordinal))
        {
            payload.SelectToken(change[2..]).ShouldNotBeNull().Parent.ShouldNotBeNull().Remove();
            return;
        }

        var (path, value) = (
            change[..change.IndexOf(" = ", StringComparison.Ordinal)],
            JToken.Parse(change[(change.IndexOf(" = ", StringComparison.Ordinal) + 3)..])
        );
        if (payload.SelectToken(path) is { } old)
        {
            old.Replace(value);
            return;
        }

        var dot = path.LastIndexOf('.');
        ((JObject)(dot < 0 ? payload : payload.SelectToken(path[..dot])!))[path[(dot + 1)..]] = value;
    }
}
