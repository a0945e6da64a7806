using System.Collections.Immutable;
using System.Text.RegularExpressions;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Syntax;
using Sprache;
using static HookRules.Compiler.Import.HookScript;

namespace HookRules.Compiler.Import;

/// <summary>The shell of hooks that people write on one line, as much of it as a rule can say.</summary>
internal static partial class HookScriptGrammar
{
    private static readonly Parser<string> Blank = Parse.Chars(' ', '\t').Many().Text();
    private static readonly Parser<string> Lines = Parse.Chars(' ', '\t', '\n').Many().Text();
    private static readonly Parser<string> Identifier = Scan(Names());

    // What ends a statement: one semicolon, or line ends.
    private static readonly Parser<string> End = from before in Blank from mark in Scan(Ends()) select mark;

    private static readonly Parser<string> MaybeEnd = End.Or(Lines);

    private static Parser<string> Scan(Regex pattern) =>
        input =>
        {
            if (pattern.Match(input.Source, input.Position) is not { Success: true } match)
                return Result.Failure<string>(input, "not found", []);
            return Result.Success(match.Value, (IInput)Terminals.Of(input).At(input.Position + match.Length));
        };

    private static Parser<string> Mark(string mark) =>
        from before in Blank
        from found in Parse.String(mark).Text()
        from after in Blank
        select found;

    private static Parser<string> Keyword(string word) =>
        from before in Lines
        from found in Parse.String(word).Text()
        from end in Scan(AfterWord())
        from after in Lines
        select found;

    // A program's name and the white space behind it.
    private static Parser<string> Name(string word) =>
        from before in Blank
        from found in Parse.String(word).Text()
        from after in Parse.Chars(' ', '\t').AtLeastOnce()
        select found;

    private static readonly Parser<Source> Variable =
        from sign in Parse.Char('$')
        from name in Identifier.Contained(Parse.Char('{'), Parse.Char('}')).Or(Identifier).Or(Parse.Char('1').Select(_ => "1"))
        select (Source)new Source.Variable(name);

    private static readonly Parser<Source> Substituted =
        from open in Parse.String("$(")
        from before in Blank
        from source in Parse.Ref(() => Field!)
        from after in Blank
        from close in Parse.Char(')')
        select source;

    private static readonly Parser<Piece> Put = Variable.Or(Substituted).Select(source => new Piece("", source));

    private static readonly Parser<Word> SingleQuoted =
        from open in Parse.Char('\'')
        from text in Parse.CharExcept('\'').Many().Text()
        from close in Parse.Char('\'')
        select new Word([new Piece(text)]);

    private static readonly Parser<Piece> Escaped =
        from slash in Parse.Char('\\')
        from sign in Parse.AnyChar
        select new Piece(sign is '"' or '\\' or '$' or '`' ? sign.ToString() : $"\\{sign}");

    private static readonly Parser<Word> DoubleQuoted =
        from open in Parse.Char('"')
        from pieces in Parse.CharExcept("\"\\$`").AtLeastOnce().Text().Select(text => new Piece(text)).Or(Escaped).Or(Put).Many()
        from close in Parse.Char('"')
        select new Word([.. pieces]);

    private static readonly Parser<Word> Bare = Scan(Letters()).Select(text => new Word([new Piece(text)]));

    private static readonly Parser<Word> AnyWord =
        from words in SingleQuoted.Or(DoubleQuoted).Or(Put.Select(piece => new Word([piece]))).Or(Bare).AtLeastOnce()
        select new Word([.. words.SelectMany(word => word.Pieces)]);

    private static readonly Parser<string> PlainWord = AnyWord.Where(word => word.IsPlain).Select(word => word.Text);

    private static readonly Parser<Source> QuotedVariable = AnyWord.Where(word => word.Only is Source.Variable).Select(word => word.Only!);

    private static readonly Parser<Source> Operand = AnyWord
        .Where(word => word.Only is Source.Variable or Source.Field)
        .Select(word => word.Only!);

    private static readonly Parser<Source> Echoed = from name in Scan(Echo()) from variable in QuotedVariable select variable;

