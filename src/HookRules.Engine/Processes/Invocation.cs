using System.Collections.Immutable;

namespace HookRules.Engine;

/// <summary>What an invocation needs to know besides action and payload.</summary>
/// <param name="ProjectDir">Absolute path of the project folder.</param>
/// <param name="Environment">The environment of whoever runs it; null in a simulation, where <c>env.NAME</c> stands for its value.</param>
public sealed record InvocationContext(string ProjectDir, Func<string, string?>? Environment)
{
    public string EventId { get; init; } = "";
    public string RuleId { get; init; } = "";
    public DateTimeOffset PublishedAt { get; init; }

    /// <summary>The files of all events that the run stands for; if not given, the one of its event.</summary>
    public ImmutableArray<string> Files { get; init; }
}

/// <summary>What an action would really do with one event: the one place that turns templates into arguments, requests and lines.
/// Simulator, hook and consumer ask it.</summary>
/// <param name="Shown">For journals: payload values in place, <c>env.NAME</c> not.</param>
public abstract partial record Invocation(string Shown)
{
    /// <summary>How long an action may take that does not say so.</summary>
    /// <summary>What a program may take that says nothing of it; others have less.</summary>
    public static readonly TimeSpan LongestDefault = TimeSpan.FromMinutes(10);

    public TimeSpan DefaultTimeout { get; private init; } = LongestDefault;

    /// <summary>A program, its exact arguments, where it runs, all of its environment; the payload is its standard input.</summary>
    public sealed record Process(
        string Shown,
        ImmutableArray<string> Argv,
        string Folder,
        ImmutableArray<KeyValuePair<string, string>> Environment
    ) : Invocation(Shown);

    public sealed record Http(
        string Shown,
        string Method,
        string Url,
        ImmutableArray<KeyValuePair<string, string>> Headers,
        ReadOnlyMemory<byte>? Body
    ) : Invocation(Shown);

    /// <summary>A line for a file.</summary>
    /// <param name="LineText">The same without its line end; null where it is the event as JSON.</param>
    public sealed record Log(string Shown, string Path, ReadOnlyMemory<byte> Line, string? LineText = null) : Invocation(Shown);

    /// <summary>It must not or cannot be run, and why.</summary>
    public sealed record Refused(string Shown, string Why) : Invocation(Shown);

    public static Invocation Of(ActionDefinition action, BranchOptions options, Payload payload, InvocationContext context)
    {
        if (context.Files.IsDefault)
            context = context with { Files = payload.File is { } file ? [file] : [] };
        try
        {
            return action.Handler switch
            {
                Handler.Run run => OfRun(run, options, payload, context),
                Handler.Shell shell => OfShell(shell, options, payload, context),
                Handler.Http http => OfHttp(http, payload, context),
                Handler.Slack slack => OfSlack(slack, payload, context),
                Handler.Notify notify => OfNotify(notify, options, payload, context),
                Handler.Log log => OfLog(log, payload, context),
                _ => throw new InvalidOperationException($"unknown handler {action.Handler.GetType().Name}"),
            };
        }
        catch (RefusedException e)
        {
            return new Refused(action.Name, e.Message);
        }
    }

    private static Process OfRun(Handler.Run run, BranchOptions options, Payload payload, InvocationContext context)
    {
        var argv = ImmutableArray.CreateBuilder<string>(run.Argv.Length);
        var shown = new List<string>(run.Argv.Length);
        var afterDashes = false;
        foreach (var part in run.Argv)
        {
            foreach (var (value, reference) in Arguments(part, payload, context, afterDashes))
            {
                if (value.Contains('\0', StringComparison.Ordinal))
                    throw new RefusedException($"the value of {Describe(part)} contains a zero character, which no program can be given");
                argv.Add(value);
                shown.Add(reference);
            }

            afterDashes |= part is TextValue.Text { Template: { HasFields: false } text } && text.Render(payload) == "--";
        }

        var asked = run.Argv.OfType<TextValue.Env>().Select(reference => reference.Name);
        return new Process(
            ShellQuoting.Join(shown),
            argv.ToImmutable(),
            FolderOf(options, context),
            [.. ChildEnvironment(options, payload, context, asked)]
        );
    }

