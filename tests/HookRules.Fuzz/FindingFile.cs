namespace HookRules.Fuzz;

/// <summary>Writes what a run found beside the build.</summary>
internal static class FindingFile
{
    public static string Write(string folder, Target target, ulong seed, long number, string input, string error)
    {
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, $"{target.Name}-{seed}-{number}.txt");
        File.WriteAllText(
            file,
            $"target: {target.Name}\npromise: {target.Promise}\nseed: {seed}\ninput number: {number}\nerror: {error}\n\n"
                + $"--- input, as it is\n{input}\n\n--- input, escaped\n{Escaped(input)}\n"
        );
        return file;
    }

    private static string Escaped(string input) =>
        string.Concat(
            input.Select(c =>
                c is >= ' ' and < '\u007f' and not '\\' ? c.ToString()
                : c == '\n' ? "\\n"
                : $"\\u{(int)c:x4}"
            )
        );
}
