using System.Text.RegularExpressions;

namespace HookRules.Compiler.Import;

/// <summary>The words of such shell, each as it begins where the reader stands.</summary>
internal static partial class HookScriptGrammar
{
    [GeneratedRegex(@"\G[A-Za-z_]\w*", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Names();

    [GeneratedRegex(@"\G(?:;(?!;)[ \t\n]*|\n[ \t\n]*)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Ends();

    [GeneratedRegex(@"\G(?=[ \t\n;)]|$)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex AfterWord();

    [GeneratedRegex(@"\G(?![0-9]+[<>])(?:\{\}|[^\s;&|<>()""'`$\\{}#!*?\[\]]+)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Letters();

    [GeneratedRegex(@"\G(?:echo(?: -n| -E)?|printf (?:'%s(?:\\n)?'|""%s(?:\\n)?"")) +", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Echo();

    [GeneratedRegex(@"\Gjq(?: -[rejM]*r[rejM]*| --raw-output| -e| -r)+ +", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex JqRaw();

    [GeneratedRegex(@"\G\.[\w.]+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex JqPath();

    [GeneratedRegex(@"\G *2> ?/dev/null", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex NoErrors();

    [GeneratedRegex(@"\G *(?:&> ?/dev/null|>& ?/dev/null|(?:1?> ?/dev/null)(?: 2>&1)?|2> ?/dev/null)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex NoOutput();

    [GeneratedRegex(@"\Gcat -? ?\| ?", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex CatInto();

    [GeneratedRegex(@"\Gcat(?: -| /dev/stdin)?(?= *(?:\)|>>))", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex CatAlone();

    [GeneratedRegex(
        @"\Gpython3? -c (?:""import (?:json, ?sys|sys, ?json); ?print\(json\.load\(sys\.stdin\)(?:\['\w+'\]"
            + @"|\.get\('\w+'(?:, ?(?:''|\{\}))?\))+\)""|'import (?:json, ?sys|sys, ?json); ?print\(json\.load\(sys\.stdin\)"
            + @"(?:\[""\w+""\]|\.get\(""\w+""(?:, ?(?:""""|\{\}))?\))+\)')",
        RegexOptions.CultureInvariant,
        1000
    )]
    private static partial Regex Python();

    [GeneratedRegex(@"\[['""](?<key>\w+)['""]\]|\.get\(['""](?<key>\w+)['""]", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Key();

    [GeneratedRegex(@"\G(?:grep|egrep|fgrep|rg) +", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex GrepName();

    [GeneratedRegex(@"\G(?:-[qEiPFws]+|--quiet|--extended-regexp|--ignore-case|--) +", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex GrepFlags();

    [GeneratedRegex(@"\G(?:[^\s;&|<>()""'`$\\{}\[\]]|\[[\w-]+\])+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex PatternLetters();

    [GeneratedRegex(@"\G *(?:==|=|!=) +", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Equal();

    [GeneratedRegex(@"\G[^\s""'$`;&<>]+(?:\$(?=[ \])]))?", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex RegexWord();

    [GeneratedRegex(@"\G-[znfe] +", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex GivenSign();

    [GeneratedRegex(@"\G(?:command -v|which|type) [\w-]+ ?(?:&> ?/dev/null|> ?/dev/null(?: 2>&1)?)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex HasProgram();

    [GeneratedRegex(@"\G(?:echo(?: -e| -n)*|printf(?: '%s\\n'| ""%s\\n"")?) +", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex SayName();

    [GeneratedRegex(@"\G *(?:1?>&2|1?> ?/dev/stderr)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ToError();

    [GeneratedRegex(@"\G>&2 echo(?: -e| -n)* +", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ErrorFirst();

    [GeneratedRegex(@"\G(?:jq(?: -[cM]+)* +(?:'\.'|\.|""\."")|cat)(?= *>>)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex WholeEvent();

    [GeneratedRegex(
        @"\Gosascript -e (?:'display notification ""[^""'\\]+""(?: (?:with title|subtitle|sound name) ""[^""'\\]*"")*'"
            + @"|""display notification \\""[^""'\\$`]+\\""(?: (?:with title|subtitle|sound name) \\""[^""'\\$`]*\\"")*"")",
        RegexOptions.CultureInvariant,
        1000
    )]
    private static partial Regex Osascript();

    [GeneratedRegex("display notification \"(?<text>[^\"]+)\"", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Displayed();

    [GeneratedRegex(
        @"\Gnotify-send(?: (?:-[uitac] ?\S+|--(?:urgency|icon|expire-time|app-name|category)[= ]\S+))* +",
        RegexOptions.CultureInvariant,
        1000
    )]
    private static partial Regex NotifySend();

    [GeneratedRegex(@"\G *\{ *""text"" *: *""(?<text>[^""\\{}]+)"" *\} *$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex SlackBody();

    [GeneratedRegex(
        @"\G(?: *(?:1?> ?/dev/null|2> ?/dev/null|2>&1|1?>&2|&> ?/dev/null))*(?: *\| *(?:head|tail)"
            + @"(?: -n? ?\d+)?)?(?: *\|\| *(?:true|:|exit 0|echo ''))?",
        RegexOptions.CultureInvariant,
        1000
    )]
    private static partial Regex RunEnd();

    [GeneratedRegex(
        @"\G *\|\| *(?:exit 2|\{ (?:echo (?:'[^']*'|""[^""$`]*"") ?>&2; )?exit 2;? \}|\((?:echo "
            + @"(?:'[^']*'|""[^""$`]*"") ?>&2; ?)?exit 2\))",
        RegexOptions.CultureInvariant,
        1000
    )]
    private static partial Regex OrBlock();

    [GeneratedRegex(@"\G(?:exit 0|true|:)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Nothing();

    [GeneratedRegex(@"\G *\|\| *(?:exit 0|true|:)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex OrNothing();

    [GeneratedRegex(@"\G[ \n\t]*;;[ \n\t]*", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ArmEnd();

    [GeneratedRegex(@"\G\*\) *(?:exit 0|true|:)? *(?:;;)?[ \n\t]*", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Otherwise();

    [GeneratedRegex(@"\Gread (?:-r )?(?=\w)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ReadWord();

    [GeneratedRegex(@"\Gxargs(?: -r| --no-run-if-empty| -n ?1| -0| -I ?(?:\{\}|%|@))* +", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex XargsName();

    [GeneratedRegex(@"-I ?(?<text>\{\}|%|@)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Placeholder();

    [GeneratedRegex(
        @"\G(?:set -[euo]+(?: pipefail)?|mkdir -p [\w./~""$-]+|cd ""?\$\{?CLAUDE_PROJECT_DIR\}?""?)",
        RegexOptions.CultureInvariant,
        1000
    )]
    private static partial Regex SetsUp();

    [GeneratedRegex(@"\G *(?:\|\|) *(?:exit 0|true|:)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex LastWords();

    [GeneratedRegex(@"\G(?:-[EiPFwa]+|--extended-regexp|--) +", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex FilterFlags();
}
