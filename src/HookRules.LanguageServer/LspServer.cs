using System.Text.Json;
using System.Text.Json.Nodes;
using HookRules.LanguageServer.Answers;
using HookRules.LanguageServer.Completion;
using HookRules.LanguageServer.Files;
using HookRules.LanguageServer.Protocol;

namespace HookRules.LanguageServer;

/// <summary>The language server: messages in, answers and diagnostics out. Requests are answered in their order from the text as it is
/// then; analyses run beside.</summary>
public sealed class LspServer
{
    private readonly FrameReader input;
    private readonly FrameWriter output;
    private readonly ServerContext context;
    private readonly AnalysisWorker worker;
    private readonly Published published;
    private readonly CodeLenses lenses;
    private volatile OpenFiles files = OpenFiles.None;
    private bool isInitialized;
    private bool isShutDown;
    private EditorAbilities editor = EditorAbilities.None;

    private LspServer(Stream input, Stream output, ServerContext context)
    {
        this.input = new FrameReader(input);
        this.output = new FrameWriter(output);
        this.context = context;
        published = new Published(this.output);
        lenses = new CodeLenses(context);
        worker = new AnalysisWorker(Analyse);
    }

    /// <summary>Serves one client until it says exit or closes the input.</summary>
    /// <returns>Whether it ended as the protocol has it: shut down before the exit, or its client gone.</returns>
    public static bool Run(Stream input, Stream output, ServerContext context)
    {
        var server = new LspServer(input, output, context);
        try
        {
            return server.Serve();
        }
        finally
        {
            server.worker.Stop();
        }
    }

    private bool Serve()
    {
        while (input.Read() is { } body)
        {
            worker.Hold();
            try
            {
                if (Take(body) is { } end)
                    return end;
            }
            finally
            {
                worker.Release();
            }
        }

        return true;
    }

    /// <summary>Whether it ended as the protocol has it; null where it goes on.</summary>
    private bool? Take(byte[] body)
    {
        JsonDocument message;
        try
        {
            message = JsonDocument.Parse(body);
        }
        catch (JsonException)
        {
            output.Error(null, ErrorCode.ParseError, "the message is no JSON");
            return null;
        }

        using (message)
        {
            if (message.RootElement.ValueKind != JsonValueKind.Object)
                output.Error(null, ErrorCode.InvalidRequest, "a message is one JSON object");
            else if (((JsonElement?)message.RootElement).Text("method") is not { } method)
                return null;
            else if (method == "exit")
                return isShutDown;
            else
                Take(method, message.RootElement);
        }

        return null;
    }

