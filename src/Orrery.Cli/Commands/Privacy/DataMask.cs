using System.CommandLine;
using System.Globalization;

namespace Orrery.Cli;

/// <summary><c>mlops data mask</c>.</summary>
internal static class DataMask
{
    public static Command Create()
    {
        var data = new DataRows();
        var output = new Option<string>("--out", "-o") { Description = "File of Parquet to write", HelpName = "file", Required = true };
        var columns = Verb.Texts("--column", "What becomes of a column: keep, drop, redact, hash, token, format, truncate:3, year, month, bin:10, noise:0.1 [default: by the personal data found in it]", "name=policy");
        var quasi = Verb.Texts("--quasi", "A column by which somebody may be known", "column");
        var sensitive = Verb.Text("--sensitive", "The column that must not be told of anybody", "column");
        var k = new Option<int?>("--k") { Description = "Rows that must share their quasi-identifiers [default: 5]", HelpName = "n" };
        var l = new Option<int?>("--l") { Description = "Different sensitive values that they must have", HelpName = "n" };
        var suppress = Verb.Flag("--suppress", "Leave out rows that fall short");
        var seed = new Option<int?>("--seed") { Description = "Of the noise, for tests [default: drawn anew]", HelpName = "n" };
        var command = data.AddTo(new Command("mask", "Write a table with its personal data masked. Tokens are the same for the same value in the workspace."));
        foreach (var option in new Option[] { output, columns, quasi, sensitive, k, l, suppress, seed })
            command.Add(option);
        return command.Example("mlops data mask uploads/customers.csv --out masked.parquet --column age=bin:10 --quasi age --quasi zip --suppress").Does(async session =>
        {
            var args = session.Args;
            var masked = await session.Client.Privacy.MaskAsync(
                new()
                {
                    Data = data.Read(session),
                    Columns = args.GetValue(columns)!.Select(text => Verb.Pair(text, columns.Name)).ToDictionary(static pair => pair.Key, static pair => pair.Value, StringComparer.Ordinal),
                    QuasiIdentifiers = args.GetValue(quasi)!,
                    Sensitive = args.GetValue(sensitive),
                    K = args.GetValue(k),
                    L = args.GetValue(l),
                    Suppress = args.GetValue(suppress),
                    Seed = args.GetValue(seed),
                },
                session.Cancel);
            await File.WriteAllBytesAsync(args.GetRequiredValue(output), masked.Parquet, session.Cancel);
            masked = masked with { Parquet = [] };
            session.Output.List(masked, masked.Columns, null, ("COLUMN", one => one.Name), ("PERSONAL", one => one.Kind ?? "-"), ("POLICY", one => one.Policy));
            if (masked.Anonymity is { } report)
                session.Output.Remark(string.Create(CultureInfo.InvariantCulture, $"{report.Classes} groups by {string.Join(", ", report.QuasiIdentifiers)}; the smallest has {report.SmallestClass} rows{(report.SmallestDiversity is { } diverse ? $" and {diverse} values of {report.Sensitive}" : "")}; {report.RowsBelow} rows fall short."));
            session.Output.Remark(string.Create(CultureInfo.InvariantCulture, $"{masked.Rows} rows are in {args.GetRequiredValue(output)}; {masked.Suppressed} were left out."));
        });
    }
}
