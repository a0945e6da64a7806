using System.Collections.Immutable;
using System.Text;
using HookRules.Engine;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Engine;

/// <summary>What <c>{files}</c> becomes.</summary>
public sealed class InvocationFilesTests
{
    private static readonly Dictionary<string, string> Variables = new() { ["SLACK_WEBHOOK"] = "https://hooks.example/x" };

    [Theory]
    [InlineData("a.py|b c.py", "lint|--|a.py|b c.py|end")]
    [InlineData("-x|--fix=y", "lint|--|./-x|./--fix=y|end")]
    [InlineData("", "lint|--|end")]
    public void TheFilesOfABatchAreAnArgumentEach(string files, string argv)
    {
        var process = Batch(Run("lint -- {files} end"), files).ShouldBeOfType<Invocation.Process>();

        string.Join('|', process.Argv).ShouldBe(argv);
        process.Shown.ShouldBe(ShellQuoting.Join(argv.Split('|')));
    }

    [Fact]
    public void AZeroCharacterInOneOfManyFilesFailsTheRun() => Batch(Run("lint {files}"), "a.py|b\0").ShouldBeOfType<Invocation.Refused>();

    [Fact]
    public void InATextTheFilesOfABatchStandBetweenCommas()
    {
        Text(
                Batch(new Handler.Slack(new TextValue.Text(Template.Parse("wrote {files}"))), "a&b.py|c.py")
                    .ShouldBeOfType<Invocation.Http>()
                    .Body!.Value
            )
            .ShouldBe("""{"text":"wrote a&amp;b.py, c.py"}""");
        Batch(new Handler.Http("GET", new TextValue.Text(Template.Parse("https://ci.example/?f={files}")), [], null), "a.py|b.py")
            .ShouldBeOfType<Invocation.Http>()
            .Url.ShouldBe("https://ci.example/?f=a.py%2C%20b.py");
        Batch(new Handler.Log(new TextValue.Text(Template.Parse("x-{files}.log"))), "a.py|b.py")
            .ShouldBeOfType<Invocation.Log>()
            .Path.ShouldBe("/project/x-a_py__b_py.log");
    }

    [Fact]
    public void InABodyTheFilesOfABatchAloneAreAList()
    {
        var body = new JsonTemplate.Object([
            KeyValuePair.Create<string, JsonTemplate>("files", new JsonTemplate.Value(new TextValue.Text(Template.Parse("{files}")))),
            KeyValuePair.Create<string, JsonTemplate>(
                "text",
                new JsonTemplate.Array([new JsonTemplate.Value(new TextValue.Text(Template.Parse("wrote {files}")))])
            ),
        ]);

        Text(
                Batch(new Handler.Http("POST", new TextValue.Text(Template.Parse("https://ci.example/")), [], body), "a \"b\".py|c.py")
                    .ShouldBeOfType<Invocation.Http>()
                    .Body!.Value
            )
            .ShouldBe("""{"files":["a \"b\".py","c.py"],"text":["wrote a \"b\".py, c.py"]}""");
    }

    [Fact]
    public void AScriptFindsTheFilesOfABatchOneALine()
    {
        Files("a.py|b c.py").ShouldBe("a.py\nb c.py");
        Files("").ShouldBe("");
        Batch(new Handler.Shell("lint $HOOK_FILES"), "a.py|b\nc.py")
            .ShouldBeOfType<Invocation.Refused>()
            .Why.ShouldBe("the name of a file contains a line break or a zero character, which $HOOK_FILES cannot hold");

        var many = string.Join('|', Enumerable.Range(0, 9000).Select(i => $"src/file{i}.py"));
        var lines = Files(many).Split('\n');
        lines.Length.ShouldBeInRange(3000, 8999);
        lines.ShouldAllBe(line => line.EndsWith(".py"));

        string Files(string files) =>
            Batch(new Handler.Shell("lint $HOOK_FILES"), files)
                .ShouldBeOfType<Invocation.Process>()
                .Environment.Single(variable => variable.Key == "HOOK_FILES")
                .Value;
    }

    [Fact]
    public void OfOneEventTheFilesAreItsOne() =>
        Of(Run("lint {files}")).ShouldBeOfType<Invocation.Process>().Argv.ShouldBe(["lint", "a.py"]);

    private static Handler.Run Run(string words) => new([.. words.Split(' ').Select(word => new TextValue.Text(Template.Parse(word)))]);

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    private static Invocation Batch(Handler handler, string files) =>
        Of(handler, [.. files.Split('|', StringSplitOptions.RemoveEmptyEntries)]);

    private static Invocation Of(Handler handler, ImmutableArray<string> files = default)
    {
        var payload = Payload.TryParse(
            """{"hook_event_name":"PostToolUse","session_id":"s-1","tool_name":"Write","tool_input":{"file_path":"a.py"}}"""u8.ToArray(),
            out _
        )!;
        return Invocation.Of(
            new ActionDefinition("a", handler, RuleGraphJson.NoPlace),
            BranchOptions.Default,
            payload,
            new InvocationContext("/project", Variables.GetValueOrDefault) { Files = files }
        );
    }
}
