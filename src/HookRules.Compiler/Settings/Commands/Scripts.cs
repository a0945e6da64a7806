namespace HookRules.Compiler.Settings.Commands;

/// <summary>Which file a command runs: the program itself, or the script that it gives to an interpreter.</summary>
internal static class Scripts
{
    private static readonly string[] Wrappers = ["exec", "env", "nohup", "command", "nice", "sudo", "time", "timeout"];
    private static readonly string[] Interpreters =
    [
        "bash",
        "sh",
        "zsh",
        "dash",
        "ksh",
        "python",
        "python3",
        "node",
        "bun",
        "deno",
        "ruby",
        "perl",
        "php",
        "tsx",
        "ts-node",
        "uv",
        "source",
        ".",
        "powershell",
        "pwsh",
    ];
    private static readonly string[] Extensions =
    [
        ".sh",
        ".bash",
        ".zsh",
        ".py",
        ".js",
        ".mjs",
        ".cjs",
        ".ts",
        ".mts",
        ".rb",
        ".pl",
        ".php",
        ".ps1",
    ];

    /// <summary>The word that names it; null where no file is named. <paramref name="direct"/>: it is started itself, so it needs its
    /// executable bit.</summary>
    public static WrittenWord? Of(IReadOnlyList<WrittenWord> words, out bool direct)
    {
        direct = false;
        var first = 0;
        while (
            first < words.Count
            && (
                Wrappers.Contains(Program(words[first]))
                || first > 0
                    && (
                        words[first].Text.StartsWith('-')
                        || words[first].Text.Contains('=', StringComparison.Ordinal)
                        || char.IsAsciiDigit(words[first].Text.FirstOrDefault())
                    )
            )
        )
            first++;
        if (first == words.Count)
            return null;

        var program = Program(words[first]);
        if (!Interpreters.Contains(program))
        {
            direct = true;
            return words[first];
        }

        var powerShell = program is "powershell" or "pwsh";
        for (var i = first + 1; i < words.Count; i++)
        {
            var word = words[i].Text;
            if (powerShell)
            {
                if (word.Equals("-File", StringComparison.OrdinalIgnoreCase))
                    return i + 1 < words.Count ? words[i + 1] : null;
                continue;
            }

            // Code on the command line, a module, or another working folder: then no file is named that could be judged.
            if (
                word is "-c" or "-e" or "-m" or "-p" or "-lc" or "-ec" or "--eval" or "--print" or "--directory" or "--project" or "--cwd"
                || word.StartsWith("--directory=", StringComparison.Ordinal)
                || word.StartsWith("--cwd=", StringComparison.Ordinal)
            )
                return null;
            if (word.StartsWith('-') || word == "run" && program is "uv" or "bun" or "deno")
                continue;
            return program is "uv" or "bun" or "deno" && !IsScript(word) ? null : words[i];
        }

        return null;
    }

    /// <summary>What a program reads its code in; null where it is not known.</summary>
    public static CodeLanguage? LanguageOf(string program) =>
        program switch
        {
            "sh" or "bash" or "zsh" or "dash" or "ksh" => CodeLanguage.Shell,
            "node" or "bun" or "deno" or "tsx" or "ts-node" => CodeLanguage.JavaScript,
            "powershell" or "pwsh" => CodeLanguage.PowerShell,
            _ when program.StartsWith("python", StringComparison.Ordinal) => CodeLanguage.Python,
            _ => null,
        };

    /// <summary>What a script is written in, by its name or its first line; null where neither says so.</summary>
    public static CodeLanguage? LanguageOf(string path, string text)
    {
        switch (Path.GetExtension(path).ToLowerInvariant())
        {
            case ".sh" or ".bash" or ".zsh":
                return CodeLanguage.Shell;
            case ".py":
                return CodeLanguage.Python;
            case ".js" or ".mjs" or ".cjs" or ".ts" or ".mts" or ".cts":
                return CodeLanguage.JavaScript;
            case ".ps1":
                return CodeLanguage.PowerShell;
        }

        if (Path.GetExtension(path).Length > 0 || !text.StartsWith("#!", StringComparison.Ordinal))
            return null;
        var words = text.Split('\n', 2)[0][2..].Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
        return words.Select(word => LanguageOf(word[(word.LastIndexOf('/') + 1)..])).FirstOrDefault(language => language is not null);
    }

    /// <summary>A path below the current folder, wherever that is.</summary>
    public static bool IsRelative(WrittenWord word, bool direct)
    {
        var text = word.Text;
        if (
            text.Length == 0
            || text[0] is '/' or '\\' or '~' or '$' or '`' or '%' or '<' or '-' or '{' or '@'
            || text.Contains("://", StringComparison.Ordinal)
            || text.Length > 1 && text[1] == ':'
        )
            return false;
        return text.Contains('/', StringComparison.Ordinal) || text.Contains('\\', StringComparison.Ordinal) || !direct && IsScript(text);
    }

    public static bool IsScript(string text) => Extensions.Any(extension => text.EndsWith(extension, StringComparison.OrdinalIgnoreCase));

    /// <summary>A program's name without folder and <c>.exe</c>.</summary>
    public static string Program(WrittenWord word)
    {
        var name = word.Text[(word.Text.LastIndexOfAny(['/', '\\']) + 1)..];
        return name.EndsWith(".exe", StringComparison.OrdinalIgnoreCase) ? name[..^4] : name;
    }
}
