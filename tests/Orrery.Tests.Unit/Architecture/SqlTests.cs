using System.Text.RegularExpressions;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>Where SQL may stand, and which tables it may name.</summary>
public sealed partial class SqlTests
{
    // A module alone touches the tables of its prefix.
    private static readonly Dictionary<string, string> Prefixes = new()
    {
        ["Storage"] = "sys",
        ["Audit"] = "aud",
        ["Tenancy"] = "ten",
        ["Lineage"] = "lin",
        ["Features"] = "fts",
        ["Tracking"] = "trk",
        ["Registry"] = "reg",
        ["Pipelines"] = "pip",
        ["Serving"] = "srv",
        ["Monitoring"] = "mon",
        ["Trials"] = "trl",
        ["Governance"] = "gov",
        ["Delivery"] = "dlv",
    };

    [Fact]
    public void Sql_stands_in_stores_and_migrations_only() => Rule.Holds(
        from file in SourceFile.Product()
        where file.Module is not "Storage" && !StoreFile.IsMatch(file.Name) && !(file.Module is "Features" && GeneratorFile.IsMatch(file.Name))
        from literal in CSharpLiterals.Of(file.Text)
        where IsSql(literal.Text)
        select $"{file.Path}:{literal.Line} holds SQL: {Beginning(literal.Text)}",
        "Move the statement beside its reader in the noun's XxxStore.cs (or XxxStore.Part.cs when it grows).");

    [Fact]
    public void A_module_names_its_own_tables_only() => Rule.Holds(
        Statements().SelectMany(statement => Table.Matches(statement.Text)
            .Select(match => match.Groups["prefix"].Value)
            .Where(prefix => prefix != Prefixes.GetValueOrDefault(statement.Module, "none"))
            .Distinct()
            .Select(prefix => $"{statement.Place} of Orrery.{statement.Module} names a table of '{prefix}_': {Beginning(statement.Text)}")),
        "Ask the module that owns the table through its class, or join a view that it publishes (trk_v_run_summary).");

    [Theory]
    [InlineData("select run_id\n  from trk_run\n where tenant_id = @tenant")]
    [InlineData("with latest as (select 1) select * from latest")]
    [InlineData("insert into trk_run (run_id) values (@run)")]
    [InlineData("update trk_run set name = @name")]
    [InlineData("delete from trk_run where run_id = @run")]
    [InlineData("  and exists (select 1 from trk_tag)")]
    [InlineData("SELECT 1 FROM trk_run")]
    public void Statements_are_known_for_sql(string text) => Assert.True(IsSql(text));

    [Theory]
    [InlineData("Select a run, then compare it with another.")]
    [InlineData("The run cannot be deleted from a finished experiment.")]
    [InlineData("tracking.run_deleted")]
    public void Messages_are_not_taken_for_sql(string text) => Assert.False(IsSql(text));

    [Fact]
    public void Literals_of_every_kind_are_found()
    {
        const string Source = """"
            // "not this"
            var a = "plain \" quoted"; /* "nor this" */ var b = '"';
            var c = $"in {(x is "y" ? $"z{1}" : "w")} terpolated"; var d = @"ver""batim";
            var e = """
                raw "text"
                """;
            """";

        Assert.Equal(
            [(2, "plain \\\" quoted"), (3, "in {(x is \"y\" ? $\"z{1}\" : \"w\")} terpolated"), (3, "ver\"\"batim"), (4, "raw \"text\"")],
            CSharpLiterals.Of(Source).Select(literal => (literal.Line, literal.Text.Trim())));
    }

    private static IEnumerable<(string Module, string Place, string Text)> Statements()
    {
        foreach (var file in SourceFile.Product())
        {
            foreach (var literal in CSharpLiterals.Of(file.Text).Where(literal => IsSql(literal.Text)))
                yield return (file.Module!, $"{file.Path}:{literal.Line}", literal.Text);
        }

        foreach (var file in SourceFile.All(".sql").Where(file => file.Module is not null))
            yield return (file.Module!, file.Path, Comment.Replace(file.Text, ""));
    }

    private static bool IsSql(string literal) => Sql.IsMatch(literal);

    private static string Beginning(string literal) => Regex.Replace(literal.Trim(), @"\s+", " ") is { Length: > 60 } text ? text[..60] + "..." : literal.Trim();

    [GeneratedRegex(@"Store(\.\w+)?\.cs$")]
    private static partial Regex StoreFile { get; }

    // The feature store writes SQL for engines that hold the data of others, not for the metadata database.
    [GeneratedRegex(@"(Sql|Dialect)\.cs$")]
    private static partial Regex GeneratorFile { get; }

    [GeneratedRegex(@"--[^\n]*")]
    private static partial Regex Comment { get; }

    [GeneratedRegex(
        @"^\s*(select|with\s+\w+(\s*\([^)]*\))?\s+as)\b.*\bfrom\s+[\w(]"
        + @"|\binsert\s+into\s+\w+_\w+|\bupdate\s+\w+\s+set\b|\bdelete\s+from\s+\w+_\w+|\bcreate\s+(table|index|view)\s+\w"
        + @"|\b(from|join|into|update)\s+(sys|aud|ten|lin|fts|trk|reg|pip|srv|mon|trl|gov)_\w",
        RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Sql { get; }

    // Views (trk_v_...) are published for others to join.
    [GeneratedRegex(@"\b(?<prefix>sys|aud|ten|lin|fts|trk|reg|pip|srv|mon|trl|gov)_(?!v_)[a-z]\w*")]
    private static partial Regex Table { get; }
}
