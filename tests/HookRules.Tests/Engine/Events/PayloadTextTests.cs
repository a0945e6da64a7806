using HookRules.Engine;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Engine;

public class PayloadTextTests
{
    private static readonly FieldPath Command = FieldPath.Parse("command")!;

    [Fact]
    public void HalfASurrogatePairHidesNothingOfTheCommand() =>
        CommandOf(
                """{"hook_event_name":"PreToolUse","tool_input":{"command":"git \"push\"\t\u002d\u002dforce\\n \ud800 \/"}}"""u8.ToArray()
            )
            .ShouldBe("git \"push\"\t--force\\n \ud800 /");

    [Fact]
    public void BytesThatAreNoUtf8HideNothingOfTheCommand()
    {
        var json = """{"hook_event_name":"PreToolUse","session_id":"?","tool_input":{"command":"git push\n?","x":{"y":"?"}}}"""u8.ToArray();
        for (var i = 0; i < json.Length; i++)
        {
            if (json[i] == '?')
                json[i] = 0xFF;
        }

        CommandOf(json).ShouldBe("git push\n\uFFFD");
        var payload = Payload.TryParse(json, out _).ShouldNotBeNull();
        payload.Session.ShouldBe("\uFFFD");
        payload.Text(FieldPath.Parse("tool_input.x")!).ShouldBe("{\"y\":\"\uFFFD\"}");
    }

    [Fact]
    public void AnEventNameThatIsNoUtf8IsAnUnknownEvent() =>
        Payload
            .TryParse((byte[])[.. "{\"hook_event_name\":\"St"u8, 0xFF, .. "p\"}"u8], out _)
            .ShouldNotBeNull()
            .Event.ShouldBe("St\uFFFDp");

    private static string? CommandOf(byte[] json) => Payload.TryParse(json, out _).ShouldNotBeNull().Text(Command);
}
