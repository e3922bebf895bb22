using System.Diagnostics;
using System.Globalization;
using Orrery.Contracts;
using Orrery.Governance;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>What a column's name and values say together.</summary>
public sealed class ColumnScanTests
{
    [Fact]
    public void A_column_of_addresses_of_mail_is_told_without_its_name_and_no_value_is_shown()
    {
        var best = Best("c1", Enumerable.Range(0, 200).Select(static i => $"jane.doe{i}@example.org"));
        Assert.Equal((PiiKinds.Email, 1.0, 200), (best.Kind, best.Share, best.Matches));
        Assert.InRange(best.Confidence, 0.9, 1);
        Assert.Equal(3, best.Examples.Count);
        Assert.Contains("aaaa.aaa0@aaaaaaa.aaa", best.Examples);
        Assert.DoesNotContain(best.Examples, static shape => shape.Contains("jane", StringComparison.Ordinal));
    }

    [Fact]
    public void Numbers_that_count_up_are_nobodys_though_a_tenth_of_them_pass_checks()
    {
        var scan = Scan("order_id", Enumerable.Range(0, 5000).Select(static i => (100_000_000_000L + (i * 7919L)).ToString(CultureInfo.InvariantCulture)));
        Assert.DoesNotContain(scan, static found => found.Confidence >= 0.5);
    }

    [Fact]
    public void Digits_alone_are_a_number_only_where_the_columns_name_says_so()
    {
        string[] numbers = [.. Enumerable.Range(0, 100).Select(static i => $"{123 + i:000}45{6700 + i:0000}")];
        Assert.DoesNotContain(Scan("amount", numbers), static found => found.Kind == "us_ssn");
        var named = Best("customer_ssn", numbers);
        Assert.Equal("us_ssn", named.Kind);
        Assert.True(named.IsNamed);
        Assert.Equal("us", named.Country);
    }

    [Fact]
    public void A_name_alone_is_listed_and_does_not_count()
    {
        var found = Best("email", ["9f86d081884c7d65", "60303ae22b998861"]);
        Assert.Equal((PiiKinds.Email, 0L), (found.Kind, found.Matches));
        Assert.InRange(found.Confidence, 0.3, 0.49);
    }

    [Fact]
    public void Names_of_people_are_told_from_names_of_products()
    {
        string[] people = ["Mary Johnson", "Hans Müller", "José García", "Anna Kowalska", "Jean-Pierre Dupont", "James O'Neill"];
        Assert.Equal(PiiKinds.PersonName, Best("customer_name", people).Kind);
        Assert.InRange(Best("customer_name", people).Confidence, 0.8, 1);
        Assert.DoesNotContain(Scan("product_name", ["Blue Widget", "Red Widget", "Widget Pro", "Month-to-month"]), static found => found.Confidence >= 0.5);
    }

    [Fact]
    public void Days_are_birthdays_only_where_the_name_says_so()
    {
        string[] days = [.. Enumerable.Range(0, 60).Select(static i => $"19{40 + i:00}-03-{1 + (i % 28):00}")];
        Assert.Equal(PiiKinds.DateOfBirth, Best("birthDate", days).Kind);
        Assert.DoesNotContain(Scan("signup_date", days), static found => found.Confidence >= 0.5);
    }

    [Fact]
    public void One_address_in_free_text_is_found()
    {
        var notes = Enumerable.Repeat("Customer called about the invoice, all is well", 99).Append("Please write to <jane.doe@example.org>, thanks").ToList();
        var found = Scan("notes", notes).First(static one => one.Kind == PiiKinds.Email);
        Assert.True(found.IsInText);
        Assert.Equal(1, found.Matches);
        Assert.InRange(found.Confidence, 0.5, 0.9);
        Assert.Equal(["aaaa.aaa@aaaaaaa.aaa"], found.Examples);
    }

    [Fact]
    public void Only_the_countries_that_are_asked_for_are_looked_for()
    {
        var scan = new ColumnScan("c", readsValues: true, CountryPacks.All, ["de"], 2026);
        scan.Add("RCCMNL83S18D969H");
        Assert.DoesNotContain(scan.Findings(), static found => found.Country == "it");
    }

    [Fact]
    public void Hostile_texts_take_linear_time()
    {
        var watch = Stopwatch.StartNew();
        var scan = new ColumnScan("notes", readsValues: true, CountryPacks.All, null, 2026);
        foreach (var text in new[] { new string('a', 500) + "@", new string('1', 500), string.Concat(Enumerable.Repeat("1 2-", 120)), new string('a', 1_000_000), string.Concat(Enumerable.Repeat("a@", 250)) })
        {
            for (var i = 0; i < 20; i++)
                scan.Add(text);
        }

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"{watch.Elapsed}");
        Assert.DoesNotContain(scan.Findings(), static found => found.Confidence >= 0.5);
    }

    [Fact]
    public void Every_pack_names_a_check_that_there_is_and_a_source()
    {
        Assert.Equal(["br", "de", "es", "fr", "gb", "in", "it", "nl", "pl", "se", "us"], CountryPacks.All.Countries);
        Assert.All(CountryPacks.All.Ids, static id => Assert.True(id.Check is not null && id.Id.Source.Length > 10 && id.Id.Hints.Count > 0));
    }

    private static IReadOnlyList<PiiFinding> Scan(string name, IEnumerable<string> values)
    {
        var scan = new ColumnScan(name, readsValues: true, CountryPacks.All, null, 2026);
        foreach (var value in values)
            scan.Add(value);
        return scan.Findings();
    }

    private static PiiFinding Best(string name, IEnumerable<string> values) => Scan(name, values)[0];
}
