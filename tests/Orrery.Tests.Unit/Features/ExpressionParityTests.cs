using System.Globalization;
using System.Text;
using Orrery.Features;
using Orrery.Native;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>An expression gives the same in process as in DuckDB: what is served is what was trained on.</summary>
public sealed class ExpressionParityTests
{
    private static readonly ExpressionColumn[] Columns =
    [
        new("b", new(FeatureKind.Bool)), new("i", new(FeatureKind.Int64)), new("j", new(FeatureKind.Int32)), new("f", new(FeatureKind.Float64)),
        new("g", new(FeatureKind.Float32)), new("s", new(FeatureKind.String)), new("t", new(FeatureKind.String)),
        new("m", new(FeatureKind.UnixTimestamp)), new("n", new(FeatureKind.UnixTimestamp)),
    ];

    private static readonly double[] Numbers =
        [0, -0.0, 1, -1, 0.5, 2.5, -2.5, 0.1, 1e18, -1e19, 9007199254740993, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1e308, 5e-324, 0.49999999999999994];

    private static readonly string[] Texts =
        ["", "a", "B", "abc", "12", " 12", "+7", "-3.5", "1e5", ".5", "5.", "1e999", "nan", "true", "false", "Straße", "İı", "🦆é", "\t x ", "'\"", "9223372036854775808", "\uE000", "12\n"];

    [Fact]
    public void Random_expressions_give_what_DuckDB_gives()
    {
        var random = new Random(20261121);
        var rows = Enumerable.Range(0, 60).Select(_ => Row(random)).ToArray();
        using var database = DuckDatabase.Open(null, new DuckOptions());
        using var connection = database.Connect();
        Load(connection, rows);
        var writer = new RandomExpressions(random);
        var differences = new StringBuilder();
        for (var number = 0; number < 800; number++)
        {
            var depth = 1 + random.Next(3);
            var (text, type) = (number % 4) switch
            {
                0 => (writer.Bool(depth), new FeatureType(FeatureKind.Bool)),
                1 => (writer.Whole(depth), new FeatureType(random.Next(2) == 0 ? FeatureKind.Int64 : FeatureKind.Int32)),
                2 => (writer.Fraction(depth), new FeatureType(random.Next(2) == 0 ? FeatureKind.Float64 : FeatureKind.Float32)),
                _ => (writer.Text(depth), new FeatureType(FeatureKind.String)),
            };
            Compare(connection, rows, text, type, differences);
        }

        Assert.True(differences.Length == 0, differences.ToString());
    }

    [Fact]
    public void Every_code_point_has_DuckDBs_cases()
    {
        using var database = DuckDatabase.Open(null, new DuckOptions());
        using var connection = database.Connect();
        using var reader = connection.Query("select chr(i::int), lower(chr(i::int)), upper(chr(i::int)) from range(1, 1114112) t(i) where i not between 55296 and 57343", cancel: TestContext.Current.CancellationToken);
        while (reader.Read())
        {
            for (var row = 0; row < reader.Rows; row++)
            {
                var text = Encoding.UTF8.GetString(reader.Utf8(0, row));
                Assert.Equal(Encoding.UTF8.GetString(reader.Utf8(1, row)), TextFunctions.Lower(text));
                Assert.Equal(Encoding.UTF8.GetString(reader.Utf8(2, row)), TextFunctions.Upper(text));
            }
        }
    }

    private static void Compare(DuckConnection connection, FeatureValue[][] rows, string text, FeatureType type, StringBuilder differences)
    {
        var compiled = Expression.Compile(text, Columns, type);
        Assert.True(compiled.Succeeded, $"{text}: {compiled.Failure?.Message}");
        var sql = new StringBuilder("select ");
        compiled.Value.AppendSql(sql, static column => $"\"{Columns[column].Name}\"");
        sql.Append(" from input order by r");
        using var reader = Query(connection, sql.ToString(), text);
        var at = 0;
        while (reader.Read())
        {
            for (var row = 0; row < reader.Rows; row++, at++)
            {
                var expected = reader.Value(0, row);
                var actual = compiled.Value.Evaluate(rows[at]).ToObject();
                if (!Same(expected, actual) && differences.Length < 4000)
                    differences.AppendLine(CultureInfo.InvariantCulture, $"{text} [{string.Join(", ", rows[at].Select(static v => v.ToObject() ?? "null"))}]: DuckDB {expected ?? "null"}, here {actual ?? "null"}; {sql}");
            }
        }

        Assert.Equal(rows.Length, at);
    }

