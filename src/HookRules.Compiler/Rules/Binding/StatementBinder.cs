using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Engine;

namespace HookRules.Compiler.Rules.Binding;

/// <summary>Statements about the runtime: each at most once in the project's files; of the clients that packs require the newest
/// counts.</summary>
internal sealed class StatementBinder
{
    private readonly Dictionary<Type, SourceRef> seen = [];

    public GraphSettings Settings { get; private set; } = new();

    /// <summary>The oldest Claude Code that the rules are for.</summary>
    public ClientVersion? Requires { get; private set; }

    /// <summary>Other files with a scope of their own follow: they may say again what the newest of all is taken of.</summary>
    public void Begin() => seen.Clear();

    public void Bind(StatementSyntax statement, BindContext context)
    {
        if (!seen.TryAdd(statement.GetType(), context.At(statement)))
        {
            context.Report(DiagnosticCatalog.SetTwice(context.At(statement), Word(statement), seen[statement.GetType()]));
            return;
        }

        switch (statement)
        {
            case QueueSyntax queue:
                if (Bind(queue, context) is { } bound)
                    Settings = Settings with { Queue = bound };
                break;
            case ConsumerSyntax consumer:
                Settings = Settings with { Consumer = consumer.Mode };
                break;
            case RecordSyntax record:
                Settings = Settings with { Record = Bind(record, context) };
                break;
            case FeedbackSyntax:
                Settings = Settings with { FeedbackWakes = true };
                break;
            case InstallSyntax { Command: var command }:
                // It is said inside of JSON and by scripts of three shells: a sign that one of them would read is none of a command line
                // that somebody is to type.
                if (command.Text.Length is 0 or > 200 || !command.Text.All(c => c is >= ' ' and <= '~' and not ('"' or '\'' or '\\')))
                    context.Report(
                        DiagnosticCatalog.WrongValue(
                            context.At(command),
                            "the command of \"install\"",
                            "one short line without quotes and backslashes, such as npm ci"
                        )
                    );
                else
                    Settings = Settings with { Install = command.Text };
                break;
            case DurabilitySyntax durability:
                Settings = Settings with { Durability = durability.Durability };
                break;
            case RequiresSyntax { Version: var version }:
                if (ClientVersion.Parse(version.Text) is not { } oldest)
                    context.Report(DiagnosticCatalog.BadClientVersion(context.At(version), version.Text));
                else if (Requires is not { } known || oldest.CompareTo(known) > 0)
                    (Requires, Settings) = (oldest, Settings with { Requires = version.Text });
                break;
            default:
                throw new InvalidOperationException($"unknown statement {statement.GetType().Name}");
        }
    }

    private static QueueSettings? Bind(QueueSyntax syntax, BindContext context)
    {
        switch (syntax.Place)
        {
            case null:
                return new QueueSettings();
            case StringSyntax path when syntax.Stream is null:
                return path.Text.Length > 0
                    ? new QueueSettings(QueueKind.Sqlite, Path: path.Text)
                    : context.None<QueueSettings>(
                        DiagnosticCatalog.WrongValue(context.At(path), "the file of \"queue sqlite\"", "a path that is not empty")
                    );
            case EnvSyntax env:
                if (new TextBinder(context).Variable(env) is null)
                    return null;
                return syntax.Stream is { Text.Length: > 0 } stream
                    ? new QueueSettings(
                        QueueKind.Redis,
                        UrlVariable: env.Name,
                        Stream: stream.Text,
                        ElseLocal: syntax.Otherwise is not null
                    )
                    : context.None<QueueSettings>(
                        DiagnosticCatalog.WrongValue(context.At(syntax.Stream!), "the stream", "a name that is not empty")
                    );
            default:
                return context.None<QueueSettings>(
                    DiagnosticCatalog.WrongValue(
                        context.At(syntax.Place),
                        "the server of \"queue redis\"",
                        "env.NAME: its URL holds a password"
                    )
                );
        }
    }

    private static RecordSettings Bind(RecordSyntax syntax, BindContext context)
    {
        var isOn = syntax.Mode.Text == "on";
        foreach (var (word, names) in new[] { ("with", syntax.With), ("without", syntax.Without) })
            if (!isOn && names.Length > 0)
                context.Report(
                    DiagnosticCatalog.ModifierMeansNothing(
                        context.At(names[0]),
                        word,
                        "\"record off\" keeps nothing",
                        "remove it, or write: record on"
                    )
                );
        return new RecordSettings(isOn, Fields(syntax.Without, context)) { With = Fields(syntax.With, context) };
    }

    private static ImmutableArray<FieldPath> Fields(ImmutableArray<NameSyntax> names, BindContext context)
    {
        var fields = ImmutableArray.CreateBuilder<FieldPath>();
        foreach (var name in names)
        {
            var path = FieldPath.Parse(name.Text);
            if (path is null)
                context.Report(
                    DiagnosticCatalog.UnknownField(context.At(name), name.Text, "this is no path such as tool_input.command", null)
                );
            else if (HookEvents.All.All(known => FieldCatalog.Find(known.Name, null, path) is FieldLookup.Unknown))
                context.Report(DiagnosticCatalog.UnknownField(context.At(name), name.Text, "no event has it", NearestField(name.Text)));
            else if (!fields.Contains(path))
                fields.Add(path);
        }

        return fields.ToImmutable();
    }

    private static string? NearestField(string name) =>
        NearestName.Find(
            name,
            HookEvents
                .All.SelectMany(known => FieldCatalog.Root(known.Name).Names)
                .Concat(FieldPath.Aliases.Keys)
                .Distinct(StringComparer.Ordinal)
        );

    private static string Word(StatementSyntax statement) =>
        statement switch
        {
            QueueSyntax => "queue",
            ConsumerSyntax => "consumer",
            DurabilitySyntax => "durability",
            FeedbackSyntax => "feedback",
            InstallSyntax => "install",
            RecordSyntax => "record",
            _ => "requires",
        };
}
