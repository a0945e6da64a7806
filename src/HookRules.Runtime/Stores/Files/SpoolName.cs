using System.Globalization;
using HookRules.Engine;

namespace HookRules.Runtime.Stores.Files;

/// <summary>What a file's name in the spool says: <c>EVENT.json</c>, an order as <c>EVENT.BRANCH@GROUP.json</c>, <c>~2</c> behind it for
/// two deliveries, and the moment that it waits for as <c>MS+</c> before it.</summary>
internal static class SpoolName
{
    private const string Extension = FileSpool.Extension;

    public static string Of(Order order) => order.Group is { } group ? $"{order.Id}@{GroupName(group)}{Extension}" : order.Id + Extension;

    public static bool IsOrder(string name) => name.IndexOf('.', StringComparison.Ordinal) < name.Length - Extension.Length;

    public static bool IsOfGroup(string name, string? group) =>
        group is null || Stem(name).EndsWith("@" + GroupName(group), StringComparison.Ordinal);

    // The count stands in the name, so that counting needs no second file and no rewriting.
    public static int DeliveriesOf(string name) =>
        name.LastIndexOf('~') is var at and > 0
        && int.TryParse(name.AsSpan((at + 1)..^Extension.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var deliveries)
            ? deliveries
            : 0;

    public static string NextDelivery(string name) =>
        string.Create(CultureInfo.InvariantCulture, $"{Stem(name)}~{DeliveriesOf(name) + 1}{Extension}");

    public static string Later(string name, DateTimeOffset due) =>
        string.Create(CultureInfo.InvariantCulture, $"{due.ToUnixTimeMilliseconds():D13}+{name}");

    public static (long DueMs, string Name)? SplitLater(string name) =>
        name.IndexOf('+', StringComparison.Ordinal) is var at and > 0
        && long.TryParse(name.AsSpan(0, at), NumberStyles.None, CultureInfo.InvariantCulture, out var due)
            ? (due, name[(at + 1)..])
            : null;

    private static string Stem(string name) => name.LastIndexOf('~') is var at and > 0 ? name[..at] : name[..^Extension.Length];

    public static string GroupName(string group) =>
        group.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') ? group : Order.Hash(group);
}
