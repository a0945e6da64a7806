using System.Globalization;
using HookRules.Engine;

namespace HookRules.Compiler.Graphs;

/// <summary>A window as rules write it.</summary>
public static class WindowText
{
    public static string Of(Window window)
    {
        var by = window.By.IsEmpty ? "" : $" by {string.Join(", ", window.By)}";
        var seconds = string.Create(CultureInfo.InvariantCulture, $"{window.Length.TotalSeconds}s");
        var most = window.Most is { } longest ? string.Create(CultureInfo.InvariantCulture, $" max {longest.TotalSeconds}s") : "";
        return window.Kind switch
        {
            WindowKind.Dedup => $"dedup {seconds}{by}",
            WindowKind.DedupFirst => $"dedup {seconds} first{by}",
            WindowKind.Debounce => $"debounce {seconds}{most}{by}",
            WindowKind.Throttle => string.Create(CultureInfo.InvariantCulture, $"throttle {window.Count} per {seconds}"),
            WindowKind.Batch => $"batch {seconds}",
            WindowKind.BatchTurn => "batch turn",
            _ => throw new InvalidOperationException($"unknown window {window.Kind}"),
        };
    }
}
