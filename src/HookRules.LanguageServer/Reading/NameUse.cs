using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Binding;
using HookRules.Compiler.Rules.Syntax;
using HookRules.LanguageServer.Answers;

namespace HookRules.LanguageServer.Reading;

/// <summary>A name in a rules file where it is given or used.</summary>
/// <param name="Kind">Of parameters <see cref="NameKind.Let"/>: they are used alike.</param>
/// <param name="Pack">What the pack is called here that the name is of; null for the file's own.</param>
/// <param name="At">Of the name alone, without its pack and its sign.</param>
internal sealed record NameUse(NameKind Kind, string? Pack, string Name, TextSpan At, bool IsGiven = false)
{
    public static List<NameUse> In(RulesFileSyntax file)
    {
        var reader = new Reader(file);
        foreach (var statement in file.Statements)
        foreach (var node in SyntaxTree.From(statement))
            reader.Add(node);
        return reader.Uses;
    }

    private sealed class Reader(RulesFileSyntax file)
    {
        private readonly string text = file.Source.Text;
        private readonly HashSet<string> constants =
        [
            .. DeclaredName.In(file).Where(name => name.Kind is NameKind.Let or NameKind.Parameter).Select(name => name.Name),
        ];

        // Texts in which braces are no placeholders of ours.
        private readonly HashSet<StringSyntax> literal = new(ReferenceEqualityComparer.Instance);

        public List<NameUse> Uses { get; } = [];

        public void Add(SyntaxNode node)
        {
            switch (node)
            {
                case ActionSyntax action:
                    Name(NameKind.Action, action.Name, isGiven: true);
                    break;
                case RuleSyntax { Name: { } name }:
                    Name(NameKind.Rule, name, isGiven: true);
                    break;
                case LetSyntax let:
                    Name(NameKind.Let, let.Name, isGiven: true);
                    break;
                case ParamSyntax param:
                    Name(NameKind.Let, param.Name, isGiven: true);
                    break;
                case NameModifierSyntax { Word.Text: "as" } given:
                    Name(NameKind.Action, given.Name, isGiven: true);
                    break;
                case ReferenceSyntax reference:
                    Name(NameKind.Action, reference.Action);
                    break;
                case AwaitSyntax awaited:
                    foreach (var name in awaited.Actions)
                        Name(NameKind.Action, name);
                    break;
                case DisableSyntax disable:
                    Name(NameKind.Rule, disable.Rule);
                    break;
                case UseSyntax use:
                    literal.Add(use.Reference);
                    foreach (var member in use.With?.Members ?? [])
                        if (Find(member.Key.Span, member.Key.Text) is { } key)
                            Uses.Add(new NameUse(NameKind.Let, UsedPack.NameOf(use), member.Key.Text, key));
                    break;
                case ConstantSyntax constant:
                    Constant(constant.Span, constant.Name);
                    break;
                case WordSyntax { IsQuoted: false, Text.Text: ['$', .. var name] } word:
                    literal.Add(word.Text);
                    Constant(word.Span, name);
                    break;
                case TriggerWordSyntax word:
                    literal.Add(word.Text);
                    if (word.Kind == TriggerWordKind.Bare)
                        Trigger(word.Text);
                    break;
                case WordSyntax word:
                    literal.Add(word.Text);
                    break;
                case RegexSyntax regex:
                    literal.Add(regex.Source);
                    break;
                case CompareSyntax compare:
                    literal.UnionWith(compare.Values.OfType<StringSyntax>());
                    break;
                case InGlobSyntax { Glob: StringSyntax glob }:
                    literal.Add(glob);
                    break;
                case StringSyntax string_ when !literal.Contains(string_):
                    Placeholders(string_);
                    break;
            }
        }

        private void Name(NameKind kind, NameSyntax name, bool isGiven = false)
        {
            if (Find(name.Span, name.Text) is not { } at)
                return;
            var dot = name.Text.IndexOf('.', StringComparison.Ordinal);
            Uses.Add(
                dot <= 0
                    ? new NameUse(kind, null, name.Text, at, isGiven)
                    : new NameUse(kind, name.Text[..dot], name.Text[(dot + 1)..], TextSpan.Between(at.Start + dot + 1, at.End))
            );
        }

        private void Constant(TextSpan span, string name)
        {
            if (Find(span, $"${name}") is { } at)
                Uses.Add(new NameUse(NameKind.Let, null, name, TextSpan.Between(at.Start + 1, at.End)));
        }

        /// <summary><c>$name</c> among the names of a matcher, or as a pattern.</summary>
        private void Trigger(StringSyntax word)
        {
            var start = 0;
            foreach (var part in word.Text.Split('|'))
            {
                var sign = part.StartsWith('!') ? 1 : 0;
                if (part.Length > sign + 1 && part[sign] == '$' && Words.NameEnd(part, sign + 1, part.Length) == part.Length)
                    Uses.Add(new NameUse(NameKind.Let, null, part[(sign + 1)..], word.Part(start + sign + 1, part.Length - sign - 1)));
                start += part.Length + 1;
            }
        }

        private void Placeholders(StringSyntax whole) =>
            ConstantText.Expand(
                whole.Text,
                (name, start, _) =>
                {
                    if (constants.Contains(name) && !Constants.IsReserved(name))
                        Uses.Add(new NameUse(NameKind.Let, null, name, whole.Part(start + 1, name.Length)));
                    return null;
                }
            );

        /// <summary>Null where the source says it in another way, as YAML can with escapes.</summary>
        private TextSpan? Find(TextSpan span, string name)
        {
            var end = Math.Min(span.End, text.Length);
            if (span.Start >= end)
                return null;
            var at = text.IndexOf(name, span.Start, end - span.Start, StringComparison.Ordinal);
            return at < 0 ? null : new TextSpan(at, name.Length);
        }
    }
}
