using System.Diagnostics;
using System.Text;
using HookRules.Engine;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Engine;

public class ShellLineTests
{
    private static readonly string[] Scraps =
    [
        "'",
        "\"",
        "\\",
        "$",
        "`",
        "$(",
        "${",
        "$((",
        ")",
        "))",
        "}",
        "(",
        "((",
        "{",
        "{a,",
        ",",
        "|",
        "||",
        "&",
        "&&",
        ";",
        ";;",
        "\n",
        " ",
        "\t",
        "<",
        ">",
        "<<",
        "<<-",
        "<<<",
        ">&",
        "&>",
        "<(",
        "#",
        "~",
        "*",
        "?",
        "[",
        "]",
        "[[",
        "]]",
        "if",
        "then",
        "fi",
        "for",
        "in",
        "do",
        "done",
        "while",
        "case",
        "esac",
        "function",
        "f()",
        "time",
        "!",
        "coproc",
        "eval",
        "sh -c",
        "bash",
        "sudo",
        "env -S",
        "xargs",
        "find . -exec",
        ";",
        "git push -f",
        "rm -rf /",
        "EOF",
        "<<EOF\n",
        "\nEOF\n",
        "X=",
        "X=(",
        "$X",
        "${X}",
        "${X[@]}",
        "$IFS",
        "=",
        "-",
        "--",
        "-c",
        "\0",
        "\ud800",
        "\uFDD0",
        "\uFDD4",
        "\uFDD6",
        "é",
        "$'\\x",
        "$'",
        "$\"",
        "{1..9}",
        "alias x=",
        "trap",
        "cd",
        "..",
        "/",
        "export X=",
        "watch",
        "echo",
        "printf '%s'",
        "| sh",
        "-I{}",
        "{}",
    ];

