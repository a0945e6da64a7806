using HookRules.Engine;
using Spectre.Console;

namespace HookRules.Cli.Reports;

/// <summary>Writes results for people: lines, and tables as wide as the terminal. What comes from outside is escaped.</summary>
internal sealed class Report
{
    /// <summary>Where nobody looks on, lines are for other programs and are not cut.</summary>
    private const int PlainWidth = 200;

    private readonly Cli cli;
    private readonly IAnsiConsole console;

    public Report(Cli cli)
    {
        this.cli = cli;
        var colours = cli.Screen?.Colours ?? false;
        console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Out = new AnsiConsoleOutput(cli.Out),
                Ansi = colours ? AnsiSupport.Yes : AnsiSupport.No,
                ColorSystem = colours ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
                Interactive = InteractionSupport.No,
            }
        );
        console.Profile.Width = cli.Screen?.Width ?? PlainWidth;
    }

    public static readonly Style Bad = new(Color.Red),
        Warning = new(Color.Yellow),
        Good = new(Color.Green),
        Faint = new(decoration: Decoration.Dim),
        Plain = Style.Plain,
        Strong = new(decoration: Decoration.Bold);

    /// <summary>A name and what there is to say of it.</summary>
    public void Line(string label, string text, Style? style = null)
    {
        const int LabelWidth = 12;
        if (cli.Screen is null)
        {
            cli.Out.Write($"{label.PadRight(LabelWidth)} {Printable.Line(text)}\n");
            return;
        }

        var grid = new Grid { Expand = false };
        grid.AddColumn(
            new GridColumn
            {
                Width = LabelWidth,
                NoWrap = true,
                Padding = new Padding(0, 0, 1, 0),
            }
        );
        grid.AddColumn(new GridColumn { Padding = new Padding(0, 0, 0, 0) });
        grid.AddRow(Cell(label, Faint), Cell(text, style));
        Write(grid);
    }

    public void Line(string text, Style? style = null)
    {
        if (cli.Screen is null)
            cli.Out.Write($"{Printable.Line(text)}\n");
        else
            Write(Cell(text, style));
    }

    /// <summary>One line of columns, each at least as wide as it says: for lines that come one at a time.</summary>
    public void Columns(params ReadOnlySpan<(string Text, int Width, Style? Style)> columns)
    {
        var left = cli.Screen?.Width ?? int.MaxValue;
        for (var i = 0; i < columns.Length && left > 0; i++)
        {
            var (text, width, style) = columns[i];
            var shown = Printable.Line(text);
            shown = i == columns.Length - 1 ? shown : shown.PadRight(width) + "  ";
            shown = Human.Short(shown, left);
            left -= shown.Length;
            if (style is null || cli.Screen is not { Colours: true })
                cli.Out.Write(shown);
            else
                console.Write(new Text(shown, style));
        }

        cli.Out.Write("\n");
    }

    public void Blank() => cli.Out.Write("\n");

    public void Heading(string text)
    {
        Blank();
        Line(text, Strong);
    }

    /// <param name="columns">A name that begins with &gt; is of numbers, which stand at the right.</param>
    public static Table Table(params ReadOnlySpan<string> columns)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in columns)
        {
            var isNumber = column.StartsWith('>');
            table.AddColumn(
                new TableColumn(new Text(column.TrimStart('>'), Faint))
                {
                    NoWrap = isNumber,
                    Alignment = isNumber ? Justify.Right : Justify.Left,
                }
            );
        }

        table.Columns[0].NoWrap = true;
        return table;
    }

    public void Write(Table table)
    {
        if (table.Rows.Count > 0)
            Write((Spectre.Console.Rendering.IRenderable)table);
    }

    private void Write(Spectre.Console.Rendering.IRenderable what)
    {
        console.Write(what);
        if (what is Text)
            cli.Out.Write("\n");
    }

    public static Text Cell(string text, Style? style = null) => new(Printable.Line(text), style);
}
