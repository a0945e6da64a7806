using System.Diagnostics;
using System.Globalization;
using System.Text;
using HookRules.Tests.LanguageServer;

namespace HookRules.Benchmarks;

/// <summary>What a person in an editor waits for: one letter is typed into a file, and the language server is asked.</summary>
internal static class EditorBenchmarks
{
    private const double Limit = 50;

    public static void Run(Lab lab, Report report)
    {
        report.Group("Editor: answers of `hookrules lsp` in a file of 1,000 rules, after a letter was typed, against one of 10 rules");
        using var small = new Editor(lab, 10);
        using var large = new Editor(lab, 1000);
        (string Name, Action<Editor> Ask)[] questions =
        [
            ("diagnostics", editor => editor.Client.Diagnostics(editor.Uri, editor.Version)),
            ("completion", editor => editor.AskAtEnd("textDocument/completion")),
            ("hover", editor => editor.AskAtEnd("textDocument/hover")),
            ("definition", editor => editor.AskAtEnd("textDocument/definition")),
            ("references", editor => editor.AskAtEnd("textDocument/references")),
            ("symbols", editor => editor.AskOfAll("textDocument/documentSymbol")),
            ("semantic tokens", editor => editor.AskOfAll("textDocument/semanticTokens/full")),
            ("folding", editor => editor.AskOfAll("textDocument/foldingRange")),
            ("lenses", editor => editor.AskOfAll("textDocument/codeLens")),
        ];
        foreach (var (name, ask) in questions)
        {
            var both = Series.Interleave(
                lab.Options.Rounds(20),
                ($"{name}, 1,000 rules", () => large.TypeAnd(ask)),
                ($"{name}, 10 rules", () => small.TypeAnd(ask))
            );
            report.Add(both[0], both[1], Comparing.Difference, Limit);
        }
    }

    /// <summary>A server as an editor starts it, with one file open whose last line is being written.</summary>
    private sealed class Editor : IDisposable
    {
        private const string LastLine = "on Write *.py -> check, dedup 1s ";

        private readonly Process server;
        private readonly int lines;

        public Editor(Lab lab, int rules)
        {
            var file = Path.Join(Directory.CreateDirectory(Path.Join(lab.Folder, $"editor{rules}")).FullName, "main.hookrules");
            var text = CompileBenchmarks.Rules(rules) + LastLine;
            Lab.Write(file, Encoding.UTF8.GetBytes(text));
            lines = text.Count(c => c == '\n');
            Uri = new Uri(file).AbsoluteUri;
            server = Process.Start(
                new ProcessStartInfo(Path.Join(lab.Runtime, "hookrules"), ["lsp"])
                {
                    RedirectStandardInput = true,
                    RedirectStandardOutput = true,
                }
            )!;
            Client = new LspClient(server.StandardInput.BaseStream, server.StandardOutput.BaseStream);
            Client.Greet();
            Client.Open(Uri, text, Version);
            Client.Diagnostics(Uri, Version);
        }

        public LspClient Client { get; }

        public string Uri { get; }

        public int Version { get; private set; } = 1;

        /// <summary>Milliseconds from the letter to the answer.</summary>
        public double TypeAnd(Action<Editor> ask)
        {
            var started = Stopwatch.GetTimestamp();
            Version++;
            Client.Notify(
                "textDocument/didChange",
                $$"""
                { "textDocument": { "uri": "{{Uri}}", "version": {{Version}} }, "contentChanges": [ { "text": "{{(char)(
                    'a' + (Version % 26)
                )}}",
                  "range": { "start": {{Place(LastLine.Length)}}, "end": {{Place(LastLine.Length + (Version == 2 ? 0 : 1))}} } } ] }
                """
            );
            ask(this);
            return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }

        public void AskAtEnd(string method) =>
            Client.Request(method, $$"""{ "textDocument": { "uri": "{{Uri}}" }, "position": {{Place("on Wri".Length)}} }""");

        public void AskOfAll(string method) => Client.Request(method, $$"""{ "textDocument": { "uri": "{{Uri}}" } }""");

        public void Dispose()
        {
            Client.Dispose();
            server.WaitForExit();
            server.Dispose();
        }

        private string Place(int character) =>
            string.Create(CultureInfo.InvariantCulture, $$"""{ "line": {{lines}}, "character": {{character}} }""");
    }
}
