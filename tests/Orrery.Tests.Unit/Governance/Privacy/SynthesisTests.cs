using System.Globalization;
using Orrery.Governance;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>Synthetic tables are like the real one as a whole, and like no row of it.</summary>
public sealed class SynthesisTests
{
    private const int Rows = 3000;
    private static readonly IReadOnlyList<PrivacyColumn> Real = Table(11);

    [Fact]
    public void Distributions_correlations_and_nulls_are_kept()
    {
        var (made, report) = SyntheticTable.Make(Real, 3000, seed: 7, k: 5, TestContext.Current.CancellationToken);
        Assert.Equal(3000, report.Rows);
        Assert.Equal((2400, 600), (report.FittedRows, report.HoldoutRows));
        Assert.All(report.Columns.Where(static column => column.Distance is not null), static column => Assert.True(column.Distance < 0.06, $"{column.Name}: {column.Distance}"));
        Assert.InRange(report.MaxCorrelationDifference, 0, 0.09);
        Assert.InRange(report.MeanCorrelationDifference, 0, 0.04);
        Assert.InRange(Mean(made[0]), Mean(Real[0]) - 1, Mean(Real[0]) + 1);
        Assert.InRange(Deviation(made[1]) / Deviation(Real[1]), 0.85, 1.1);
        var income = report.Columns.Single(static column => column.Name == "income");
        Assert.InRange(income.SyntheticNullShare, income.NullShare - 0.03, income.NullShare + 0.03);

        // Independently of the report: Spearman of age and income where both are there.
        var (real, mine) = (RankCorrelations.Of([Real[0].Numbers, Real[1].Numbers])[0, 1], RankCorrelations.Of([made[0].Numbers, made[1].Numbers])[0, 1]);
        Assert.InRange(real, 0.5, 0.9);
        Assert.InRange(mine, real - 0.08, real + 0.08);
    }

    [Fact]
    public void No_row_is_copied_and_none_is_nearer_to_what_was_seen_than_to_what_was_not()
    {
        var (made, report) = SyntheticTable.Make(Real, 2000, seed: 7, k: 5, TestContext.Current.CancellationToken);
        // Those without an income have three values, which are had by chance.
        var real = Enumerable.Range(0, Rows).Where(static row => !Real[1].IsNull(row)).Select(static row => Key(Real, row)).ToHashSet(StringComparer.Ordinal);
        Assert.True(real.Count > 2000);
        Assert.DoesNotContain(Enumerable.Range(0, 2000).Select(row => Key(made, row)), real.Contains);
        Assert.Equal(0, report.Privacy.ExactCopies);
        Assert.InRange(report.Privacy.Ratio, 0.7, 1.4);
        Assert.InRange(report.Privacy.NearerToFitted, 0.35, 0.65);
        Assert.True(report.Privacy.NearestFitted > 0);
    }

    [Fact]
    public void A_value_that_few_share_never_appears_and_names_are_made_up()
    {
        var (made, report) = SyntheticTable.Make(Real, 3000, seed: 5, k: 5, TestContext.Current.CancellationToken);
        var cities = made.Single(static column => column.Name == "city");
        Assert.DoesNotContain("Nowhere", cities.Texts);
        Assert.Equal(["Berlin", "Paris", "Rome"], cities.Texts.OfType<string>().Distinct().Order());
        Assert.Equal(1, report.Columns.Single(static column => column.Name == "city").RareValues);
        var names = made.Single(static column => column.Name == "name");
        Assert.Equal("replaced", report.Columns.Single(static column => column.Name == "name").Kind);
        Assert.DoesNotContain(names.Texts, static name => Real.Single(static column => column.Name == "name").Texts.Contains(name));
        // The richest is one person's income: nothing comes near it.
        Assert.True(made[1].Numbers.Where(static value => !double.IsNaN(value)).Max() < 1_000_000);
    }