    private static readonly Parser<string> Jq =
        from name in Scan(JqRaw())
        from filter in SingleQuoted.Or(DoubleQuoted.Where(word => word.IsPlain)).Select(word => word.Text).Or(Scan(JqPath()))
        from errors in Scan(NoErrors()).Optional()
        select filter;

    /// <summary>A field of the event: <c>jq -r .a.b</c>, the same behind <c>cat</c> or <c>echo "$input"</c>, or Python.</summary>
    private static readonly Parser<Source> Field = (
        from echo in Echoed
        from pipe in Mark("|")
        from filter in Jq
        select (Source)new Source.Field(filter, ((Source.Variable)echo).Name)
    )
        .Or(
            from cat in Scan(CatInto()).Optional()
            from filter in Jq
            from text in (from mark in Mark("<<<") from variable in QuotedVariable select ((Source.Variable)variable).Name).Optional()
            select (Source)new Source.Field(filter, text.GetOrDefault())
        )
        .Or(Scan(Python()).Select(code => (Source)new Source.Field(OfPython(code), null)))
        .Or(Scan(CatAlone()).Select(_ => (Source)new Source.Event()));

    private static readonly Parser<Source> Printed = Field
        .Where(source => source is not Source.Event)
        .Or(Echoed)
        .Or(from name in Scan(Echo()) from word in AnyWord where word.Only is Source.Field select word.Only!);

    private static readonly Parser<(string Program, string Flags, string Pattern)> Grep =
        from program in Scan(GrepName())
        from flags in Scan(GrepFlags()).Many()
        from pattern in AnyWord.Where(word => word.IsPlain)
        from quiet in Scan(NoOutput()).Optional()
        let all = string.Concat(flags)
        where all.Contains('q', StringComparison.Ordinal) || quiet.IsDefined
        select (program.Trim(), all, pattern.Text);

    private static readonly Parser<Test> Grepped = (
        from text in Printed
        from pipe in Mark("|")
        from grep in Grep
        select (Test)new Test.Grep(text, grep.Program, grep.Flags, grep.Pattern)
    ).Or(
        from grep in Grep
        from mark in Mark("<<<")
        from text in QuotedVariable
        select (Test)new Test.Grep(text, grep.Program, grep.Flags, grep.Pattern)
    );

    // Quotes in a pattern take the meaning off its signs; a pattern with signs within quotes is not read.
    private static readonly Parser<string> Pattern =
        from parts in SingleQuoted
            .Or(DoubleQuoted)
            .Where(word => word.IsPlain && !word.Text.AsSpan().ContainsAny("*?["))
            .Select(word => word.Text)
            .Or(Scan(PatternLetters()))
            .AtLeastOnce()
        select string.Concat(parts);

    private static readonly Parser<Test> Compared = (
        from text in Operand
        from sign in Scan(Equal())
        from pattern in Pattern
        let like = (Test)new Test.Like(text, [pattern])
        select sign.Contains('!', StringComparison.Ordinal) ? new Test.Not(like) : like
    )
        .Or(from text in Operand from sign in Mark("=~") from pattern in Scan(RegexWord()) select (Test)new Test.Matches(text, pattern))
        .Or(
            from sign in Scan(GivenSign())
            from text in Operand
            let given = (Test)new Test.Given(text, sign.Contains('f', StringComparison.Ordinal))
            select sign.Contains('z', StringComparison.Ordinal) ? new Test.Not(given) : given
        );

    private static Parser<Test> Joined(Parser<Test> one) =>
        Parse.ChainOperator(
            Mark("&&").Or(Mark("||")),
            one,
            (mark, left, right) => mark.Trim() == "&&" ? new Test.Both(left, right) : new Test.Either(left, right)
        );

    private static readonly Parser<Test> Single = (
        from open in Mark("[[")
        from test in Joined(Compared)
        from close in Mark("]]")
        select test
    )
        .Or(from open in Mark("[") from test in Compared from close in Mark("]") select test)
        .Or(Scan(HasProgram()).Select(_ => (Test)new Test.Given(null, true)))
        .Or(Grepped);

    private static readonly Parser<Test> Asked = (from mark in Mark("!") from test in Single select (Test)new Test.Not(test)).Or(Single);

    private static readonly Parser<Test> Tests = Joined(Asked);

