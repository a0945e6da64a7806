namespace HookRules.Cli;

/// <summary>A terminal that something is shown on.</summary>
/// <param name="Width">In columns.</param>
internal sealed record Terminal(int Width, bool Colours)
{
    private const int Narrowest = 40;

    /// <summary>The one that this process was started in; null where the stream goes elsewhere.</summary>
    public static Terminal? OfProcess(bool isRedirected)
    {
        if (isRedirected)
            return null;
        int width;
        try
        {
            width = Console.WindowWidth;
        }
        catch (IOException)
        {
            return null;
        }

        var colours =
            string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && Environment.GetEnvironmentVariable("TERM") != "dumb";
        return new Terminal(Math.Max(Narrowest, width), colours);
    }
}
