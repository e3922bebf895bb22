using System.Text.Json;
using Orrery.Client;
using Spectre.Console;

namespace Orrery.Cli;

/// <summary>Results to standard output, as JSON or for people; remarks, progress and errors to standard error.</summary>
internal sealed class Output(CliHost host, bool json, bool quiet, WatchedRows? watched = null)
{
    private const int Unfolded = 4000;

    private readonly Lazy<IAnsiConsole> _out = new(() => NewConsole(host, host.Out, host.OutIsTerminal));
    private readonly Lazy<IAnsiConsole> _error = new(() => NewConsole(host, host.Error, host.ErrorIsTerminal));

    public bool IsJson => json;

    public bool IsQuiet => quiet;

    /// <summary>Where progress may be drawn; null when nobody watches.</summary>
    public IAnsiConsole? Progress => quiet || !host.ErrorIsTerminal ? null : _error.Value;

    /// <summary>A list: its wire record as JSON, a table, or the first column alone.</summary>
    public void List<TPage, TRow>(
        TPage page, IReadOnlyCollection<TRow> rows, string? nextPageToken, params (string Title, Func<TRow, string?> Cell)[] columns)
    {
        if (json)
        {
            // Who watches wants what is new, row by row.
            if (watched is not null && CliJson.Options.TryGetTypeInfo(typeof(TRow), out _))
                Json(rows);
            else
                Json(page);
            return;
        }

        if (quiet)
        {
            foreach (var row in rows)
                host.Out.WriteLine(columns[0].Cell(row));
            return;
        }

        var table = new Table { Border = TableBorder.None, ShowHeaders = true };
        foreach (var (title, _) in columns)
            table.AddColumn(new TableColumn(new Text(title, new Style(decoration: Decoration.Bold))) { NoWrap = !host.OutIsTerminal });
        foreach (var row in rows)
            table.AddRow(columns.Select(column => Cell(column.Title, column.Cell(row))));
        if (rows.Count > 0)
            _out.Value.Write(table);
        else
            Remark("Nothing found.");
        if (nextPageToken is not null)
            Remark($"There is more: --page-token {nextPageToken}");
    }

    /// <summary>One thing: its wire record as JSON, or its fields. Fields without value are left out.</summary>
    public void Details<T>(T value, params (string Title, string? Value)[] fields)
    {
        if (json)
        {
            Json(value);
            return;
        }

        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn(new GridColumn());
        foreach (var (title, text) in fields)
        {
            if (!string.IsNullOrEmpty(text))
                grid.AddRow(new Text(title, new Style(decoration: Decoration.Bold)), new Text(Printable.Of(text)));
        }

        _out.Value.Write(grid);
    }

    /// <summary>A result of one line: JSON of the value, or the text.</summary>
    public void Line<T>(T value, string text)
    {
        if (json)
            Json(value);
        else
            host.Out.WriteLine(Printable.Of(text));
    }

    /// <summary>That something was done which has no result of its own: a remark for people, a value for machines.</summary>
    /// <param name="id">What it was done to.</param>
    /// <param name="done">What was done, as <c>deleted</c>.</param>
    /// <param name="text">The same for people.</param>
    public void Done(string id, string done, string text)
    {
        if (json)
            Json(new CliDone(id, done));
        else
            Remark(text);
    }

    /// <summary>A result of several lines: JSON of the value, or the text.</summary>
    public void Text<T>(T value, string text)
    {
        if (json)
            Json(value);
        else
            host.Out.Write(string.Join('\n', text.Split('\n').Select(Printable.Of)));
    }

    /// <summary>Text as it is, whatever the options.</summary>
    public void Raw(string text) => host.Out.Write(text);

    /// <summary>A sentence for people, on standard error.</summary>
    public void Remark(string text)
    {
        if (!quiet)
            host.Error.WriteLine(Printable.Of(text));
    }

    /// <summary>Says why a verb failed; never silent.</summary>
    public void Error(Exception failed, int exitCode)
    {
        var refused = failed as OrreryApiException;
        if (json)
        {
            var error = new CliError(refused?.ErrorCode ?? ExitCodes.NameOf(exitCode), failed.Message, exitCode, refused?.RequestId);
            host.Error.WriteLine(JsonSerializer.Serialize(error, CliJson.Options));
            return;
        }

        host.Error.WriteLine(Printable.Of("mlops: " + failed.Message));
        if (refused?.RequestId is { } id)
            host.Error.WriteLine(Printable.Of($"       request {id}"));
    }

    private void Json<T>(T value) => Lines([JsonSerializer.Serialize(value, CliJson.Options)]);

    private void Json<T>(IReadOnlyCollection<T> rows) => Lines(rows.Select(static row => JsonSerializer.Serialize(row, CliJson.Options)));

    private void Lines(IEnumerable<string> lines)
    {
        foreach (var line in watched?.New(lines) ?? lines)
            host.Out.WriteLine(line);
    }

    // On a terminal a state is seen before it is read.
    private static Text Cell(string title, string? value) => new(Printable.Of(value), title is "STATE" or "STATUS" ? StateColour.Of(value) : Style.Plain);

    private static IAnsiConsole NewConsole(CliHost host, TextWriter writer, bool terminal)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = terminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = terminal && string.IsNullOrEmpty(host.Environment("NO_COLOR")) ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = terminal ? InteractionSupport.Detect : InteractionSupport.No,
        });
        // A file or pipe has no width to fold at.
        if (!terminal)
            console.Profile.Width = Unfolded;
        return console;
    }
}