    [Fact]
    public void No_whole_number_of_one_person_appears_whether_keys_leave_gaps_or_not()
    {
        var random = new Random(4);
        var dense = Enumerable.Range(1, 1000).Select(static one => (double)one).ToArray();
        var sparse = Enumerable.Range(0, 1000).Select(_ => Math.Round(2000 + (300 * Normals.Next(random)))).ToArray();
        IReadOnlyList<PrivacyColumn> real =
        [
            new("id", PrivacyColumnKind.Whole, "BIGINT") { Numbers = dense }, new("spent", PrivacyColumnKind.Whole, "BIGINT") { Numbers = [.. sparse.Select(static one => one * 7)] },
            Text("great", [.. dense.Select(static one => string.Create(CultureInfo.InvariantCulture, $"{9007199254740993 + (long)one}"))]) with { SqlType = "BIGINT" },
        ];
        var (made, report) = SyntheticTable.Make(real, 1000, seed: 7, k: 5, TestContext.Current.CancellationToken);
        Assert.Empty(made[0].Numbers.Intersect(dense));
        Assert.Equal("replaced", report.Columns[0].Kind);
        var counts = real[1].Numbers.CountBy(static one => one).ToDictionary();
        Assert.DoesNotContain(made[1].Numbers, one => counts.TryGetValue(one, out var count) && count < 5);
        Assert.True(report.Columns[1].Distance < 0.06, $"{report.Columns[1].Distance}");
        Assert.Equal((PrivacyColumnKind.Whole, "BIGINT"), (made[2].Kind, made[2].SqlType));
    }

    [Fact]
    public void Beside_a_rare_number_stands_the_nearest_that_is_not()
    {
        var rare = RareNumbers.Of([1, 3, 4, 5, 9, 9, 10, 20], least: 3, greatest: 10, k: 2);
        Assert.Equal([2, 6, 6, 6, 8, 9, 9], new double[] { 2, 4, 5, 6, 8, 9, 10 }.Select(rare.Beside));
        Assert.Equal((4L, true), (rare.Count, rare.IsAll));
    }

    [Fact]
    public void The_same_seed_gives_the_same_rows_and_another_others()
    {
        var once = SyntheticTable.Make(Real, 200, 3, 5, TestContext.Current.CancellationToken).Columns;
        var again = SyntheticTable.Make(Real, 200, 3, 5, TestContext.Current.CancellationToken).Columns;
        var other = SyntheticTable.Make(Real, 200, 4, 5, TestContext.Current.CancellationToken).Columns;
        Assert.Equal(Enumerable.Range(0, 200).Select(row => Key(once, row)), Enumerable.Range(0, 200).Select(row => Key(again, row)));
        Assert.NotEqual(Enumerable.Range(0, 200).Select(row => Key(once, row)), Enumerable.Range(0, 200).Select(row => Key(other, row)));
    }

    [Fact]
    public void Rows_of_a_table_of_few_values_that_one_person_has_are_drawn_anew()
    {
        // Five columns of six values each: with 600 rows nearly every row is one person's, and there are 7,776 to be had.
        var random = new Random(2);
        IReadOnlyList<PrivacyColumn> coarse = [.. Enumerable.Range(0, 5).Select(at => Text($"c{at}", [.. Enumerable.Range(0, 600).Select(_ => $"v{random.Next(6)}")]))];
        var (made, report) = SyntheticTable.Make(coarse, 600, seed: 1, k: 5, TestContext.Current.CancellationToken);
        var real = Enumerable.Range(0, 600).Select(row => Key(coarse, row)).ToHashSet(StringComparer.Ordinal);
        Assert.DoesNotContain(Enumerable.Range(0, 600).Select(row => Key(made, row)), real.Contains);
        Assert.InRange(report.Privacy.Redrawn, 10, 200);
        Assert.Equal(600, report.Rows);
    }

