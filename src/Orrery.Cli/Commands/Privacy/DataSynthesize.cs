using System.CommandLine;
using System.Globalization;

namespace Orrery.Cli;

/// <summary><c>mlops data synthesize</c>.</summary>
internal static class DataSynthesize
{
    public static Command Create()
    {
        var data = new DataRows();
        var output = new Option<string>("--out", "-o") { Description = "File of Parquet to write", HelpName = "file", Required = true };
        var rows = new Option<int?>("--rows") { Description = "Rows to make [default: as many as there are]", HelpName = "n" };
        var seed = new Option<int?>("--seed") { Description = "Of the lot [default: 1]", HelpName = "n" };
        var k = new Option<int?>("--k") { Description = "Rows that must share a value before it may appear [default: 5]", HelpName = "n" };
        var command = data.AddTo(new Command("synthesize", "Write a made-up table that is like a real one: columns and their correlations, and nobody's row."));
        foreach (var option in new Option[] { output, rows, seed, k })
            command.Add(option);
        return command.Example("mlops data synthesize uploads/customers.csv --rows 1000 --seed 7 --out synthetic.parquet").Does(async session =>
        {
            var args = session.Args;
            var made = await session.Client.Privacy.SynthesizeAsync(new() { Data = data.Read(session), Rows = args.GetValue(rows), Seed = args.GetValue(seed), K = args.GetValue(k) }, session.Cancel);
            await File.WriteAllBytesAsync(args.GetRequiredValue(output), made.Parquet, session.Cancel);
            made = made with { Parquet = [] };
            session.Output.List(
                made,
                made.Columns,
                null,
                ("COLUMN", one => one.Name),
                ("KIND", one => one.Kind),
                ("DISTANCE", one => one.Distance is { } distance ? Number(distance) : "-"),
                ("NULLS", one => $"{Number(one.NullShare)} > {Number(one.SyntheticNullShare)}"),
                ("RARE", one => one.RareValues.ToString(CultureInfo.InvariantCulture)));
            session.Output.Remark($"Correlations differ by {Number(made.MeanCorrelationDifference)} on average, {Number(made.MaxCorrelationDifference)} at most.");
            session.Output.Remark(string.Create(
                CultureInfo.InvariantCulture,
                $"The nearest row that it was made of is {Number(made.Privacy.NearestFitted)} away, the nearest kept aside {Number(made.Privacy.NearestHoldout)} (ratio {Number(made.Privacy.Ratio)}); {made.Privacy.ExactCopies} exact copies, {made.Privacy.Redrawn} were drawn anew."));
            session.Output.Remark(string.Create(CultureInfo.InvariantCulture, $"{made.Rows} rows, seed {made.Seed}, are in {args.GetRequiredValue(output)}."));
        });
    }

    private static string Number(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
}
