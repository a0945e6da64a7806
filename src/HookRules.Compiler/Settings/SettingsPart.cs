using HookRules.Compiler.Settings.Json;
using HookRules.Engine;

namespace HookRules.Compiler.Settings;

/// <summary>What a walk over a settings file's hooks comes upon, in the order of the text.</summary>
internal abstract record SettingsPart
{
    /// <summary>Where a handler stands: Claude Code loads it if it has the fields of its type.</summary>
    /// <param name="Group">The entry with its matcher; the handler itself where it stands there without one.</param>
    /// <param name="Matcher">Null where there is none, or none that the event looks at.</param>
    internal sealed record Handler(HookEvent Event, MatcherGroup Group, JsonTextNode? Matcher, JsonTextNode Node) : SettingsPart
    {
        /// <summary>What was not as Claude Code reads it, said at the first handler that it is about.</summary>
        public required IReadOnlyList<string> Slips { get; init; }

        /// <summary>The file is read as it was meant, so that its fields may be put right too.</summary>
        public bool IsRepaired { get; init; }

        /// <summary>Members that say where it belongs, and are no fields of its own.</summary>
        public IReadOnlyList<string> NoFields { get; init; } = [];
    }

    /// <summary>A part that no handler can be taken from.</summary>
    internal sealed record Lost(string What, string Why, JsonTextNode Node) : SettingsPart;

    /// <summary>Something about the whole file.</summary>
    internal sealed record Remark(string Text) : SettingsPart;
}