    private static DuckReader Query(DuckConnection connection, string sql, string text)
    {
        try
        {
            return connection.Query(sql, cancel: TestContext.Current.CancellationToken);
        }
        catch (DuckException e)
        {
            throw new InvalidOperationException($"{text}: {sql}: {e.Message}", e);
        }
    }

    private static bool Same(object? expected, object? actual) => (expected, actual) switch
    {
        (null, null) => true,
        (null, _) or (_, null) => false,
        (double or float, double or float) => Close(Convert.ToDouble(expected, CultureInfo.InvariantCulture), Convert.ToDouble(actual, CultureInfo.InvariantCulture)),
        (bool, bool) or (string, string) => expected.Equals(actual),
        _ => Convert.ToInt64(expected, CultureInfo.InvariantCulture) == Convert.ToInt64(actual, CultureInfo.InvariantCulture),
    };

    // Bit for bit, but for the sign of zero.
    private static bool Close(double expected, double actual) => expected.Equals(actual) || expected == actual;

    private static FeatureValue[] Row(Random random)
    {
        FeatureValue Maybe(FeatureValue value) => random.Next(8) == 0 ? FeatureValue.Null : value;
        long Whole() => random.Next(4) switch
        {
            0 => random.Next(-3, 4),
            1 => random.NextInt64(long.MinValue, long.MaxValue),
            2 => random.Next(2) == 0 ? long.MinValue : long.MaxValue,
            _ => random.Next(-100_000, 100_000),
        };
        double Fraction() => random.Next(3) == 0 ? (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(0, 12)) : Numbers[random.Next(Numbers.Length)];
        FeatureValue Moment() => FeatureValue.Timestamp(random.NextInt64(-62_135_596_800_000_000, 253_402_300_799_999_999));
        return
        [
            Maybe(FeatureValue.Bool(random.Next(2) == 0)), Maybe(FeatureValue.Int64(Whole())), Maybe(FeatureValue.Int32((int)(Whole() >> 32))),
            Maybe(FeatureValue.Float64(Fraction())), Maybe(FeatureValue.Float32((float)Fraction())),
            Maybe(FeatureValue.String(Texts[random.Next(Texts.Length)])), Maybe(FeatureValue.String(Texts[random.Next(Texts.Length)])),
            Maybe(Moment()), Maybe(Moment()),
        ];
    }

    private static void Load(DuckConnection connection, FeatureValue[][] rows)
    {
        connection.Execute("create table input (r bigint, b boolean, i bigint, j integer, f double, g float, s varchar, t varchar, m timestamp, n timestamp)");
        using var insert = connection.Prepare(
            "insert into input values ($1, $2, $3, $4, $5, $6, $7, $8, make_timestamp($9::bigint), make_timestamp($10::bigint))");
        for (var row = 0; row < rows.Length; row++)
        {
            insert.Bind(1, (long)row);
            for (var column = 0; column < Columns.Length; column++)
                Bind(insert, column + 2, rows[row][column]);
            insert.Execute();
        }
    }

    private static void Bind(DuckStatement insert, int parameter, FeatureValue value)
    {
        if (value.IsNull)
        {
            insert.BindNull(parameter);
            return;
        }

        switch (value.Kind)
        {
            case FeatureKind.Bool: insert.Bind(parameter, value.AsBool); break;
            case FeatureKind.Float64: insert.Bind(parameter, value.AsDouble); break;
            case FeatureKind.Float32: insert.Bind(parameter, (float)value.AsDouble); break;
            case FeatureKind.String: insert.Bind(parameter, value.AsString); break;
            default: insert.Bind(parameter, value.AsInt64); break;
        }
    }
}
