using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Syntax;
using HookRules.Engine;

namespace HookRules.Compiler.Binding;

/// <summary>Statements about the runtime: each at most once in the project's files; of the clients that packs require the newest counts.</summary>
internal sealed class SettingsBinder
{
    private readonly Dictionary<Type, SourceRef> seen = [];

    public GraphSettings Settings { get; private set; } = new();

    /// <summary>The oldest Claude Code that the rules are for.</summary>
    public ClientVersion? Requires { get; private set; }

    /// <summary>Other files with a scope of their own follow: they may say again what the newest of all is taken of.</summary>
    public void BeginUnit() => seen.Clear();

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
                Settings = Settings with { Queue = queue.Queue };
                break;
            case ConsumerSyntax consumer:
                Settings = Settings with { Consumer = consumer.Mode };
                break;
            case DurabilitySyntax durability:
                Settings = Settings with { Durability = durability.Durability };
                break;
            case RequiresSyntax { Version: var version }:
                if (ClientVersion.Parse(version.Text) is not { } oldest) context.Report(DiagnosticCatalog.BadClientVersion(context.At(version), version.Text));
                else if (Requires is not { } known || oldest.CompareTo(known) > 0) (Requires, Settings) = (oldest, Settings with { Requires = version.Text });
                break;
            default:
                throw new InvalidOperationException($"unknown statement {statement.GetType().Name}");
        }
    }

    private static string Word(StatementSyntax statement) => statement switch
    {
        QueueSyntax => "queue",
        ConsumerSyntax => "consumer",
        DurabilitySyntax => "durability",
        _ => "requires",
    };
}
