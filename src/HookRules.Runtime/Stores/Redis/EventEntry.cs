using System.Globalization;
using StackExchange.Redis;

namespace HookRules.Runtime.Stores.Redis;

/// <summary>What stands in the stream of events for the dispatcher: an event, or an order that a window collects.</summary>
/// <param name="Receipt">Its entry's id; of an event with its own behind a slash, and with its place where the entry has several.</param>
/// <param name="Mark">Null where it is an order, or no program can make sense of it.</param>
internal sealed record EventPart(string Receipt, EventMark? Mark, RedisValue Envelope, RedisValue Order)
{
    /// <summary>Which one of its entry's.</summary>
    public int Place { get; init; }
}

/// <summary>An entry of the stream of events. Those that are published together are one entry, since the server has work with each:
/// <c>m</c> and <c>e</c> of one after the other.</summary>
internal static class EventEntry
{
    private const string Mark = "m",
        Text = "e",
        Order = "o";
    private const int FieldsOfOne = 2;

    public static NameValueEntry[] Of(IReadOnlyList<(EventMark Mark, byte[] Envelope)> events)
    {
        var fields = new NameValueEntry[FieldsOfOne * events.Count];
        for (var i = 0; i < events.Count; i++)
        {
            fields[FieldsOfOne * i] = new NameValueEntry(Mark, events[i].Mark.ToText(i > 0 ? events[i - 1].Mark : null));
            fields[(FieldsOfOne * i) + 1] = new NameValueEntry(Text, events[i].Envelope);
        }

        return fields;
    }

    public static IReadOnlyList<EventPart> PartsOf(StreamEntry entry)
    {
        var (id, fields) = ((string)entry.Id!, entry.Values);
        var several = fields.Length / FieldsOfOne;
        if (several <= 1 || !HoldsEvents(fields))
        {
            var only = EventMark.TryRead((string?)entry[Mark]);
            return [new EventPart(entry[Order].IsNull ? $"{id}/{only?.Id}" : id, only, entry[Text], entry[Order])];
        }

        EventMark? mark = null;
        var parts = new EventPart[several];
        for (var i = 0; i < several; i++)
        {
            mark = EventMark.TryRead((string?)fields[FieldsOfOne * i].Value, mark);
            var receipt = string.Create(CultureInfo.InvariantCulture, $"{id}/{mark?.Id}/{i}/{several}");
            parts[i] = new EventPart(receipt, mark, fields[(FieldsOfOne * i) + 1].Value, RedisValue.Null) { Place = i };
        }

        return parts;
    }

    /// <summary>Those that a dispatcher has not taken out yet.</summary>
    public static async Task<IReadOnlyList<EventPart>> WaitingIn(StreamEntry entry, IDatabase database, string prefix)
    {
        var parts = PartsOf(entry);
        if (parts.Count == 1)
            return parts;
        var done = await database.SetMembersAsync($"{prefix}:part:{entry.Id}").ConfigureAwait(false);
        return done.Length == 0 ? parts : [.. parts.ExceptBy(done.Select(place => (int)place), part => part.Place)];
    }

    /// <summary>The entry that a receipt is of, and the place in it.</summary>
    public static (string Entry, int Place) Find(string receipt) =>
        receipt.Split('/') is [var entry, _, var place, _]
            ? (entry, int.Parse(place, CultureInfo.InvariantCulture))
            : (receipt.Split('/')[0], 0);

    private static bool HoldsEvents(NameValueEntry[] fields)
    {
        for (var i = 0; i < fields.Length; i++)
            if (fields[i].Name != (i % FieldsOfOne == 0 ? Mark : Text))
                return false;
        return fields.Length % FieldsOfOne == 0;
    }
}
