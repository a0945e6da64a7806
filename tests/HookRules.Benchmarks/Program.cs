using HookRules.Benchmarks;

if (Options.Parse(args) is not { } options)
{
    Console.Error.WriteLine(
        $"usage: tests/bench [--quick] [--json FILE] [--only {string.Join('|', Benchmarks.All.Select(group => group.Name))}]..."
    );
    return 2;
}

if (!OperatingSystem.IsLinux())
{
    Console.Error.WriteLine("the benchmarks start processes by Linux means; there are none for this system yet");
    return 3;
}

using var lab = new Lab(options);
var report = new Report(Machine.Describe(lab), Console.Out);
foreach (var (name, run) in Benchmarks.All)
{
    if (options.Wants(name))
        run(lab, report);
}

report.Close(options.Json);
return 0;