    private void Take(string method, JsonElement message)
    {
        var parameters = ((JsonElement?)message).Member("params");
        JsonNode? id = null;
        var given = ((JsonElement?)message).Member("id");
        var isRequest = given?.ValueKind == JsonValueKind.Number || ((JsonElement?)message).Text("id") is not null;
        try
        {
            id = isRequest ? JsonNode.Parse(given!.Value.GetRawText()) : null;
            if (isRequest)
                Request(id, method, parameters);
            else if (isInitialized)
                Notice(method, parameters);
        }
        catch (RequestRefused e)
        {
            output.Error(id?.DeepClone(), ErrorCode.RequestFailed, e.Message);
        }
        // A mistake of ours, or a message that nobody thought of: it costs its answer and nothing else.
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            if (isRequest)
                output.Error(id?.DeepClone(), ErrorCode.InternalError, $"a mistake in hookrules itself: {e.GetType().Name}: {e.Message}");
        }
    }

    private void Request(JsonNode? id, string method, JsonElement? parameters)
    {
        if (isShutDown)
            output.Error(id, ErrorCode.InvalidRequest, "the server is shut down");
        else if (!isInitialized && method != "initialize")
            output.Error(id, ErrorCode.NotInitialized, "\"initialize\" comes first");
        else if (TryAnswer(method, parameters, out var result))
            output.Result(id, result);
        else
            output.Error(id, ErrorCode.MethodNotFound, $"there is no method \"{method}\"");
    }

    private bool TryAnswer(string method, JsonElement? parameters, out JsonNode? result)
    {
        var file = files.Find(parameters.Member("textDocument").Text("uri"));
        var at = file is not null && parameters.Place("position") is { } place ? file.Lines.Offset(place) : 0;
        var project = file is null ? null : new ProjectView(file, files, context);
        switch (method)
        {
            case "initialize":
                isInitialized = true;
                editor = EditorAbilities.Of(parameters);
                result = Capabilities.Of(context.Version);
                return true;
            case "shutdown":
                isShutDown = true;
                result = null;
                return true;
            case "textDocument/completion":
                result = project is null ? null : Completions.At(project, at, editor.Snippets);
                return true;
            case "textDocument/hover":
                result = project is null ? null : Hover.At(project, at);
                return true;
            case "textDocument/definition":
                result = project is null ? null : Definition.At(project, at);
                return true;
            case "textDocument/references":
                result = project is null ? null : References.At(project, at, parameters);
                return true;
            case "textDocument/prepareRename":
                result = project is null ? null : Rename.Prepare(project, at);
                return true;
            case "textDocument/rename":
                result = project is null ? null : Rename.At(project, at, parameters);
                return true;
            case "textDocument/semanticTokens/full":
                result = project is null ? null : SemanticTokens.Of(project);
                return true;
            case "textDocument/foldingRange":
                result = file is null ? null : Folding.Of(file);
                return true;
            case "textDocument/codeLens":
                result = project is null ? null : CodeLenses.Of(project);
                return true;
            case "codeLens/resolve":
                result = lenses.Resolve(files, parameters);
                return true;
            case "textDocument/documentSymbol":
                result = file is null ? null : DocumentSymbols.Of(file);
                return true;
            case "textDocument/formatting":
                result = project is null ? null : Formatting.Of(project);
                return true;
            case "textDocument/codeAction":
                result = project is null ? null : CodeActions.In(project, published.Of(project.File), editor, parameters);
                return true;
            default:
                result = null;
                return false;
        }
    }

    private void Notice(string method, JsonElement? parameters)
    {
        var document = parameters.Member("textDocument");
        switch (method)
        {
            case "textDocument/didOpen" when document.Text("uri") is { } uri && document.Text("text") is { } text:
                Set(OpenFile.Of(uri, document.Text("languageId"), document.Number("version"), text));
                break;
            case "textDocument/didChange" when files.Find(document.Text("uri")) is { } file:
                foreach (var change in parameters.Items("contentChanges"))
                    file = Changed(file, change, document.Number("version"));
                Set(file);
                break;
            case "textDocument/didClose" when files.Find(document.Text("uri")) is { } file:
                files = files.Without(file.Uri);
                if (!editor.Listens)
                    break;
                published.Close(file.Uri, files);
                Look(published.Readers(file).Where(uri => files.Find(uri) is not null));
                break;
            case "textDocument/didSave" or "workspace/didChangeWatchedFiles":
                // What lies beside the open files is another now.
                files = files.Anew();
                Look(files.All.Select(open => open.Uri));
                break;
        }
    }

    private static OpenFile Changed(OpenFile file, JsonElement? change, int? version)
    {
        if (change.Text("text") is not { } text)
            return file;
        var range = change.Member("range");
        if (range.Place("start") is not { } start || range.Place("end") is not { } end)
            return file.With(text, version);
        var from = file.Lines.Offset(start);
        return file.With(string.Concat(file.Text.AsSpan(0, from), text, file.Text.AsSpan(Math.Max(from, file.Lines.Offset(end)))), version);
    }

    private void Set(OpenFile file)
    {
        files = files.With(file);
        IEnumerable<string> others = published.Readers(file);
        if (file.Kind == FileKind.Rules)
            others = others.Concat(files.All.Where(open => open.Kind == FileKind.Settings).Select(open => open.Uri));
        Look(others.Where(uri => uri != file.Uri && files.Find(uri) is not null).Prepend(file.Uri).ToList());
    }

    /// <summary>Has files analysed, where somebody waits for what is found.</summary>
    private void Look(IEnumerable<string> uris)
    {
        if (editor.Listens)
            worker.Add(uris);
    }

    private void Analyse(string uri, CancellationToken ct)
    {
        var now = files;
        if (now.Find(uri) is not { } file)
            return;
        try
        {
            var analysis = Analysis.Of(file, now, context, ct);
            ct.ThrowIfCancellationRequested();
            // It may have been closed meanwhile.
            if (files.Find(uri) is not null)
                published.Put(analysis, files);
        }
        catch (Exception e) when (e is not (OutOfMemoryException or OperationCanceledException))
        {
            output.Notify(
                "window/logMessage",
                new JsonObject { ["type"] = 1, ["message"] = $"hookrules could not look at {file.Display}: {e.Message}" }
            );
        }
    }
}
