using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Syntax;
using HookRules.Engine;

namespace HookRules.Compiler.Binding;

/// <summary>Statements about the runtime: each at most once in all files.</summary>
internal sealed class SettingsBinder
{
    private readonly Dictionary<Type, SourceRef> seen = [];

    public GraphSettings Settings { get; private set; } = new();

    /// <summary>The oldest Claude Code that the rules are for.</summary>
    public ClientVersion? Requires { get; private set; }

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
                Requires = ClientVersion.Parse(version.Text);
                if (Requires is null) context.Report(DiagnosticCatalog.BadClientVersion(context.At(version), version.Text));
                else Settings = Settings with { Requires = version.Text };
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
