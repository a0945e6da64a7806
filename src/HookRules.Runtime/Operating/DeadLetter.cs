using System.Collections.Immutable;
using System.Text.Json;
using HookRules.Engine;
using HookRules.Runtime.Dispatching;
using HookRules.Runtime.Stores;
using HookRules.Runtime.Stores.Files;

namespace HookRules.Runtime.Operating;

/// <summary>What failed for good: a file in <c>dead/</c> of the spool.</summary>
internal sealed record DeadLetter(string Path)
{
    public required string Id { get; init; }
    public string EventId { get; init; } = "";
    public string Action { get; init; } = "";
    public string Rule { get; init; } = "";
    public string? Place { get; init; }

    /// <summary>The name of the hook event.</summary>
    public string Event { get; init; } = "";
    public DateTimeOffset Died { get; init; }
    public int Attempts { get; init; }
    public int? ExitCode { get; init; }
    public string? Problem { get; init; }
    public string Command { get; init; } = "";
    public string Stdout { get; init; } = "";
    public string Stderr { get; init; } = "";
    public ImmutableArray<string> Sessions { get; init; } = [];

    /// <summary>Variables whose values stood in the event, where now their names stand.</summary>
    public ImmutableArray<string> Hidden { get; init; } = [];

    /// <summary>Null of what could not be read when it lay in the spool: it can be looked at and dropped.</summary>
    public Order? Order { get; init; }

    public string Reason =>
        Problem
        ?? (
            ExitCode is { } code ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"exit code {code}")
            : Order is null ? "it cannot be read"
            : "it failed"
        );

    /// <summary>The oldest first.</summary>
    public static IReadOnlyList<DeadLetter> All(StateFolder state)
    {
        try
        {
            return
            [
                .. new DirectoryInfo(state.Spool("dead"))
                    .EnumerateFiles()
                    .Where(file => file.Extension is FileSpool.Extension or ".unreadable")
                    .OrderBy(file => file.Name, StringComparer.Ordinal)
                    .Select(file => Read(file) ?? Unreadable(file)),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    public void Drop() => File.Delete(Path);

    /// <summary>Makes a new order of it, to be run by the plan as it is now. Null, or why that is not possible.</summary>
    public string? Retry(StateFolder state, TimeProvider time)
    {
        if (Order is not { } order)
            return "it cannot be read";
        if (new Plans(time, _ => { }).Present(order.PlanPath) is not { } plan)
            return $"its plan {order.PlanPath} cannot be read";
        foreach (var variable in Hidden)
        {
            if (Environment.GetEnvironmentVariable(variable) is not { Length: > 0 } value)
                return $"its event held the value of {variable}, which is not kept: set {variable} and try again";
            string Put(string text) => text.Replace($"env.{variable}", value, StringComparison.Ordinal);
            order = order with { Payload = JsonStrings.Changed(order.Payload, Put), Files = [.. order.Files.Select(Put)] };
        }

        if (Payload.TryParse(order.Payload, out _) is not { } payload)
            return "its event cannot be read";
        // A rule that was changed since has another id: what matches now takes it, if it runs the same action.
        var place =
            Dispatching.Place.Find(plan, order)
            ?? Dispatching.Place.Anew(plan, order, payload).FirstOrDefault(found => found.Branch.Action == order.Action);
        if (place is null)
            return $"no rule of the present plan runs {order.Action} for it any more";
        var now = time.GetUtcNow();
        var clock = new Clock(time, BootClock.Boot);
        // A new name: what the journal says of the attempts before is not about this one.
        var again = Orders.For(order, payload, plan, place.Rule, place.Branch, place.Of) with
        {
            Id = Stores.Order.IdOf(order.LastEvent, order.PlanPath, $"{place.Branch.Id}\nretry {now.ToUnixTimeMilliseconds()}"),
            LaterMs = 0,
            Cause = "dead-retry",
            ReadyMs = now.ToUnixTimeMilliseconds(),
            Boot = clock.Boot,
            ReadyUs = clock.NowUs,
        };
        var name = SpoolName.Of(again);
        if (FileSpool.Put(state, FileStore.OrdersNew, name, default, OrderJson.Write(again).Span, default, Durability.Fast) is { } problem)
            return problem;
        Drop();
        return null;
    }

    private static DeadLetter Unreadable(FileInfo file) =>
        new(file.FullName)
        {
            Id = System.IO.Path.GetFileNameWithoutExtension(file.Name),
            Problem = "it could not be read, so nothing was run for it",
            Died = file.LastWriteTimeUtc,
        };

    private static DeadLetter? Read(FileInfo file)
    {
        if (SpoolFile.TryRead(file.FullName, out _) is not { } bytes)
            return null;
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 192 });
            var json = document.RootElement;
            var raw = System.Text.Encoding.UTF8.GetBytes(json.GetProperty("order").GetRawText());
            if (OrderJson.TryRead(raw, out _) is not { } order)
                return null;
            return new DeadLetter(file.FullName)
            {
                Id = order.Id,
                EventId = order.LastEvent,
                Action = order.Action,
                Rule = order.Rule,
                Place = json.TryGetProperty("place", out var place) ? place.GetString() : null,
                Event = order.Event,
                Died = DateTimeOffset.FromUnixTimeMilliseconds(json.GetProperty("died_ms").GetInt64()),
                Attempts = json.GetProperty("attempts").GetInt32(),
                ExitCode = json.TryGetProperty("exit_code", out var code) ? code.GetInt32() : null,
                Problem = json.GetProperty("problem").GetString(),
                Command = json.GetProperty("cmd").GetString() ?? "",
                Stdout = json.GetProperty("stdout").GetString() ?? "",
                Stderr = json.GetProperty("stderr").GetString() ?? "",
                Hidden = json.TryGetProperty("hidden", out var hidden)
                    ? [.. hidden.EnumerateArray().Select(name => name.GetString() ?? "")]
                    : [],
                Sessions = [.. order.Sessions.Select(session => session.Id).Distinct(StringComparer.Ordinal)],
                Order = order,
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}
