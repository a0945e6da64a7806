using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Engine;

namespace HookRules.Compiler.Rules.Binding;

/// <summary>What an action does, from how it is written.</summary>
internal sealed class HandlerBinder(BindContext context)
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

    private readonly TextBinder texts = new(context);

    public ImmutableArray<Placeholder> Placeholders => texts.Placeholders;

    /// <summary>Null where it is wrong, which is reported.</summary>
    public Handler? Bind(HandlerSyntax syntax) =>
        syntax switch
        {
            RunSyntax run => Run(run),
            ShellSyntax shell => Shell(shell),
            HttpSyntax http => Http(http),
            MessageSyntax { Text: ConstantSyntax } message => context.Resolve(message.Text) is { } text
                ? Bind(message with { Text = text })
                : null,
            MessageSyntax { Text: StringSyntax { Text: "" } } message => context.None<Handler>(
                DiagnosticCatalog.WrongValue(context.At(message.Text), $"the text of \"{message.Word.Text}\"", "one that is not empty")
            ),
            MessageSyntax { Word.Text: "log" } log => Log(log),
            MessageSyntax message => texts.Value(message.Text, $"the text of \"{message.Word.Text}\"") is { } text
                ? Message(message, text)
                : null,
            _ => throw new InvalidOperationException($"unknown handler {syntax.GetType().Name}"),
        };

    private Handler? Message(MessageSyntax message, TextValue text)
    {
        if (message.Word.Text == "notify")
            return new Handler.Notify(text, message.Sound);
        if (message.Webhook is not { } named)
            return new Handler.Slack(text);
        return texts.Variable(named) is { } webhook ? new Handler.Slack(text, webhook.Name) : null;
    }

    private Handler.Log? Log(MessageSyntax log)
    {
        if (texts.Value(log.Text, "the file of \"log\"") is not { } file)
            return null;
        if (log.Line is not { } line)
            return new Handler.Log(file);
        return texts.Value(line, "the text of \"log\"") switch
        {
            TextValue.Text { Template: var text } => new Handler.Log(file, text),
            null => null,
            _ => context.None<Handler.Log>(
                DiagnosticCatalog.WrongValue(context.At(line), "the text of \"log\"", "a text: what a variable holds belongs in no log")
            ),
        };
    }

    private Handler.Run? Run(RunSyntax run)
    {
        // In a list that is written a list that a constant stands for is spliced.
        if ((run.Command is ConstantSyntax ? context.Resolve(run.Command) : run.Command) is not { } command)
            return null;
        var argv = command switch
        {
            StringSyntax text => new CommandLine(context, text).Split(texts),
            LiteralSyntax literal => new CommandLine(context, Constant.ToText(literal.Span, literal.Json)).Split(texts),
            ListSyntax list => List(list),
            _ => throw new InvalidOperationException($"unknown command {run.Command.GetType().Name}"),
        };
        if (argv is not { } arguments)
            return null;
        if (FilesInside(arguments) is { } problem)
            return context.None<Handler.Run>(problem);
        return arguments switch
        {
            [] or [TextValue.Text { Template.Text: "" }, ..] => context.None<Handler.Run>(
                DiagnosticCatalog.EmptyCommand(context.At(run.Command))
            ),
            [TextValue.Text { Template: { HasFields: true } program }, ..] => context.None<Handler.Run>(
                DiagnosticCatalog.ProgramFromPayload(context.At(run.Command), program.Text)
            ),
            _ => new Handler.Run(arguments),
        };
    }

    /// <summary>Where <c>{files}</c> is part of an argument; null where it stands alone or not at all.</summary>
    private Diagnostic? FilesInside(ImmutableArray<TextValue> arguments)
    {
        var number = 0;
        foreach (var template in arguments.OfType<TextValue.Text>().Select(text => text.Template))
        {
            foreach (var field in template.Fields)
            {
                // The placeholders were found in this order.
                if (field.IsFiles && !template.IsFiles)
                    return DiagnosticCatalog.FilesNotAlone(context.At(Placeholders[number].Span), template.Text);
                number++;
            }
        }

        return null;
    }

    private ImmutableArray<TextValue>? List(ListSyntax list)
    {
        if (context.Splice(list.Items) is not { } items)
            return null;
        var arguments = items.Select(item => texts.Value(item, "an argument")).ToArray();
        return arguments.All(argument => argument is not null) ? [.. arguments.Select(argument => argument!)] : null;
    }

    private Handler.Shell? Shell(ShellSyntax shell)
    {
        if (string.IsNullOrWhiteSpace(shell.Script.Text))
            return context.None<Handler.Shell>(DiagnosticCatalog.EmptyCommand(context.At(shell.Script)));
        foreach (var placeholder in TextBinder.Fields(shell.Script))
        {
            // Braces are shell syntax too; only what cannot be anything but a placeholder is one.
            var isVariable = placeholder.Index > 0 && shell.Script.Text[placeholder.Index - 1] == '$';
            if (!isVariable && context.Constants.IsPlaceholder(placeholder.Field.Text))
                context.Report(DiagnosticCatalog.ConstantInShell(context.At(placeholder.Span), placeholder.Field.Text));
            if (isVariable || !(placeholder.Field.IsFile || placeholder.Field.IsFiles || placeholder.Field.Segments.Length > 1))
                continue;
            context.Report(
                DiagnosticCatalog.PlaceholderInShell(context.At(placeholder.Span), placeholder.Text, VariableOf(placeholder.Field))
            );
        }

        return NamesPack(shell.Script.Text) && context.Constants.IsPlaceholder(Constants.Pack)
            ? context.Constants.Use(Constants.Pack, context.At(shell.Script), context) is { } folder
                ? new Handler.Shell(shell.Script.Text, folder.Inline)
                : null
            : new Handler.Shell(shell.Script.Text);
    }

    /// <summary>A script of a pack says <c>$pack</c> or <c>${pack}</c> for its folder.</summary>
    private static bool NamesPack(string script)
    {
        for (var at = script.IndexOf('$', StringComparison.Ordinal); at >= 0; at = script.IndexOf('$', at + 1))
        {
            var name = script.AsSpan(at + 1).TrimStart('{');
            if (
                name.StartsWith(Constants.Pack)
                && (
                    name.Length == Constants.Pack.Length
                    || !(char.IsAsciiLetterOrDigit(name[Constants.Pack.Length]) || name[Constants.Pack.Length] == '_')
                )
            )
                return true;
        }

        return false;
    }

    /// <summary>The variable in which a script finds a field.</summary>
    private static string VariableOf(FieldPath field) =>
        "HOOK_"
        + string.Concat(
            field.Text.Replace("]", "", StringComparison.Ordinal).Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToUpperInvariant(c) : '_')
        );

    private Handler.Http? Http(HttpSyntax http)
    {
        var method = http.Method.Text;
        var isSound = true;
        if (!Methods.Contains(method))
        {
            context.Report(DiagnosticCatalog.UnknownMethod(context.At(http.Method), method, NearestName.Find(method, Methods)));
            isSound = false;
        }

        if (context.Resolve(http.Url) is not { } target)
            return null;
        if (
            target is StringSyntax written
            && (written.IsConstant ? written.Text : texts.Expanded(written.Text, written.Part).Text) is var address
            && !IsUrl(address)
        )
        {
            context.Report(DiagnosticCatalog.BadUrl(context.At(http.Url), address));
            isSound = false;
        }

        var url = texts.Value(target, "the URL");
        var headers = ImmutableArray.CreateBuilder<Handler.HttpHeader>();
        foreach (var member in http.Headers?.Members ?? [])
        {
            if (texts.Value(member.Value, "a header") is { } value)
                headers.Add(new Handler.HttpHeader(member.Key.Text, value));
            else
                isSound = false;
        }

        var body = http.Body is null ? null : texts.Json(http.Body);
        return isSound && url is not null && (http.Body is null || body is not null)
            ? new Handler.Http(method, url, headers.ToImmutable(), body)
            : null;
    }

    /// <summary>An address whose host is the author's and not the payload's.</summary>
    public static bool IsUrl(string text) =>
        (text.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
        && Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.Host.Length > 0
        && !uri.Host.Contains('{', StringComparison.Ordinal);
}
