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
        report.Group(
            "Editor: answers of `hookrules lsp` in a file of 1,000 rules, after a letter was typed in its last line (or in its first, "
                + "so that all behind it has moved), against one of 10 rules"
        );
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
            ("one lens", editor => editor.AskForLens()),
            ("layout", editor => editor.AskOfAll("textDocument/formatting")),
            ("repairs", editor => editor.AskForRepairs()),
            ("other name", editor => editor.AskAtEnd("textDocument/rename")),
        ];
        foreach (var line in new[] { Line.Last, Line.First })
        foreach (var (name, ask) in questions)
        {
            var where = line == Line.First ? ", first line" : "";
            var both = Series.Interleave(
                lab.Options.Rounds(20),
                ($"{name}, 1,000 rules{where}", () => large.TypeAnd(line, ask)),
                ($"{name}, 10 rules{where}", () => small.TypeAnd(line, ask))
            );
            report.Add(both[0], both[1], Comparing.Difference, Limit);
        }
    }

    /// <summary>Where the letter is typed.</summary>
    private enum Line
    {
        First,
        Last,
    }

    /// <summary>A server as an editor starts it, with one file open whose last line is being written.</summary>
    private sealed class Editor : IDisposable
    {
        private const string FirstLine = "# ";
        private const string LastLine = "on Write *.py -> check, dedup 1s ";

        private readonly Process server;
        private readonly int lines;
        private readonly Dictionary<Line, bool> letters = new() { [Line.First] = false, [Line.Last] = false };

        public Editor(Lab lab, int rules)
        {
            var file = Path.Join(Directory.CreateDirectory(Path.Join(lab.Folder, $"editor{rules}")).FullName, "main.hookrules");
            var text = $"{FirstLine}\n{CompileBenchmarks.Rules(rules)}{LastLine}";
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
        public double TypeAnd(Line where, Action<Editor> ask)
        {
            // The letter of the other line is taken away first.
            foreach (var other in letters.Keys.Where(one => one != where && letters[one]).ToList())
            {
                Change(other, "");
                letters[other] = false;
            }

            var started = Stopwatch.GetTimestamp();
            Change(where, $"{(char)('a' + (Version % 26))}");
            letters[where] = true;
            ask(this);
            return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }

        /// <summary>What cannot be done to a half-written line is refused, which is an answer too.</summary>
        public void AskAtEnd(string method) =>
            Client.Whole(
                method,
                $$"""{ "textDocument": { "uri": "{{Uri}}" }, "position": {{Place(Line.Last, "on Write *.py -> ch".Length)}}, "newName": "looked" }"""
            );

        public void AskOfAll(string method) => Client.Request(method, $$"""{ "textDocument": { "uri": "{{Uri}}" } }""");

        public void AskForLens() =>
            Client.Request(
                "codeLens/resolve",
                $$"""{ "range": {{RangeOfLast}}, "data": { "uri": "{{Uri}}", "kind": "cases", "line": 5 } }"""
            );

        public void AskForRepairs() =>
            Client.Request(
                "textDocument/codeAction",
                $$"""{ "textDocument": { "uri": "{{Uri}}" }, "range": {{RangeOfLast}}, "context": { "only": ["quickfix"], "diagnostics": [] } }"""
            );

        public void Dispose()
        {
            Client.Dispose();
            server.WaitForExit();
            server.Dispose();
        }

        private string RangeOfLast => $$"""{ "start": {{Place(Line.Last, 0)}}, "end": {{Place(Line.Last, LastLine.Length)}} }""";

        private void Change(Line where, string letter)
        {
            var start = (where == Line.First ? FirstLine : LastLine).Length;
            Version++;
            Client.Notify(
                "textDocument/didChange",
                $$"""
                { "textDocument": { "uri": "{{Uri}}", "version": {{Version}} }, "contentChanges": [ { "text": "{{letter}}",
                  "range": { "start": {{Place(where, start)}}, "end": {{Place(where, start + (letters[where] ? 1 : 0))}} } } ] }
                """
            );
        }

        private string Place(Line where, int character) =>
            string.Create(
                CultureInfo.InvariantCulture,
                $$"""{ "line": {{(where == Line.First ? 0 : lines)}}, "character": {{character}} }"""
            );
    }
}