    [Fact]
    public void Rank_correlations_are_spearmans()
    {
        // By hand: the ranks differ by 0, 1, 1, 1, 1, which gives 1 - 6 * 4 / 120.
        var found = RankCorrelations.Of([[1, 2, 3, 4, 5, double.NaN], [10, 30, 20, 50, 40, 1]])[0, 1];
        Assert.Equal(0.8, found, 12);
        Assert.Equal(0.0, RankCorrelations.Of([[1, 2, 3], [7, 7, 7]])[0, 1]);
    }

    [Fact]
    public void Distances_between_distributions_are_as_by_hand()
    {
        Assert.Equal(0.5, Fidelity.KolmogorovSmirnov([1, 2, 3, 4], [3, 4, 5, 6]), 12);
        Assert.Equal(0.0, Fidelity.KolmogorovSmirnov([1, 1, 2], [1, 1, 2]), 12);
        Assert.Equal(0.25, Fidelity.TotalVariation(Text("a", ["x", "x", "y", "y"]), Text("a", ["x", "x", "x", "y", null])), 12);
    }

    [Fact]
    public void Remembering_rows_is_seen_in_the_distance()
    {
        // The rows themselves as their own copy: distance 0 to what was seen, more to what was not.
        IReadOnlyList<PrivacyColumn> half = [.. Real.Take(3).Select(static column => column.Take([.. Enumerable.Range(0, 300)]))];
        IReadOnlyList<PrivacyColumn> rest = [.. Real.Take(3).Select(static column => column.Take([.. Enumerable.Range(300, 300)]))];
        var ranges = NearestRows.Ranges(half);
        Assert.All(Enumerable.Range(0, 50), row => Assert.Equal(0, new NearestRows(half, ranges).Of(half, row)));
        Assert.True(Enumerable.Range(0, 50).Average(row => new NearestRows(rest, ranges).Of(half, row)) > 0.001);
    }

    // Age, income (which rises with age, a fifth null), city, whether there is a contract (likelier with income), and a name of each.
    private static IReadOnlyList<PrivacyColumn> Table(int seed)
    {
        var random = new Random(seed);
        var (ages, incomes, cities, contracts, names) = (new double[Rows], new double[Rows], new string?[Rows], new string?[Rows], new string?[Rows]);
        for (var row = 0; row < Rows; row++)
        {
            var common = Normals.Next(random);
            ages[row] = Math.Round(45 + (12 * common));
            var income = Math.Exp(10 + (0.5 * ((0.75 * common) + (0.66 * Normals.Next(random)))));
            incomes[row] = random.NextDouble() < 0.2 ? double.NaN : Math.Round(income, 2);
            cities[row] = row == 17 ? "Nowhere" : random.NextDouble() is var draw && draw < 0.5 ? "Berlin" : draw < 0.8 ? "Paris" : "Rome";
            contracts[row] = random.NextDouble() < (common > 0 ? 0.8 : 0.3) ? "yes" : "no";
            names[row] = string.Create(CultureInfo.InvariantCulture, $"Person {random.Next()}");
        }

        incomes[5] = 9_999_999;
        return
        [
            new("age", PrivacyColumnKind.Whole, "BIGINT") { Numbers = ages }, new("income", PrivacyColumnKind.Number, "DOUBLE") { Numbers = incomes }, Text("city", cities),
            Text("contract", contracts), Text("name", names),
        ];
    }

    private static string Key(IReadOnlyList<PrivacyColumn> columns, int row) => string.Join('|', columns.Where(static column => column.Name != "name").Select(column => column.Show(row) ?? "-"));

    private static double Mean(PrivacyColumn column) => column.Numbers.Where(static value => !double.IsNaN(value)).Average();

    private static double Deviation(PrivacyColumn column)
    {
        double[] known = [.. column.Numbers.Where(static value => value < 1_000_000)];
        var mean = known.Average();
        return Math.Sqrt(known.Average(value => (value - mean) * (value - mean)));
    }

    private static PrivacyColumn Text(string name, string?[] values) => new(name, PrivacyColumnKind.Text, "VARCHAR") { Texts = values };
}
