using System.Globalization;
using System.Numerics;
using Orrery.Native;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>Each type of DuckDB arrives as the .NET value that it is.</summary>
public sealed class DuckTypeTests : DuckTest
{
    public static TheoryData<string, object?, string> Values => new()
    {
        { "true", true, "BOOLEAN" },
        { "(-128)::TINYINT", (sbyte)-128, "TINYINT" },
        { "(-32768)::SMALLINT", short.MinValue, "SMALLINT" },
        { "(-2147483648)::INTEGER", int.MinValue, "INTEGER" },
        { "9223372036854775807", long.MaxValue, "BIGINT" },
        { "255::UTINYINT", byte.MaxValue, "UTINYINT" },
        { "65535::USMALLINT", ushort.MaxValue, "USMALLINT" },
        { "4294967295::UINTEGER", uint.MaxValue, "UINTEGER" },
        { "18446744073709551615::UBIGINT", ulong.MaxValue, "UBIGINT" },
        { "1.5::FLOAT", 1.5f, "FLOAT" },
        { "'nan'::DOUBLE", double.NaN, "DOUBLE" },
        { "'-inf'::DOUBLE", double.NegativeInfinity, "DOUBLE" },
        { "'0007e3c2-6d2b-4d0a-9d4f-8a2b1c3d4e5f'::UUID", Guid.Parse("0007e3c2-6d2b-4d0a-9d4f-8a2b1c3d4e5f"), "UUID" },
        { "'ff07e3c2-6d2b-4d0a-9d4f-8a2b1c3d4e5f'::UUID", Guid.Parse("ff07e3c2-6d2b-4d0a-9d4f-8a2b1c3d4e5f"), "UUID" },
        { "'10101'::BIT", "10101", "BIT" },
        { "'1010101010101'::BIT", "1010101010101", "BIT" },
        { "INTERVAL '14 months 3 days 4.5 seconds'", new DuckInterval(14, 3, 4_500_000), "INTERVAL" },
        { """'{"a": 1}'::JSON""", """{"a": 1}""", "JSON" },
        { "NULL", null, "INTEGER" },
        { "'b'::ENUM('a', 'b')", "b", "ENUM('a', 'b')" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void A_value_is_read(string sql, object? expected, string type)
    {
        using var reader = Query($"SELECT {sql} AS v");

        Assert.True(reader.Read());
        Assert.Equal(expected, reader.Value(0, 0));
        Assert.Equal(expected is null, reader.IsNull(0, 0));
        Assert.Equal(("v", type), (reader.Columns[0].Name, reader.Columns[0].Type.ToString()));
        Assert.False(reader.Read());
    }

    [Theory]
    [InlineData("170141183460469231731687303715884105727")]
    [InlineData("-170141183460469231731687303715884105728")]
    [InlineData("-1")]
    public void A_hugeint_is_read(string number) =>
        Assert.Equal(Int128.Parse(number, CultureInfo.InvariantCulture), Scalar($"SELECT '{number}'::HUGEINT"));

    [Fact]
    public void A_uhugeint_is_read() =>
        Assert.Equal(UInt128.MaxValue, Scalar("SELECT 340282366920938463463374607431768211455::UHUGEINT"));

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("-1")]
    [InlineData("-256")]
    [InlineData("123456789012345678901234567890123456789012345678901234567890")]
    [InlineData("-123456789012345678901234567890123456789012345678901234567890")]
    public void A_bignum_is_read(string number) =>
        Assert.Equal(BigInteger.Parse(number, CultureInfo.InvariantCulture), Scalar($"SELECT '{number}'::BIGNUM"));

    [Theory]
    [InlineData("12.3", 4, 1)]
    [InlineData("-99999.99", 9, 2)]
    [InlineData("-0.000000000000000001", 18, 18)]
    [InlineData("79228162514264337593543950335", 38, 0)]
    [InlineData("-1234567890.1234567890123456789", 38, 19)]
    public void A_decimal_is_read(string number, int width, int scale)
    {
        using var reader = Query($"SELECT '{number}'::DECIMAL({width},{scale})");

        Assert.True(reader.Read());
        Assert.Equal(decimal.Parse(number, CultureInfo.InvariantCulture), reader.Value(0, 0));
        Assert.Equal($"DECIMAL({width},{scale})", reader.Columns[0].Type.ToString());
    }

    [Theory]
    [InlineData("79228162514264337593543950336", 38, 0)]
    [InlineData("-0.00000000000000000000000000000000000012", 38, 38)]
    [InlineData("-99999999999999999999999999999999999.999", 38, 3)]
    public void A_decimal_that_dotnet_cannot_hold_keeps_its_digits(string number, int width, int scale) =>
        Assert.Equal(number, Assert.IsType<DuckDecimal>(Scalar($"SELECT '{number}'::DECIMAL({width},{scale})")).ToString());

    [Fact]
    public void Times_are_read()
    {
        var moment = new DateTime(2024, 2, 29, 13, 14, 15, 678).AddMicroseconds(901);
        Assert.Equal(new DateOnly(2024, 2, 29), Scalar("SELECT DATE '2024-02-29'"));
        Assert.Equal(new DateOnly(1, 1, 1), Scalar("SELECT DATE '0001-01-01'"));
        Assert.Equal(new TimeOnly(13, 14, 15, 678, 901), Scalar("SELECT TIME '13:14:15.678901'"));
        Assert.Equal(TimeOnly.MaxValue, Scalar("SELECT TIME '24:00:00'"));
        Assert.Equal(moment, Scalar("SELECT TIMESTAMP '2024-02-29 13:14:15.678901'"));
        Assert.Equal(new DateTime(1900, 1, 1, 0, 0, 1), Scalar("SELECT '1900-01-01 00:00:01'::TIMESTAMP_S"));
        Assert.Equal(new DateTime(1900, 1, 1, 0, 0, 1, 5), Scalar("SELECT '1900-01-01 00:00:01.005'::TIMESTAMP_MS"));
        Assert.Equal(new DateTime(1900, 1, 1).AddTicks(12_345_678), Scalar("SELECT '1900-01-01 00:00:01.234567899'::TIMESTAMP_NS"));
        Assert.Equal(new DateTimeOffset(moment.AddHours(-2), TimeSpan.Zero), Scalar("SELECT TIMESTAMPTZ '2024-02-29 13:14:15.678901+02'"));
        Assert.Equal(new DuckTimeTz(new(13, 14, 15), new(-5, -30, 0)), Scalar("SELECT '13:14:15-05:30'::TIMETZ"));
        Assert.Equal(new TimeOnly(13, 14, 15).Add(TimeSpan.FromTicks(12)), Scalar("SELECT '13:14:15.000001234'::TIME_NS"));
    }

    [Theory]
    [InlineData("TIMESTAMP")]
    [InlineData("TIMESTAMP_S")]
    [InlineData("TIMESTAMP_MS")]
    [InlineData("TIMESTAMP_NS")]
    public void An_infinite_time_is_the_greatest_or_least_that_there_is(string type)
    {
        Assert.Equal(DateTime.MaxValue, Scalar($"SELECT 'infinity'::TIMESTAMP::{type}"));
        Assert.Equal(DateTime.MinValue, Scalar($"SELECT '-infinity'::TIMESTAMP::{type}"));
    }

    [Fact]
    public void Infinite_dates_and_years_beyond_dotnet_do_not_fail()
    {
        Assert.Equal(DateOnly.MaxValue, Scalar("SELECT 'infinity'::DATE"));
        Assert.Equal(DateOnly.MinValue, Scalar("SELECT '-infinity'::DATE"));
        Assert.Equal(DateTimeOffset.MaxValue, Scalar("SELECT 'infinity'::TIMESTAMPTZ"));
        Assert.Equal(DateTimeOffset.MinValue, Scalar("SELECT '-infinity'::TIMESTAMPTZ"));
        Assert.Equal(DateTime.MaxValue, Scalar("SELECT TIMESTAMP '12345-01-01 00:00:00'"));
        Assert.Equal(DateTime.MinValue, Scalar("SELECT TIMESTAMP '0044-03-15 (BC) 00:00:00'"));
        Assert.Equal(DateOnly.MaxValue, Scalar("SELECT DATE '12345-01-01'"));
    }

    [Fact]
    public void Nested_values_are_read()
    {
        Assert.Equal(new object?[] { 1, null, 3 }, Scalar("SELECT [1, NULL, 3]"));
        Assert.Equal(new object?[] { "a", "b" }, Scalar("SELECT ['a', 'b']::VARCHAR[2]"));
        Assert.Equal(new object?[] { Array.Empty<object?>(), new object?[] { 2L } }, Scalar("SELECT [[], [2::BIGINT]]"));
        Assert.Equal([new("a", 1), new("b", "x")], Assert.IsType<KeyValuePair<string, object?>[]>(Scalar("SELECT {'a': 1, 'b': 'x'}")));
        Assert.Equal([new("k", 1), new("l", null)], Assert.IsType<KeyValuePair<object, object?>[]>(Scalar("SELECT MAP {'k': 1, 'l': NULL}")));
        Assert.Equal("x", Scalar("SELECT union_value(t := 'x')::UNION(n INTEGER, t VARCHAR)"));
        Assert.Equal(5, Scalar("SELECT union_value(n := 5)::UNION(n INTEGER, t VARCHAR)"));
        Assert.Null(Scalar("SELECT NULL::STRUCT(a INTEGER)"));
    }

    [Fact]
    public void Rows_of_nested_values_stay_apart()
    {
        using var reader = Query("""
            SELECT CASE WHEN i % 3 = 0 THEN NULL ELSE list_transform(range(i % 5), x -> {'n': x + i}) END, [i, i + 1]::BIGINT[2], {'i': i, 'l': [i]}
              FROM range(5000) t(i)
            """);
        var i = 0L;
        while (reader.Read())
        {
            for (var row = 0; row < reader.Rows; row++, i++)
            {
                var expected = i % 3 == 0 ? null : Enumerable.Range(0, (int)(i % 5)).Select(x => new KeyValuePair<string, object?>[] { new("n", x + i) }).ToArray();
                Assert.Equal(expected, reader.Value(0, row));
                Assert.Equal(new object?[] { i, i + 1 }, reader.Value(1, row));
                Assert.Equal(new object?[] { i }, Assert.IsType<KeyValuePair<string, object?>[]>(reader.Value(2, row))[1].Value);
            }
        }

        Assert.Equal(5000, i);
    }

    [Theory]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(65_536)]
    public void Enums_of_any_size_are_read(int size)
    {
        _ = Execute($"CREATE TYPE e AS ENUM (SELECT 'v' || i FROM range({size}) t(i) ORDER BY i)");

        Assert.Equal($"v{size - 1}", Scalar($"SELECT 'v{size - 1}'::e"));
        Assert.Equal("v0", Scalar("SELECT 'v0'::e"));
    }

    [Fact]
    public void Types_are_written_as_sql_does() =>
        Assert.Equal(
            ["DECIMAL(18,3)", "VARCHAR[]", "INTEGER[3]", "MAP(VARCHAR, DOUBLE)", "STRUCT(\"a\" INTEGER, \"b\" VARCHAR[])", "TIMESTAMP WITH TIME ZONE"],
            Columns("1::DECIMAL(18,3), ['a'], [1,2,3]::INTEGER[3], MAP {'a': 1e0}, {'a': 1, 'b': ['x']}, now()"));

    [Fact]
    public void A_variant_is_refused_with_the_way_out() =>
        Assert.Contains("cast it", Assert.Throws<NotSupportedException>(() => Scalar("SELECT 1::VARIANT")).Message, StringComparison.Ordinal);

    private List<string> Columns(string sql)
    {
        using var reader = Query($"SELECT {sql}");
        return [.. reader.Columns.Select(static column => column.Type.ToString())];
    }
}
