using HookRules.Engine;

namespace HookRules.Runtime.Stores.Sqlite;

/// <summary>Events on their way in, and to the dispatcher: what this process has put there itself it need not read.</summary>
internal sealed partial class SqliteStore
{
    private const long MostHanded = 8 << 20;

    /// <summary>Written by this process, with nothing unread before the first of them and between two.</summary>
    private readonly Queue<(long Row, Envelope Event)> handed = new();
    private long lastEvent,
        lastHanded,
        handedBytes;

    public ValueTask Publish(Envelope envelope) => Publish([envelope]);

    public ValueTask Publish(IReadOnlyList<Envelope> envelopes)
    {
        lock (gate)
        {
            Must(db =>
            {
                var came = new List<(long Row, Envelope Event)>();
                db.Write(() =>
                {
                    came.Clear();
                    foreach (var envelope in envelopes)
                        if (db.Run(Sql.AddEvent, project, envelope.Id, envelope.PublishedMs, envelope.ToJson()) > 0)
                            came.Add((db.LastRow, envelope));
                });
                Hand(came);
            });
        }

        FaultPoint.Pass("forward:after-commit");
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<Arrival>> Arrivals(int most)
    {
        var arrivals = new List<Arrival>();
        lock (gate)
        {
            if (!TryWrite())
                return new(arrivals);
            if (handed.Count > 0)
            {
                while (arrivals.Count < most && handed.TryDequeue(out var next))
                {
                    (lastEvent, givenEvents[next.Event.Id]) = (next.Row, next.Row);
                    handedBytes -= next.Event.Payload.Length;
                    arrivals.Add(new Arrival(next.Event.Id, next.Event, null));
                }

                return new(arrivals);
            }

            TryUse(db =>
            {
                var rows = New(db, Sql.NewEvents, project, lastEvent, most);
                foreach (var row in Due(db, isEvent: true).Concat(rows))
                {
                    if (givenEvents.ContainsKey(row.Id))
                        continue;
                    givenEvents[row.Id] = row.Number;
                    if (ArrivalOf(row, out var problem) is not { } arrival)
                    {
                        SetAside(db, isEvent: true, row.Id, problem!);
                        givenEvents.Remove(row.Id);
                        continue;
                    }

                    if (row.Deliveries > 0)
                        deliveries[row.Id] = row.Deliveries;
                    arrivals.Add(arrival);
                }

                // What is due again says nothing of how far the new ones were read.
                lastEvent = rows is [.., var newest] ? newest.Number : lastEvent;
            });
        }

        return new(arrivals);
    }

    /// <summary>Numbers only grow, by one: where one is left out somebody else has written, and all from there on is read.</summary>
    private void Hand(List<(long Row, Envelope Event)> came)
    {
        foreach (var one in came)
        {
            if (one.Row != (handed.Count > 0 ? lastHanded : lastEvent) + 1 || handedBytes > MostHanded)
                return;
            handed.Enqueue(one);
            lastHanded = one.Row;
            handedBytes += one.Event.Payload.Length;
        }
    }

    private void ForgetHanded()
    {
        handed.Clear();
        handedBytes = 0;
    }
}
