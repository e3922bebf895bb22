using Orrery.Features;
using Orrery.Native;
using Xunit;

namespace Orrery.Tests.Conformance;

/// <summary>What the SQL of a query source can reach.</summary>
public sealed class QueryEngineTests : IDisposable
{
    private static readonly QueryLimits Small = new() { MemoryBytes = 64 << 20, DiskBytes = 1 << 20 };
    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-query-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void It_reads_the_sources_that_it_names_in_their_order_and_keeps_large_numbers()
    {
        var file = Write("a.csv", "id,n\n1,3\n2,1\n3,2\n");

        var rows = Read(QueryEngine.Run("select id, n::hugeint * 10000000000000000000 as big, null as nothing, 1 as x, 2 as x from people order by people.n desc", [Input("people", file)], Small, _folder, Cancel));

        Assert.Equal(["1|30000000000000000000||1|2", "3|20000000000000000000||1|2", "2|10000000000000000000||1|2"], rows);
    }

    [Theory]
    [InlineData("select * from read_csv('{0}/hidden.csv')")]
    [InlineData("select * from '{0}/hidden.csv'")]
    [InlineData("select * from read_text('{0}/*')")]
    [InlineData("select * from glob('{0}/*')")]
    [InlineData("select * from read_text('/etc/passwd')")]
    [InlineData("select * from read_csv('http://127.0.0.1:1/x.csv')")]
    [InlineData("select * from others")]
    [InlineData("copy (select 1) to '{0}/out.csv'")]
    [InlineData("select 1; attach '{0}/other.duckdb'")]
    public void It_reads_nothing_else(string query)
    {
        var file = Write("a.csv", "id\n1\n");
        Write("hidden.csv", "id\n7\n");

        var found = Array.Empty<string>();
        var thrown = Record.Exception(() => found = Read(QueryEngine.Run(query.Replace("{0}", _folder, StringComparison.Ordinal), [Input("people", file)], Small, _folder, Cancel)));

        Assert.True(thrown is DuckException || (thrown is null && found.Length == 0), $"{thrown} {string.Join(';', found)}");
        Assert.Equal(["a.csv", "hidden.csv"], Directory.GetFiles(_folder).Select(static path => Path.GetFileName(path)).Where(static name => !name.EndsWith(".parquet", StringComparison.Ordinal)).Order());
    }

    [Fact]
    public void Its_memory_and_its_result_are_bounded_and_it_ends_with_its_token()
    {
        Assert.Throws<DuckException>(() => QueryEngine.Run("select list(i) as all_of_them from range(50000000) r(i)", [], Small, _folder, Cancel));
        Assert.Throws<QueryTooLargeException>(() => QueryEngine.Run("select md5(i::varchar) as x from range(3000000000) r(i)", [], Small, _folder, Cancel));
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        Assert.ThrowsAny<OperationCanceledException>(
            () => QueryEngine.Run("select count(*) as x from range(1000000000000) a(i) where i % 7 = 3", [], Small, _folder, soon.Token));
    }

    private static QueryInput Input(string name, string file) => new(name, CsvSql.Relation([file], [], isTabbed: false), [file]);

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private string[] Read(string? path)
    {
        if (path is null)
            return [];
        using var database = DuckDatabase.Open(null, new() { AllowedDirectories = [_folder] });
        using var connection = database.Connect();
        using var reader = connection.Query($"from read_parquet('{path}') order by file_row_number");
        var rows = new List<string>();
        while (reader.Read())
        {
            for (var row = 0; row < reader.Rows; row++)
                rows.Add(string.Join('|', Enumerable.Range(0, reader.Columns.Count).Select(column => Convert.ToString(reader.Value(column, row), System.Globalization.CultureInfo.InvariantCulture))));
        }

        return [.. rows];
    }
}
