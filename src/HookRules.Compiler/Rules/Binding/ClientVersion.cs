using System.Globalization;

namespace HookRules.Compiler.Rules.Binding;

/// <summary>A version of Claude Code: three numbers.</summary>
internal readonly record struct ClientVersion(int Major, int Minor, int Patch) : IComparable<ClientVersion>
{
    public static ClientVersion? Parse(string text)
    {
        var parts = text.Split('.');
        return parts.Length == 3 && Number(parts[0]) is { } major && Number(parts[1]) is { } minor && Number(parts[2]) is { } patch
            ? new ClientVersion(major, minor, patch)
            : null;
    }

    public int CompareTo(ClientVersion other) => (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}.{Patch}");

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
