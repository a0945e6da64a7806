using HookRules.Engine;
using HookRules.Runtime.Stores;
using HookRules.Runtime.Working;

namespace HookRules.Runtime.Journals;

/// <summary>What dispatcher and worker say of events and runs: the consumer keeps it in a file, a simulation shows it.</summary>
internal interface IRunJournal
{
    /// <param name="waited">Microseconds at each gate; null where it passed none.</param>
    void Add(OrderRun run, RunResult result, long[]? waited);

    /// <summary>An order that ends without a run.</summary>
    /// <param name="rule">Null where the plan has it no more.</param>
    /// <param name="outcome"><c>skipped</c> or <c>dropped</c>.</param>
    void Note(Order order, Rule? rule, string outcome, string why, DateTimeOffset now);

    /// <summary>An event leaves the spool.</summary>
    void Add(PublishedEvent published, IReadOnlyCollection<string> orders);

    /// <summary>The same for orders that were their own events.</summary>
    void AddEvents(IEnumerable<Order> orders);

    /// <summary>How the attempts of these orders ended, as far as they did.</summary>
    IEnumerable<(string Order, int Attempt, RunResult Result)> EndsOf(IReadOnlySet<string> orders);

    /// <summary>Null, or why it could not be written.</summary>
    string? Flush();
}
