namespace HookRules.Tests.Rules.Syntax;

/// <summary>A table of cases in a text file: <c>=== name</c>, the input, <c>---</c>, what is expected of it.</summary>
internal sealed class CaseFile
{
    private readonly string path;
    private readonly List<(string Name, string Input, string Expected)> cases = [];

    public CaseFile(string path)
    {
        this.path = Repository.PathOf(Path.Combine("tests/HookRules.Tests", path));
        foreach (var block in File.ReadAllText(this.path).Split("=== ").Skip(1))
        {
            var parts = block[(block.IndexOf('\n') + 1)..].Split("\n---\n");
            cases.Add((block[..block.IndexOf('\n')], parts[0].TrimEnd('\n') + "\n", parts.Length > 1 ? parts[1].Trim('\n') : ""));
        }
    }

    public IEnumerable<string> Names => cases.Select(one => one.Name);

    public IEnumerable<(string Name, string Input, string Expected)> All => cases;

    public string Input(string name) => Find(name).Input;

    /// <summary>Compares with what the file expects; with HOOKRULES_UPDATE_BASELINES=1 the file is rewritten instead.</summary>
    public void Check(string name, string actual)
    {
        var (_, input, expected) = Find(name);
        if (Environment.GetEnvironmentVariable("HOOKRULES_UPDATE_BASELINES") != "1")
        {
            if (expected != actual.Trim('\n'))
                throw new Xunit.Sdk.XunitException(
                    $"{path}: {name}\nexpected:\n{expected}\nactual:\n{actual}\nIf this is right: HOOKRULES_UPDATE_BASELINES=1 dotnet test"
                );
            return;
        }

        lock (typeof(CaseFile))
        {
            var text = File.ReadAllText(path);
            var start = text.IndexOf($"=== {name}\n", StringComparison.Ordinal);
            var end = text.IndexOf("\n=== ", start, StringComparison.Ordinal) is var next and >= 0 ? next + 1 : text.Length;
            using var stream = new StreamWriter(path);
            stream.Write($"{text[..start]}=== {name}\n{input}---\n{actual.Trim('\n')}\n{(end < text.Length ? "\n" : "")}{text[end..]}");
        }
    }

    private (string Name, string Input, string Expected) Find(string name) => cases.Find(one => one.Name == name);
}
