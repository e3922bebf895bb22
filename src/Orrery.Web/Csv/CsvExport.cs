using System.Globalization;
using System.Text;
using CsvHelper;
using Microsoft.AspNetCore.Http;

namespace Orrery.Web;

/// <summary>A table on its way to a file: all its rows, page after page, as they are read.</summary>
/// <param name="Name">Of the table; names the file.</param>
/// <param name="Header">Names of the columns.</param>
/// <param name="Rows">The fields of each row.</param>
internal sealed record CsvExport(string Name, IReadOnlyList<string> Header, IAsyncEnumerable<IReadOnlyList<string?>> Rows)
{
    /// <summary>Most rows of a file: about as many as a spreadsheet holds.</summary>
    public const int MostRows = 1_000_000;

    private const int RowsAtOnce = 500;

    private static readonly CsvWriterOptions Format = new() { NewLine = "\r\n" };

    /// <summary>Answers it as RFC 4180, UTF-8.</summary>
    public async Task WriteAsync(HttpContext context)
    {
        var cancel = context.RequestAborted;
        var some = new List<IReadOnlyList<string?>>(RowsAtOnce) { Header };
        var left = MostRows;
        await foreach (var row in Rows.WithCancellation(cancel))
        {
            if (left-- == 0)
                break;
            some.Add(row);
            if (some.Count < RowsAtOnce)
                continue;
            await WriteAsync(context, some);
            some.Clear();
        }

        await WriteAsync(context, some);
    }

    // What a spreadsheet would take for a formula is made text (OWASP, CSV injection); numbers stay numbers, also below zero.
    private static string Harmless(string? field) =>
        field is { Length: > 0 } && "=@+-\t\r".Contains(field[0], StringComparison.Ordinal) && !double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? "'" + field : field ?? "";

    private async Task WriteAsync(HttpContext context, List<IReadOnlyList<string?>> rows)
    {
        if (!context.Response.HasStarted)
        {
            context.Response.ContentType = "text/csv; charset=utf-8";
            context.Response.Headers.ContentDisposition = $"attachment; filename=\"{Name}.csv\"";
        }

        using var text = new StringWriter(CultureInfo.InvariantCulture);
        using (var csv = CsvWriter.Create(text, Format, leaveOpen: true))
        {
            foreach (var row in rows)
                csv.WriteRecord([.. row.Select(Harmless)]);
        }

        await context.Response.WriteAsync(text.ToString(), Encoding.UTF8, context.RequestAborted);
    }
}