    private static readonly Parser<HookScript> Exits =
        from name in Name("exit")
        from code in Parse.Chars('0', '1', '2').Once().Text()
        select (HookScript)new Exit(code);

    private static readonly Parser<HookScript> Says = (
        from name in Scan(SayName())
        from text in AnyWord
        from error in Scan(ToError()).Optional()
        select (HookScript)new Say(Unfolded(name, text), error.IsDefined)
    ).Or(from error in Scan(ErrorFirst()) from text in AnyWord select (HookScript)new Say(text, true));

    private static readonly Parser<string> LogFile =
        from sign in Mark(">>")
        from file in AnyWord
        where file.Pieces.All(piece => piece.Source is null or Source.Variable { Name: "CLAUDE_PROJECT_DIR" or "HOME" })
        select string.Concat(
            file.Pieces.Select(piece =>
                piece.Source is Source.Variable variable ? (variable.Name == "HOME" ? "~" : "$PROJECT") : piece.Text
            )
        );

    private static readonly Parser<HookScript> Appends = (
        from name in Scan(SayName())
        from text in AnyWord
        from file in LogFile
        select (HookScript)new Append(text, null, file)
    )
        .Or(from field in Field from file in LogFile select (HookScript)new Append(null, field, file))
        .Or(from all in Scan(WholeEvent()) from file in LogFile select (HookScript)new Append(null, new Source.Event(), file));

    private static readonly Parser<HookScript> Notifies = Parse
        .Regex(Osascript(), "osascript")
        .Select(text => OfOsascript(text))
        .Or(
            from name in Scan(NotifySend())
            from words in AnyWord.DelimitedBy(Parse.Chars(' ').AtLeastOnce())
            let list = words.ToList()
            where list.Count is 1 or 2
            select (HookScript)new Notify(list[^1], false)
        )
        .Or(
            from name in Name("terminal-notifier")
            from words in AnyWord.DelimitedBy(Parse.Chars(' ').AtLeastOnce())
            let list = words.ToList()
            let at = list.FindIndex(word => word.IsPlain && word.Text == "-message")
            where at >= 0 && at + 1 < list.Count
            select (HookScript)new Notify(list[at + 1], list.Exists(word => word.IsPlain && word.Text == "-sound"))
        );

    private static readonly Parser<HookScript> Posts =
        from name in Name("curl")
        from words in AnyWord.DelimitedBy(Parse.Chars(' ').AtLeastOnce())
        from nothing in Scan(NoOutput()).Optional()
        let post = OfCurl([.. words])
        where post is not null
        select post;

    private static readonly Parser<HookScript> Runs =
        from words in AnyWord.DelimitedBy(Parse.Chars(' ').AtLeastOnce())
        from quiet in Scan(RunEnd()).Optional()
        from blocks in Scan(OrBlock()).Optional()
        let list = words.ToImmutableArray()
        where list[0].IsPlain && !Others.Contains(list[0].Text) && !list[0].Text.Contains('=', StringComparison.Ordinal)
        select (HookScript)new Run(list, quiet.GetOrElse("").Trim().Length > 0, blocks.IsDefined);

    // What begins something else, and what runs texts of its own.
    private static readonly string[] Others =
    [
        .. "if then else elif fi case esac while for do done read exit echo printf cat jq grep egrep rg xargs eval source . sh bash".Split(
            ' '
        ),
        .. "zsh node python python3 osascript notify-send terminal-notifier curl set export test [ [[ { } ! command cd tee sed awk".Split(
            ' '
        ),
        .. "true false trap return local powershell pwsh cmd sudo env".Split(' '),
    ];

    private static readonly Parser<HookScript> Does = Exits.Or(Appends).Or(Says).Or(Notifies).Or(Posts).Or(Runs);

    private static readonly Parser<HookScript> Keeps =
        from name in Identifier
        from mark in Parse.Char('=')
        from quote in Parse.Char('"').Optional()
        from source in Substituted
        from close in quote.IsDefined ? Parse.Char('"').Select(_ => "") : Parse.Return("")
        select (HookScript)new Assign(name, source);

