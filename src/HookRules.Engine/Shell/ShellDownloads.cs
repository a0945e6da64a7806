namespace HookRules.Engine;

/// <summary>Whether a line runs a file that the same line has downloaded: nobody can have read it between.</summary>
internal static class ShellDownloads
{
    public static bool AreRun(List<ShellCommand> commands)
    {
        HashSet<string>? files = null;
        var downloads = 0;
        for (var i = 0; i < commands.Count; i++)
        {
            var command = commands[i];
            if (command.Program is "curl" or "wget" or "aria2c" or "http" or "https" or "xh" or "fetch" or "iwr" or "irm")
            {
                downloads = i + 1;
                files ??= new HashSet<string>(StringComparer.Ordinal);
                foreach (var file in SavedBy(command))
                    files.Add(file);
                Add(files, command.Outputs);
            }

            if (files is null)
                continue;
            // What comes through a pipe from a download is one.
            if (command.Upstream.From < downloads && command.Upstream.To >= downloads && command.Upstream.To > command.Upstream.From)
            {
                Add(files, command.Outputs);
                if (command.Program is "tee" or "sponge" or "dd")
                    Add(files, ShellWriters.WrittenBy(command));
            }

            if (files.Count == 0)
                continue;
            if (files.Contains(command.Words[0].BaseName.ToString()) || RunsOneOf(command, files))
                return true;
            if (
                command.Program is "mv" or "cp" or "ln" or "install" or "dd" or "rsync"
                && ShellReaders.ReadBy(command).Any(source => files.Contains(source.BaseName.ToString()))
            )
                Add(files, ShellWriters.WrittenBy(command));
        }

        return false;
    }

    private static bool RunsOneOf(ShellCommand command, HashSet<string> files)
    {
        if (command.Program is "source" or ".")
            return command.Words.Length > 1 && files.Contains(command.Words[1].BaseName.ToString());
        return ShellScript.SourceOf(command) is { From: ScriptFrom.File } script
            && files.Contains(command.Words[script.At].BaseName.ToString());
    }

    private static void Add(HashSet<string> files, IEnumerable<ShellWord> words)
    {
        foreach (var word in words)
            if (!word.IsUnknown && word.BaseName.Length > 0 && word.Text != "/dev/null")
                files.Add(word.BaseName.ToString());
    }

    private static IEnumerable<string> SavedBy(ShellCommand command)
    {
        var keepsName = command.Program is "wget" or "aria2c";
        foreach (var word in ShellWriters.WrittenBy(command))
        {
            keepsName = false;
            if (!word.IsUnknown && word.BaseName.Length > 0)
                yield return word.BaseName.ToString();
        }

        foreach (var word in command.Words)
            keepsName |=
                command.Program == "curl"
                && (word.Text is "--remote-name" or "--remote-name-all" || (word.Text is ['-', not '-', ..] && word.Text.Contains('O')));
        if (!keepsName)
            yield break;
        foreach (var word in command.Words.Skip(1))
            if (word.Text.Contains("://", StringComparison.Ordinal) && word.BaseName is { Length: > 0 } name && !word.IsUnknown)
                yield return name.ToString().Split('?')[0];
    }
}
