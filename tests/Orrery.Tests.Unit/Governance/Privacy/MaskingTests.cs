using Orrery.Governance;
using Orrery.Native;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>What each policy makes of values, and how rows hide among each other.</summary>
public sealed class MaskingTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(static one => (byte)one)];
    private static readonly byte[] Other = [.. Enumerable.Range(1, 32).Select(static one => (byte)one)];

    [Fact]
    public void A_token_is_the_same_in_every_column_of_a_workspace_and_another_elsewhere()
    {
        var tokens = Mask(Text("a", "jane@example.org", "jane@example.org", null, "joe@example.org"), "token").Texts;
        Assert.Equal(tokens[0], tokens[1]);
        Assert.Null(tokens[2]);
        Assert.NotEqual(tokens[0], tokens[3]);
        Assert.Equal(tokens[0], Mask(Text("b", "jane@example.org"), "token").Texts[0]);
        Assert.NotEqual(tokens[0], new Masker(Other, 1).Apply(Text("a", "jane@example.org"), new("token", 0)).Value!.Texts[0]);
        Assert.Matches("^tok_[a-z2-7]{20}$", tokens[0]);
    }

    [Fact]
    public void A_hash_tells_nothing_across_columns() =>
        Assert.NotEqual(Mask(Text("a", "jane"), "hash").Texts[0], Mask(Text("b", "jane"), "hash").Texts[0]);

    [Fact]
    public void A_format_is_kept_and_the_digits_are_others()
    {
        var masked = Mask(Text("card", "4111-1111 1111.1111", "DE89 3704"), "format").Texts;
        Assert.Matches(@"^\d{4}-\d{4} \d{4}\.\d{4}$", masked[0]);
        Assert.Matches(@"^[A-Z]{2}\d{2} \d{4}$", masked[1]);
        Assert.NotEqual("4111-1111 1111.1111", masked[0]);
        Assert.Equal(masked[0], Mask(Text("other", "4111-1111 1111.1111"), "format").Texts[0]);
    }

    [Theory]
    [InlineData("redact", "1985-03-07", "***")]
    [InlineData("year", "1985-03-07", "1985")]
    [InlineData("month", "1985-03-07", "1985-03")]
    [InlineData("truncate:4", "1985-03-07", "1985*")]
    [InlineData("keep", "1985-03-07", "1985-03-07")]
    public void Texts_are_generalised(string policy, string value, string masked) => Assert.Equal(masked, Mask(Text("a", value), policy).Texts[0]);

    [Fact]
    public void Numbers_fall_into_bins_and_nulls_stay()
    {
        var ages = new PrivacyColumn("age", PrivacyColumnKind.Whole, "BIGINT") { Numbers = [37, -3, double.NaN, 40] };
        Assert.Equal("[30, 40) [-10, 0) - [40, 50)", string.Join(' ', Mask(ages, "bin:10").Texts.Select(static text => text ?? "-")));
    }

    [Fact]
    public void Noise_keeps_the_mean_and_has_the_deviation_that_was_asked_for_and_a_seed_alone_does_not_undo_it()
    {
        var random = new Random(3);
        var column = new PrivacyColumn("x", PrivacyColumnKind.Number, "DOUBLE") { Numbers = [.. Enumerable.Range(0, 20_000).Select(_ => 100 + (10 * Normals.Next(random)))] };
        var noisy = Mask(column, "noise:0.5").Numbers;
        var differences = noisy.Zip(column.Numbers, static (one, other) => one - other).ToList();
        Assert.InRange(differences.Average(), -0.15, 0.15);
        Assert.InRange(Math.Sqrt(differences.Average(static one => one * one)), 4.8, 5.2);
        Assert.Equal(noisy, Mask(column, "noise:0.5").Numbers);
        Assert.NotEqual(noisy[0], new Masker(Other, 1).Apply(column, new("noise", 0.5)).Value!.Numbers[0]);
    }

    [Fact]
    public void Two_releases_with_different_noise_do_not_give_the_numbers_away()
    {
        var random = new Random(3);
        var column = new PrivacyColumn("x", PrivacyColumnKind.Number, "DOUBLE") { Numbers = [.. Enumerable.Range(0, 2_000).Select(_ => 100 + (10 * Normals.Next(random)))] };
        foreach (var (one, other) in new[] { (new Masker(Key, null), new Masker(Key, null)), (new Masker(Key, 1), new Masker(Key, 1)) })
        {
            var (less, more) = (one.Apply(column, new("noise", 0.1)).Value!.Numbers, other.Apply(column, new("noise", 0.2)).Value!.Numbers);
            // Where the noise has one shape twice the smaller less the larger are the numbers themselves.
            var guessed = less.Zip(more, static (small, large) => (2 * small) - large).Zip(column.Numbers, static (guess, real) => Math.Abs(guess - real)).Average();
            Assert.InRange(guessed, 1.5, 4);
        }

        Assert.NotEqual(new Masker(Key, null).Apply(column, new("noise", 0.1)).Value!.Numbers, new Masker(Key, null).Apply(column, new("noise", 0.1)).Value!.Numbers);
    }

    [Fact]
    public void Great_numbers_and_wide_decimals_are_kept_to_the_last_digit()
    {
        var folder = Directory.CreateTempSubdirectory("orrery-masking-");
        try
        {
            var path = Path.Combine(folder.FullName, "kept.parquet");
            using var database = DuckDatabase.Open(null, new() { Threads = 1, AllowedDirectories = [folder.FullName] });
            using var connection = database.Connect();
            connection.Execute("""
                create table ids as select * from (values
                    (9007199254740993::bigint, 9007199254740993::varchar, 12345678901234567.89::decimal(20, 2), 7.25::decimal(10, 2), 1234567890123456::bigint, '1234567890123456'),
                    (9007199254740992::bigint, 'b', 0.10::decimal(20, 2), 0.10::decimal(10, 2), null, 'c')) v(id, text, amount, price, small, small_text)
                """, TestContext.Current.CancellationToken);
            var columns = PrivacyTableStore.Read(connection, "ids", TestContext.Current.CancellationToken).Value!;
            PrivacyTableStore.Write(connection, columns, path, TestContext.Current.CancellationToken);
            using var reader = connection.Query($"select count(*) from (select * from ids intersect select * from read_parquet('{path}'))", cancel: TestContext.Current.CancellationToken);
            reader.Read();
            Assert.Equal(2L, reader.Value(0, 0));
            var tokens = Mask(columns[0], "token").Texts;
            Assert.NotEqual(tokens[0], tokens[1]);
            Assert.Equal(tokens[0], Mask(columns[1], "token").Texts[0]);
            Assert.Equal(Mask(columns[4], "token").Texts[0], Mask(columns[5], "token").Texts[0]);
            Assert.Equal("[0, 10)", Mask(columns[3], "bin:10").Texts[0]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("shred")]
    [InlineData("bin")]
    [InlineData("bin:-1")]
    [InlineData("noise:NaN")]
    [InlineData("redact:3")]
    public void A_policy_that_there_is_not_is_refused(string text) => Assert.Equal("governance.invalid_masking", MaskPolicy.Parse("a", text).Failure!.Code);

    [Fact]
    public void A_policy_that_does_not_fit_is_refused()
    {
        Assert.Equal("governance.invalid_masking", new Masker(Key, 1).Apply(Text("a", "x"), new("bin", 10)).Failure!.Code);
        Assert.Equal("governance.invalid_masking", new Masker(Key, 1).Apply(Text("a", "no date"), new("year", 0)).Failure!.Code);
    }

    // Sweeney's table of 2002, fig. 2, generalised: classes of 2, 2, 3, 2 and 2 rows.
    [Fact]
    public void Anonymity_and_diversity_are_counted_as_published()
    {
        (string Race, string Birth, string Sex, string Zip, string Problem)[] rows =
        [
            ("Black", "1965", "m", "0214*", "short breath"), ("Black", "1965", "m", "0214*", "chest pain"),
            ("Black", "1965", "f", "0213*", "hypertension"), ("Black", "1965", "f", "0213*", "hypertension"),
            ("Black", "1964", "f", "0213*", "obesity"), ("Black", "1964", "f", "0213*", "chest pain"),
            ("White", "1964", "m", "0213*", "chest pain"), ("White", "1964", "m", "0213*", "obesity"), ("White", "1964", "m", "0213*", "short breath"),
            ("White", "1967", "m", "0213*", "chest pain"), ("White", "1967", "m", "0213*", "chest pain"),
        ];
        PrivacyColumn[] table =
        [
            Text("race", [.. rows.Select(static row => row.Race)]), Text("birth", [.. rows.Select(static row => row.Birth)]), Text("sex", [.. rows.Select(static row => row.Sex)]),
            Text("zip", [.. rows.Select(static row => row.Zip)]), Text("problem", [.. rows.Select(static row => row.Problem)]),
        ];
        var (report, fallen) = Anonymity.Of(table, ["race", "birth", "sex", "zip"], "problem", k: 2, l: 1);
        Assert.Equal((5L, 2L, 1L, 0L), (report.Classes, report.SmallestClass, report.SmallestDiversity, report.RowsBelow));
        Assert.Empty(fallen);
        Assert.Equal([0, 1, 2, 3, 4, 5, 9, 10], Anonymity.Of(table, ["race", "birth", "sex", "zip"], null, k: 3, l: 1).Short);
        Assert.Equal([2, 3, 9, 10], Anonymity.Of(table, ["race", "birth", "sex", "zip"], "problem", k: 2, l: 2).Short);
    }

    private static PrivacyColumn Mask(PrivacyColumn column, string policy) => new Masker(Key, 1).Apply(column, MaskPolicy.Parse(column.Name, policy).Value!).Value!;

    private static PrivacyColumn Text(string name, params string?[] values) => new(name, PrivacyColumnKind.Text, "VARCHAR") { Texts = values };
}