    private static Parser<ImmutableArray<HookScript>> Block(string open, string close) =>
        from first in Mark(open)
        from lines in Lines
        from body in Parse.Ref(() => Statements!)
        from end in MaybeEnd
        from last in Mark(close)
        select body;

    private static readonly Parser<ImmutableArray<HookScript>> Body = Block("{", "}")
        .Or(Block("(", ")"))
        .Or(
            Parse
                .Ref(() => Reads!)
                .Or(Parse.Ref(() => Xargs!))
                .Or(Parse.Ref(() => Either!))
                .Or(Does)
                .DelimitedBy(Mark("&&"))
                .Select(all => all.ToImmutableArray())
        );

    private static readonly Parser<HookScript> Ifs =
        from keyword in Keyword("if")
        from test in Tests
        from end in MaybeEnd
        from then in Keyword("then")
        from body in Parse.Ref(() => Statements!)
        from other in (from more in MaybeEnd from otherwise in Keyword("else") from nothing in Scan(Nothing()) select nothing).Optional()
        from last in MaybeEnd
        from fi in Parse.String("fi")
        select (HookScript)new If(test, body);

    private static readonly Parser<HookScript> Cases =
        from keyword in Keyword("case")
        from text in AnyWord.Where(word => word.Only is not null).Select(word => word.Only!)
        from follows in Keyword("in")
        from open in Parse.Char('(').Optional()
        from patterns in Pattern.DelimitedBy(Mark("|"))
        from close in Mark(")")
        from lines in Lines
        from body in Parse.Ref(() => Statements!)
        from end in Scan(ArmEnd()).Optional()
        from otherwise in Scan(Otherwise()).Optional()
        from last in Keyword("esac").Or(Lines.Then(_ => Parse.String("esac").Text()))
        select (HookScript)new If(new Test.Like(text, [.. patterns]), body);

    /// <summary>Only what grep lets through goes on.</summary>
    private static readonly Parser<(string Program, string Flags, string Pattern)> Filtered =
        from pipe in Mark("|")
        from program in Scan(GrepName())
        from flags in Scan(FilterFlags()).Many()
        from pattern in AnyWord.Where(word => word.IsPlain)
        select (program.Trim(), string.Concat(flags), pattern.Text);

    private static HookScript OfLines(IOption<(string Program, string Flags, string Pattern)> grep, string name, Read read) =>
        grep.IsDefined
            ? read with
            {
                Body =
                [
                    new If(new Test.Grep(new Source.Variable(name), grep.Get().Program, grep.Get().Flags, grep.Get().Pattern), read.Body),
                ],
            }
            : read;

    private static readonly Parser<HookScript> Reads =
        from source in Field.Where(source => source is not Source.Event).Or(Echoed)
        from lines in Filtered.Optional()
        from pipe in Mark("|")
        from body in (
            from open in Mark("{")
            from name in Parse.Ref(() => ReadName!)
            from end in End
            from start in Lines
            from statements in Parse.Ref(() => Statements!)
            from last in MaybeEnd
            from close in Mark("}")
            select (name, statements)
        ).Or(
            from keyword in Keyword("while")
            from name in Parse.Ref(() => ReadName!)
            from end in End
            from start in Keyword("do")
            from statements in Parse.Ref(() => Statements!)
            from last in MaybeEnd
            from done in Parse.String("done")
            select (name, statements)
        )
        let read = new Read(source, body.name, body.statements)
        select OfLines(lines, body.name, read);

    private static readonly Parser<string> ReadName = from name in Scan(ReadWord()) from variable in Identifier select variable;

    private static readonly Parser<HookScript> Xargs =
        from source in Field.Where(source => source is not Source.Event).Or(Echoed)
        from lines in Filtered.Optional()
        from pipe in Mark("|")
        from name in Scan(XargsName())
        from run in Runs
        let read = new Read(source, "", [Given((Run)run, name)])
        select OfLines(lines, "", read);

    private static readonly Parser<HookScript> Conditional =
        from test in Tests
        from mark in Mark("&&")
        from body in Body
        from otherwise in Scan(OrNothing()).Optional()
        select (HookScript)new If(test, body);

    private static readonly Parser<HookScript> Requires =
        from test in Tests
        from mark in Mark("||")
        from exit in Scan(Nothing())
        select (HookScript)new Require(test);

