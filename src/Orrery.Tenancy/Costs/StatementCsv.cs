using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CsvHelper;
using Orrery.Contracts;

namespace Orrery.Tenancy;

/// <summary>A statement as CSV (RFC 4180 with line feeds): a line each, then the total.</summary>
internal static class StatementCsv
{
    private static readonly string[] Titles =
        ["workspace", "month", "cost_center", "object_kind", "object_id", "meter", "resource", "quantity", "price", "per", "amount", "adjustment_of"];

    // What a spreadsheet would take for a formula is made text.
    private static readonly CsvWriterOptions Format = new() { NewLine = "\n", Injection = CsvInjection.Escape };

    public static byte[] Of(CostStatement statement)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        using (var csv = CsvWriter.Create(text, Format, leaveOpen: true))
        {
            Write(csv, Titles);
            foreach (var line in statement.Lines)
            {
                Write(csv,
                [
                    statement.Workspace, statement.Month, line.CostCenter, line.ObjectKind, line.ObjectId, line.Meter, line.Resource,
                    Number(line.Quantity), Number(line.Price), line.Per, line.Amount.ToString("0.00", CultureInfo.InvariantCulture), line.AdjustmentOf ?? "",
                ]);
            }

            Write(csv, [statement.Workspace, statement.Month, "", "", "total", "", "", "", "", "", statement.Total.ToString("0.00", CultureInfo.InvariantCulture), ""]);
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    public static string Hash(CostStatement statement) => Convert.ToHexStringLower(SHA256.HashData(Of(statement)));

    private static string Number(decimal value) => value.ToString("0.##########", CultureInfo.InvariantCulture);

    private static void Write(CsvWriter csv, string[] fields) => csv.WriteRecord(fields);
}