    /// <summary>One, but for <c>{files}</c>, which is as many as there are files.</summary>
    private static IEnumerable<(string Value, string Shown)> Arguments(
        TextValue part,
        Payload payload,
        InvocationContext context,
        bool afterDashes
    ) =>
        part is TextValue.Text { Template.IsFiles: true }
            ? context.Files.Select(AsPath).Select(file => (file, file))
            : [Argument(part, payload, context, afterDashes)];

    private static string FolderOf(BranchOptions options, InvocationContext context) =>
        options.Folder is { } folder ? Path.GetFullPath(folder, context.ProjectDir) : context.ProjectDir;

    private static string AsPath(string file) => file.StartsWith('-') ? "./" + file : file;

    private static (string Value, string Shown) Argument(TextValue part, Payload payload, InvocationContext context, bool afterDashes)
    {
        if (part is TextValue.Env variable)
            return (Resolve(variable, context), Reference(variable));
        var template = ((TextValue.Text)part).Template;
        var value = Render(template, payload, context);
        if (!value.StartsWith('-') || FirstWritten(template, payload) is not { Field: { } field })
            return (value, value);

        // Rules decide which program runs and with which options; an event decides neither.
        if (IsPath(field))
            return (AsPath(value), AsPath(value));
        if (afterDashes)
            return (value, value);
        throw new RefusedException(
            $"the value of {{{field}}} begins with \"-\" and would be read as an option; write \"--\" before it in the rule"
        );
    }

    /// <summary>The part that the first character comes from.</summary>
    private static Template.Part FirstWritten(Template template, Payload payload)
    {
        foreach (var part in template.Parts)
        {
            if (!string.IsNullOrEmpty(part.Literal ?? payload.Text(part.Field!)))
                return part;
        }

        return default;
    }

    private static bool IsPath(FieldPath field) =>
        field.IsFile
        || (
            field.Segments[^1].Name is { } name
            && (
                name.EndsWith("_path", StringComparison.Ordinal)
                || name.EndsWith("_dir", StringComparison.Ordinal)
                || name is "path" or "cwd" or "old_cwd" or "new_cwd" or "directory" or "filePath"
            )
        );

    private static string Describe(TextValue part) =>
        part is TextValue.Env variable ? Reference(variable) : $"\"{((TextValue.Text)part).Template.Text}\"";

    private static string Reference(TextValue.Env variable) => "env." + variable.Name;

    private static string Resolve(TextValue.Env variable, InvocationContext context) =>
        context.Environment is null ? Reference(variable)
        : context.Environment(variable.Name) is { Length: > 0 } value ? value
        : throw new RefusedException($"the environment variable {variable.Name} is not set where the action runs");

    private static string Resolve(TextValue value, Payload payload, InvocationContext context) =>
        value switch
        {
            TextValue.Env variable => Resolve(variable, context),
            TextValue.Text text => Render(text.Template, payload, context),
            _ => throw new InvalidOperationException($"unknown text value {value.GetType().Name}"),
        };

    private static string Show(TextValue value, Payload payload, InvocationContext context) =>
        value is TextValue.Env variable ? Reference(variable) : Render(((TextValue.Text)value).Template, payload, context);

    private static string Render(Template template, Payload payload, InvocationContext context) =>
        template.Render(field => Text(field, payload, context));

    private static string? Text(FieldPath field, Payload payload, InvocationContext context) =>
        field.IsFiles ? string.Join(", ", context.Files) : payload.Text(field);

    /// <summary>An event that an action must not be run with; becomes <see cref="Refused"/>.</summary>
    private sealed class RefusedException(string why) : Exception(why);
}
