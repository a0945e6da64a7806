using HookRules.Engine;

namespace HookRules.Compiler.Rules.Binding;

/// <summary>One kind of payload for each event and set of tools, so that a field is looked up once and not for every rule.</summary>
internal sealed class PayloadKinds
{
    private readonly Dictionary<string, PayloadKind> all = new(StringComparer.Ordinal);

    public PayloadKind Of(HookEvent @event, IReadOnlyCollection<string>? tools)
    {
        var key = tools is null ? @event.Name : $"{@event.Name} {string.Join('|', tools)}";
        if (!all.TryGetValue(key, out var payload))
            all.Add(key, payload = new PayloadKind(@event, tools));
        return payload;
    }
}
