using System.Collections.Frozen;

namespace HookRules.Compiler.Diagnostics;

// What people write who know other languages, and how it is said here: a suggestion that is near by its letters would lead astray.
public static partial class DiagnosticCatalog
{
    private const string RunsBehind = "leave \"async\" out: an action runs behind unless it is \"sync\", and Claude does not wait for it";

    private static readonly FrozenDictionary<string, string> Operators = new Dictionary<string, string>
    {
        ["="] = "==",
        ["==="] = "==",
        ["is"] = "==",
        ["equals"] = "==",
        ["eq"] = "==",
        ["!=="] = "!=",
        ["<>"] = "!=",
        ["ne"] = "!=",
        ["=~"] = "matches /…/",
        ["~="] = "matches /…/",
        ["~"] = "matches /…/",
        ["like"] = "glob \"…\"",
        ["starts_with"] = "starts with",
        ["startswith"] = "starts with",
        ["startsWith"] = "starts with",
        ["starts-with"] = "starts with",
        ["ends_with"] = "ends with",
        ["endswith"] = "ends with",
        ["endsWith"] = "ends with",
        ["ends-with"] = "ends with",
        ["includes"] = "contains",
        ["has"] = "contains",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> Clauses = new Dictionary<string, string>
    {
        ["when"] = "write \"where\" for it, as in: where command contains \"…\"",
        ["if"] = "write \"where\" for it, as in: where command contains \"…\"",
        ["unless"] = "write \"where not\" for it, as in: where not command contains \"…\"",
        ["except"] = "put \"!\" before a pattern instead, as in: *.py !*_test.py",
        ["excluding"] = "put \"!\" before a pattern instead, as in: *.py !*_test.py",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Steps by the names that other tools have for them.</summary>
    private static readonly FrozenDictionary<string, string> Steps = new Dictionary<string, string>
    {
        ["reject"] = "deny",
        ["refuse"] = "deny",
        ["forbid"] = "deny",
        ["prevent"] = "deny",
        ["disallow"] = "deny",
        ["approve"] = "allow",
        ["permit"] = "allow",
        ["accept"] = "allow",
        ["confirm"] = "ask",
        ["exec"] = "run",
        ["execute"] = "run",
        ["spawn"] = "run",
        ["bash"] = "shell",
        ["sh"] = "shell",
        ["echo"] = "warn",
        ["print"] = "warn",
        ["message"] = "warn",
        ["say"] = "warn",
        ["inject"] = "context",
        ["tell"] = "context",
        ["fetch"] = "http",
        ["curl"] = "http",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>A word of another language that begins what is a clause here.</summary>
    internal static bool IsForeignClause(string word) => Clauses.ContainsKey(word);

    /// <summary>Null where nothing certain is meant.</summary>
    private static string? Meant(string found, IReadOnlyCollection<string> expected)
    {
        var word = found.Trim('"');
        var joins = Wants("\"and\"") || Wants("an operator");
        return word switch
        {
            "&&" when joins => "write \"and\"",
            "||" when joins => "write \"or\"",
            "!~" when Wants("an operator") => "write \"not\" before the field, and matches /…/ behind it",
            "not" when Wants("an operator") => "write \"not\" before the field: not command contains \"…\"",
            "!" when Wants("a field") => "write \"not\" instead of \"!\"",
            ['!', .. var rest] when Wants("a field") => $"write \"not\" instead of \"!\": not {rest}",
            [not ('-' or '→'), ..] when found[0] == '"' && Wants("a regular expression") =>
                $"write it between slashes: /{word.Replace("/", "\\/", StringComparison.Ordinal)}/",
            ['.' or '/' or '*', ..] when Wants("a field") =>
                $"write field and operator again before \"{word}\"; of texts that are equal: in (…)",
            [.., '/'] when joins => "write an expression behind \"matches\", as in: command matches /…/",
            [>= 'a' and <= 'z', ..] when Wants("\"(\"") && Wants("a text in double quotes") =>
                "put the program and its subcommands in double quotes, as in: runs \"git push\"",
            _ when Wants("an operator") && Operators.TryGetValue(word, out var ours) => $"write {ours}",
            _ => null,
        };

        bool Wants(string what) => expected.Any(one => one.StartsWith(what, StringComparison.Ordinal));
    }
}