    [Fact]
    public void NoTextMakesItThrow()
    {
        var conditions = new[]
        {
            "runs \"git push\" with (--force, -f, \"+*\") without (--x)",
            "may run \"rm\" with (-r) outside (project)",
            "writes (\"/dev/**\", \"*.pem\")",
            "pipes (curl) into (sh)",
            "opaque",
            "forkbomb",
        }
            .Select(ShellConditions.Parse)
            .ToArray();
        var context = new RouteContext("/home/dev/project");
        var random = new Random(4);
        for (var round = 0; round < 20_000; round++)
        {
            var text = new StringBuilder();
            for (var i = random.Next(24); i >= 0; i--)
                text.Append(Scraps[random.Next(Scraps.Length)]).Append(random.Next(3) == 0 ? " " : "");
            var command = text.ToString();
            try
            {
                var payload = ShellCases.Bash(command.Replace('\ud800', 'x'));
                foreach (var condition in conditions)
                    Router.Route(payload, [ShellCases.Rule(condition)], context);
                ShellLine.Parse(command);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"round {round}: {command}", e);
            }
        }
    }

    public static TheoryData<string, string, string> Hostile =>
        new()
        {
            { "", "(", "" },
            { "", ")", "" },
            { "", "$(", "" },
            { "", "$((", "" },
            { "", "((", "" },
            { "", "`", "" },
            { "", "\\`", "" },
            { "", "{", "" },
            { "", "{a,", "" },
            { "x", "{a,b}", "" },
            { "", "{a,{", "}" },
            { "", "'", "" },
            { "", "\"$(", "" },
            { "", "${", "" },
            { "", "${X:-", "" },
            { "", "<<E\n", "" },
            { "cat ", "<<E ", "\n" },
            { "", "<(", "" },
            { "", "sudo ", "git push -f" },
            { "", "eval ", "x" },
            { "", "if ", "" },
            { "", "case x in ", "" },
            { "", "f() { ", "" },
            { "", "x | ", "sh" },
            { "", "x; ", "" },
            { "X=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa;", "$X", "" },
            { "A=x;", "A=$A$A;", "" },
            { "for x in a b c d e f g h i j k l m n o p;do ", "echo $x;", "done" },
            { "", "cd a;", "rm -rf x" },
            { "", "cd ..;", "" },
            { "x", "$(a)", "" },
            { "echo ", "a$(b)", "" },
            { "", "echo x | xargs ", "" },
            { "", "find . -exec ", "" },
            { "find ", "a ", "-exec rm {} {} {} \\;" },
            { "git ", "-c ", "push" },
            { "git push ", "-", "" },
            { "rm ", "-r ", "" },
            { "", "a=", "" },
            { "", "a[", "" },
            { "", "$[", "" },
            { "", "sh -c '", "" },
            { "", "bash <<E\n", "" },
            { "", "echo x | sh;", "" },
            { "", "[[ ", "" },
            { "", "#", "" },
            { "", "\\\n", "" },
            { "", "a[x", "" },
            { "echo ", "*", "" },
            { "/", "../", "" },
            { "rm -r ", "a/", "" },
            { "", "\n", "" },
            { "", "env -S ", "" },
            { "", "1>", "" },
        };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void TimeGrowsWithTheLengthAlone(string head, string part, string tail)
    {
        // Takes some 20 ms; in quadratic time it would be tens of seconds.
        Measure(Line(100_000)).ShouldBeLessThan(3_000);

        string Line(int length) => new StringBuilder(head).Insert(head.Length, part, length / part.Length).Append(tail).ToString();

        static double Measure(string line)
        {
            var payload = ShellCases.Bash(line);
            var context = new RouteContext("/home/dev/project");
            return Worked.Milliseconds(() =>
            {
                foreach (var condition in Conditions)
                    Router.Route(payload, [ShellCases.Rule(condition)], context);
            });
        }
    }

    private static readonly Condition[] Conditions =
    [
        .. new[]
        {
            "runs \"git push\" with (--force)",
            "may run \"rm\" with (-r) outside (project)",
            "writes (\"/dev/**\")",
            "pipes (x) into (sh)",
        }.Select(ShellConditions.Parse),
    ];

    [FactNeeding(Need.Bash)]
    public void QuotedWordsComeBackAsBashGivesThem()
    {
        var random = new Random(7);
        var script = new StringBuilder();
        List<string> lines = [];
        for (var i = 0; i < 400; i++)
        {
            var line = string.Join(' ', Enumerable.Range(0, random.Next(1, 6)).Select(_ => Quoted(random)));
            lines.Add(line);
            script.Append("printf '%s\\0' ").Append(line).Append("; printf '\\1\\0'\n");
        }

        using var bash = Process.Start(
            new ProcessStartInfo("/bin/bash", "--norc")
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                StandardOutputEncoding = Encoding.UTF8,
                StandardInputEncoding = new UTF8Encoding(false),
                Environment = { ["LC_ALL"] = "C.UTF-8" },
            }
        )!;
        bash.StandardInput.Write(script);
        bash.StandardInput.Close();
        var expected = bash.StandardOutput.ReadToEnd().Split("\u0001\0");
        bash.WaitForExit();

        for (var i = 0; i < lines.Count; i++)
        {
            var line = ShellLine.Parse("x " + lines[i]);
            line.OpaqueReason.ShouldBeNull(lines[i]);
            line.Commands.ShouldHaveSingleItem().Words.Skip(1).Select(word => word.Text).ShouldBe(expected[i].Split('\0')[..^1], lines[i]);
        }
    }

    private static string Quoted(Random random)
    {
        const string letters = "abcXYZ019 _-./:=@%+^,é'\"\\$`*?[]{}()<>|&;#!~\t\n";
        var word = new StringBuilder();
        for (var part = random.Next(1, 4); part > 0; part--)
        {
            var raw = new string([.. Enumerable.Range(0, random.Next(5)).Select(_ => letters[random.Next(letters.Length)])]);
            switch (random.Next(5))
            {
                case 0:
                    word.Append('\'').Append(raw.Replace("'", "", StringComparison.Ordinal)).Append('\'');
                    break;
                case 1:
                    word.Append('"');
                    foreach (var c in raw.Replace("!", "", StringComparison.Ordinal))
                        word.Append(c is '"' or '$' or '`' or '\\' ? $"\\{c}" : c.ToString());
                    word.Append('"');
                    break;
                case 2:
                    foreach (var c in raw)
                        word.Append(
                            char.IsAsciiLetterOrDigit(c) ? c.ToString()
                            : c == '\n' ? "\\\n"
                            : $"\\{c}"
                        );
                    break;
                case 3:
                    word.Append("$'");
                    foreach (var c in raw)
                        word.Append(
                            c is '\'' or '\\' ? $"\\{c}"
                            : random.Next(3) == 0 && c < 128 ? $"\\x{(int)c:x2}"
                            : random.Next(3) == 0 && c < 128 ? $"\\{Convert.ToString(c, 8).PadLeft(3, '0')}"
                            : c.ToString()
                        );
                    word.Append('\'');
                    break;
                default:
                    word.Append("a{b,c\"d\"}"[..(random.Next(2) == 0 ? 1 : 9)]);
                    break;
            }
        }

        return word.Append('z').ToString();
    }
}
