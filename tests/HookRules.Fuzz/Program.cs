using System.Globalization;
using HookRules.Fuzz;

var names = new List<string>();
var inputs = 1_000_000L;
TimeSpan? limit = null;
ulong? given = null;
long? only = null;
for (var i = 0; i < args.Length; i++)
{
    var option = args[i];
    if (!option.StartsWith('-'))
    {
        names.Add(option);
        continue;
    }

    if (option is "--help" or "-h" || i + 1 >= args.Length)
        return Usage(option is "--help" or "-h" ? 0 : 2);
    var value = args[++i];
    switch (option)
    {
        case "--target":
            names.Add(value);
            break;
        case "--inputs" or "--count" when long.TryParse(value, CultureInfo.InvariantCulture, out inputs):
            break;
        case "--seconds" when double.TryParse(value, CultureInfo.InvariantCulture, out var seconds):
            limit = TimeSpan.FromSeconds(seconds);
            break;
        case "--seed" when ulong.TryParse(value, CultureInfo.InvariantCulture, out var number):
            given = number;
            break;
        case "--only" when long.TryParse(value, CultureInfo.InvariantCulture, out var number):
            only = number;
            break;
        default:
            return Usage(2);
    }
}

if (names.Find(name => FuzzTargets.Find(name) is null) is { } unknown)
{
    Console.Error.WriteLine($"fuzz: there is no target \"{unknown}\"");
    return Usage(2);
}

var seed = given ?? (ulong)Random.Shared.NextInt64();
var folder = Path.GetFullPath(Environment.GetEnvironmentVariable("HOOKRULES_FUZZ_FOLDER") ?? ".build/fuzz");
Console.WriteLine($"seed {seed}");
Console.WriteLine($"{"target", -11}{"inputs", 10}{"rejected", 10}{"crashed", 9}{"slowest", 11}  {"time", 7}");
var found = false;
foreach (var target in FuzzTargets.All.Where(target => names.Count == 0 || names.Contains(target.Name)))
{
    if (target.Missing is { } missing)
    {
        Console.WriteLine($"{target.Name, -11}{"-", 10}  {missing}");
        continue;
    }

    var session = new Session(target, seed);
    using var watch = new Watchdog(session, target, seed, folder);
    var report = session.Run(only is null ? inputs : 1, limit, only ?? 0, watch.Started);
    Console.WriteLine(
        $"{report.Target, -11}{report.Inputs, 10}{report.Rejected, 10}{(report.Finding is null ? 0 : 1), 9}"
            + $"{report.Slowest.TotalMilliseconds, 8:F1} ms {report.Took.TotalSeconds, 6:F0} s  (slowest: input {report.SlowestNumber})"
    );
    if (report.Finding is not { } finding)
        continue;
    found = true;
    var file = FindingFile.Write(folder, target, seed, finding.Number, finding.Input, finding.Error.ToString());
    Console.WriteLine($"  {finding.Error.GetType().Name}: {finding.Error.Message}");
    Console.WriteLine(
        $"  input {finding.Number}, shrunken, is in {file}; again: tests/fuzz {target.Name} --seed {seed} --only {finding.Number}"
    );
}

return found ? 1 : 0;

static int Usage(int code)
{
    (code == 0 ? Console.Out : Console.Error).WriteLine(
        $"""
        tests/fuzz [NAME]… [--count N] [--seconds S] [--seed N] [--only N]
          NAME       one of {string.Join(
            ", ",
            FuzzTargets.All.Select(target => target.Name)
        )}; without one all, one after the other (--target NAME does the same)
          --count    how many inputs each target gets (default 1000000; --inputs does the same)
          --seconds  stops each target after that time
          --seed     the same seed gives the same inputs; without it a random one, which is printed
          --only     tries the input of this number alone
        """
    );
    return code;
}