    private static readonly Parser<HookScript> Excludes =
        from test in Tests
        from mark in Mark("&&")
        from exit in Scan(Nothing())
        select (HookScript)new Require(new Test.Not(test));

    private static readonly Parser<HookScript> Either =
        from one in Notifies
        from errors in Scan(NoErrors()).Optional()
        from mark in Mark("||")
        from other in Notifies
        select one;

    private static readonly Parser<HookScript> Aside = Parse.Regex(SetsUp(), "set -e").Select(_ => (HookScript)new Exit("-"));

    private static readonly Parser<HookScript> Statement = Ifs.Or(Cases)
        .Or(Excludes)
        .Or(Requires)
        .Or(Conditional)
        .Or(Keeps)
        .Or(Aside)
        .Or(Reads)
        .Or(Xargs)
        .Or(Either)
        .Or(Does);

    // && joins what is done one after the other, as ; does for what cannot fail.
    private static readonly Parser<string> Between = End.Or(Mark("&&"));

    private static readonly Parser<ImmutableArray<HookScript>> Statements =
        from first in Statement
        from more in (
            from mark in Between
            from lines in Lines
            from statement in Statement
            select statement with
            {
                IsAfterAnd = mark.Trim() == "&&",
            }
        ).Many()
        select more.Prepend(first).ToImmutableArray();

    private static readonly Parser<ImmutableArray<HookScript>> Whole =
        from before in Lines
        from statements in Statements
        from ignored in Scan(LastWords()).Optional()
        from after in MaybeEnd
        select statements;

    /// <summary>Null for any other script.</summary>
    public static ImmutableArray<HookScript>? Read(string script)
    {
        try
        {
            var state = new ParseState(new SourceText("hook", script), script, 0, script.Length, []);
            return Whole.End()(state.Start) is { WasSuccessful: true } found ? found.Value : null;
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }

    private static Word Unfolded(string name, Word text) =>
        name.StartsWith("printf", StringComparison.Ordinal) || name.Contains("-e", StringComparison.Ordinal)
            ? new Word([.. text.Pieces.Select(piece => piece with { Text = piece.Text.Replace("\\n", "\n", StringComparison.Ordinal) })])
            : text;

    /// <summary>xargs puts the field at the end, or where its placeholder stands.</summary>
    private static Run Given(Run run, string xargs)
    {
        var field = new Word([new Piece("", new Source.Variable(""))]);
        var placeholder = Placeholder().Match(xargs) is { Success: true } match ? match.Groups["text"].Value : null;
        return run with
        {
            Words = placeholder is null
                ? run.Words.Add(field)
                : [.. run.Words.Select(word => word.IsPlain && word.Text == placeholder ? field : word)],
        };
    }

    private static HookScript OfOsascript(string text)
    {
        var script = text.Replace("\\\"", "\"", StringComparison.Ordinal);
        var said = Displayed().Match(script);
        return new Notify(new Word([new Piece(said.Groups["text"].Value)]), script.Contains("sound name", StringComparison.Ordinal));
    }

    private static HookScript? OfCurl(ImmutableArray<Word> words)
    {
        string? variable = null,
            text = null;
        for (var i = 0; i < words.Length; i++)
        {
            var word = words[i];
            if (word.Only is Source.Variable url && variable is null)
                variable = url.Name;
            else if (!word.IsPlain)
                return null;
            else if (
                word.Text is "-d" or "--data" or "--data-raw" or "--json"
                && i + 1 < words.Length
                && words[i + 1].IsPlain
                && text is null
            )
                text = SlackBody().Match(words[++i].Text) is { Success: true } body ? body.Groups["text"].Value : null;
            else if (word.Text is "-X" or "-H" or "--header" or "--request" or "-o" or "-m" or "--max-time")
                i++;
            else if (!word.Text.StartsWith('-'))
                return null;
        }

        return variable is not null && text is { Length: > 0 } ? new Post(variable, text) : null;
    }

    private static string OfPython(string code) =>
        string.Concat(
            Key().Matches(code[code.IndexOf("json.load(", StringComparison.Ordinal)..]).Select(match => $".{match.Groups["key"].Value}")
        );
}
