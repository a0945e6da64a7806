using System.Collections.Immutable;
using System.Text;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Syntax;

namespace HookRules.Compiler.Rules.Format;

/// <summary>A whole file in the YAML form: <c>version</c>, then each section where its first statement stood.</summary>
internal sealed class YamlFile(RulesFileSyntax file, AttachedComments comments)
{
    private readonly YamlLayout layout = new(comments);
    private readonly StringBuilder text = new();

    public string Write()
    {
        var sections = comments.Sections.ToDictionary(key => key.Value, key => key.Span);
        var statements = file.Statements.GroupBy(SectionOf).ToList();
        var head = file.Source.IsYaml ? [] : Head();
        var version = sections.TryGetValue("version", out var at) ? comments.Above(at) : new Above(head, false);
        Write(new("version", new YamlOut.Scalar("1")) { Above = version.Comments, Behind = at.Length > 0 ? comments.End(at) : null });

        var left = new List<Comment>();
        var written = statements.Select(section => section.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var (key, span) in sections.Where(section => section.Key != "version" && !written.Contains(section.Key)))
            left.AddRange([.. comments.Above(span).Comments, .. comments.End(span) is { } end ? new[] { end } : []]);

        foreach (var section in statements)
        {
            var isFirst = true;
            if (section.Key is not ("let" or "lint" or "params" or "use" or "disable" or "actions" or "rules"))
            {
                foreach (var setting in section)
                    Write(Entry(setting, ref isFirst, head, isAlone: true));
                continue;
            }

            var entries = section.Select(statement => Entry(statement, ref isFirst, head, isAlone: false)).ToImmutableArray();
            var entry = new YamlOut.Entry(
                section.Key,
                section.Key is "rules" or "use" or "disable"
                    ? new YamlOut.List(entries, Flow: false)
                    : new YamlOut.Map(entries, Flow: false)
            );
            if (sections.TryGetValue(section.Key, out var place))
                Section(place, entry);
            else
                Write(
                    entry with
                    {
                        Blank =
                            comments.Above(section.First().Span) is var (above, blank)
                            && (
                                section.First() == file.Statements[0] && above.Count > head.Count ? above[head.Count].BlankBefore
                                : above.Count > 0 && head.Count == 0 ? above[0].BlankBefore
                                : blank
                            ),
                    }
                );
        }

        foreach (var comment in left.Concat(comments.Last))
        {
            if (comment.BlankBefore)
                YamlOut.Blank(text);
            text.Append(comment.Text).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>What stands at the very top of a text is said about the file, but for the last block of several.</summary>
    private List<Comment> Head()
    {
        if (file.Statements.IsEmpty)
            return [];
        var above = comments.Above(file.Statements[0].Span).Comments;
        var last = above.FindLastIndex(comment => comment.BlankBefore);
        if (last > 0)
            return above[..last];
        // What silences a finding of the first statement stays with it.
        var said = above.FindLastIndex(comment => !comment.Text.Contains(Comment.SuppressionMarker, StringComparison.Ordinal));
        return above[..(said + 1)];
    }

    private static string SectionOf(StatementSyntax statement) =>
        statement switch
        {
            RuleSyntax => "rules",
            ActionSyntax => "actions",
            LetSyntax => "let",
            LintSyntax => "lint",
            InstallSyntax => "install",
            PackSyntax => "pack",
            ParamSyntax => "params",
            UseSyntax => "use",
            DisableSyntax => "disable",
            _ => Setting(statement).Key,
        };

    // The word of a setting is its key.
    private static (string Key, string Value) Setting(StatementSyntax statement)
    {
        var line = TextLayout.Line(layout => layout.Statement(statement));
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        return (line[..space], line[(space + 1)..]);
    }

    private YamlOut.Entry Entry(StatementSyntax statement, ref bool isFirst, List<Comment> head, bool isAlone)
    {
        var entry = statement switch
        {
            RuleSyntax rule => new YamlOut.Entry(null, layout.Rule(rule)),
            ActionSyntax action => new YamlOut.Entry(action.Name.Text, layout.Body(action.Handler, action.Modifiers)),
            LetSyntax let => new YamlOut.Entry(let.Name.Text, layout.Value(let.Value)),
            InstallSyntax install => new YamlOut.Entry("install", new YamlOut.Scalar(YamlScalars.Text(install.Command.Text))),
            PackSyntax pack => new YamlOut.Entry("pack", YamlLayout.Pack(pack)),
            ParamSyntax param => new YamlOut.Entry(param.Name.Text, layout.Param(param)),
            UseSyntax use => new YamlOut.Entry(null, layout.Use(use)),
            DisableSyntax disable => new YamlOut.Entry(null, YamlLayout.Text(disable.Rule.Text)),
            LintSyntax lint => new YamlOut.Entry(lint.Code.Text, new YamlOut.Scalar(lint.Level.Text)),
            _ => new YamlOut.Entry(Setting(statement).Key, new YamlOut.Scalar(YamlScalars.Line(Setting(statement).Value))),
        };
        var (above, blank) = comments.Above(statement.Span);
        var isHead = head.Count > 0 && statement == file.Statements[0];
        // The empty line above the first of a section stands above the section.
        var begins = isFirst && !isAlone;
        var leading = above
            .Skip(isHead ? head.Count : 0)
            .Select((comment, i) => comment with { BlankBefore = comment.BlankBefore && (!begins || i > 0) });
        var result = entry with
        {
            Above = [.. leading, .. comments.Left(statement)],
            Behind = comments.End(statement.Span),
            Blank = blank && (!begins || above.Count > (isHead ? head.Count : 0)),
        };
        isFirst = false;
        return result;
    }

    private void Section(TextSpan place, YamlOut.Entry entry)
    {
        var (above, blank) = comments.Above(place);
        foreach (var comment in above)
        {
            if (comment.BlankBefore)
                YamlOut.Blank(text);
            text.Append(comment.Text).Append('\n');
        }

        if (blank)
            YamlOut.Blank(text);
        // The comment behind a key belongs to the key and not to the end of what is below it.
        var start = text.Length;
        Write(entry);
        if (comments.End(place) is { } end)
            text.Insert(text.ToString().IndexOf('\n', start), $" {end.Text}");
    }

    private void Write(YamlOut.Entry entry) => YamlOut.Write(text, entry, 0);
}
