namespace HookRules.Benchmarks;

/// <summary>What the command line asks for.</summary>
/// <param name="Quick">Fewer rounds: enough to see a factor, not a tenth of a millisecond.</param>
/// <param name="Json">Where the numbers go as well.</param>
/// <param name="Only">The groups to run; all if none is named.</param>
internal sealed record Options(bool Quick, string? Json, IReadOnlyList<string> Only)
{
    public static Options? Parse(string[] args)
    {
        var quick = false;
        string? json = null;
        var only = new List<string>();
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--quick":
                    quick = true;
                    break;
                case "--json" when i + 1 < args.Length:
                    json = args[++i];
                    break;
                case "--only" when i + 1 < args.Length && Benchmarks.All.Any(one => one.Name == args[i + 1]):
                    only.Add(args[++i]);
                    break;
                default:
                    return null;
            }
        }

        return new Options(quick, json, only);
    }

    public bool Wants(string group) => Only.Count == 0 || Only.Contains(group);

    public int Rounds(int full) => Quick ? Math.Max(5, full / 5) : full;
}
