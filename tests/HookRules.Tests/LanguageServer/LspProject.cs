using HookRules.Tests.Cli;

namespace HookRules.Tests.LanguageServer;

/// <summary>A project, and an editor that has the language server at its side.</summary>
public abstract class LspProject : IDisposable
{
    internal CliProject Project { get; } = new();

    internal LspClient Client { get; } = LspClient.Start();

    public void Dispose()
    {
        Client.Dispose();
        Project.Dispose();
        GC.SuppressFinalize(this);
    }
}
