using System.Collections.Frozen;
using HookRules.Engine;

namespace HookRules.Compiler.Knowledge;

/// <summary>Short names of the events that rules are mostly about.</summary>
internal static class EventAliases
{
    public static readonly FrozenDictionary<string, string> All = new Dictionary<string, string>
    {
        ["before"] = "PreToolUse",
        ["after"] = "PostToolUse",
        ["failed"] = "PostToolUseFailure",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The event that a word of a rule names; null if it names none.</summary>
    public static HookEvent? Find(string word) => HookEvents.Find(All.GetValueOrDefault(word, word));
}
