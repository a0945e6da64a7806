namespace HookRules.Cli;

/// <summary>The terminal that problems are shown on.</summary>
/// <param name="Width">In columns.</param>
internal sealed record Terminal(int Width, bool Colours)
{
    private const int Narrowest = 40;

    /// <summary>Null where stderr goes elsewhere.</summary>
    public static Terminal? OfProcess()
    {
        if (Console.IsErrorRedirected)
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
