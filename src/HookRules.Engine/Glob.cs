namespace HookRules.Engine;

/// <summary>One file pattern, as in a .gitignore: without a slash it is compared with the base name, with one with the path below the project folder.</summary>
public sealed class Glob
{
    private Glob(string text) => Text = text;

    /// <summary>As written, <c>!</c> included.</summary>
    public string Text { get; }

    public bool Negated => Text.StartsWith('!');

    /// <summary>It has a slash, so it needs a path relative to the project folder.</summary>
    public bool Anchored => throw new NotImplementedException();

    public static Glob? TryParse(string text, out string? problem) => throw new NotImplementedException();

    /// <summary>Compares with a relative path (forward slashes) or, where the glob has no slash, with the base name of any path. Ignores <see cref="Negated"/>.</summary>
    public bool IsMatch(string path) => throw new NotImplementedException();
}
