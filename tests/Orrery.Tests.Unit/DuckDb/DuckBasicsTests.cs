using System.Text;
using Orrery.Native;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>Statements, bindings, reading and appending.</summary>
public sealed class DuckBasicsTests : DuckTest
{
    private static readonly string[] Texts = ["", "twelve bytes", "thirteen byte", "a\0b", "a\0b and more than twelve", new('x', 10_000), "ÄÖÜ 漢字 🙂"];

    [Fact]
    public void The_version_is_the_one_that_is_pinned() => Assert.Equal("v1.5.6", DuckLibrary.Version);

    [Fact]
    public void Several_statements_run_and_the_last_tells_its_rows() =>
        Assert.Equal(3, Execute("CREATE TABLE t (i INTEGER); INSERT INTO t SELECT * FROM range(3)"));

    [Fact]
    public void Every_bound_value_comes_back()
    {
        using var statement = Connection.Prepare("SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?");
        var moment = new DateTime(1969, 12, 31, 23, 59, 59).AddMicroseconds(7);
        var id = Guid.Parse("f0e1d2c3-b4a5-9687-7869-5a4b3c2d1e0f");
        _ = statement.Bind(1, true).Bind(2, int.MinValue).Bind(3, long.MaxValue).Bind(4, 1.25f).Bind(5, double.Epsilon).Bind(6, "text")
            .Bind(7, new DateTimeOffset(moment, TimeSpan.FromHours(3))).Bind(8, moment).Bind(9, new DateOnly(1815, 12, 10)).Bind(10, -12.340m)
            .Bind(11, [0, 1, 255]).Bind(12, id).BindNull(13).Bind(14, new TimeOnly(1, 2, 3)).Bind(15, new DuckInterval(1, 2, 3));
        using var reader = statement.Query(cancel: Cancel);

        Assert.Equal(15, statement.ParameterCount);
        Assert.True(reader.Read());
        Assert.Equal(
            [
                true, int.MinValue, long.MaxValue, 1.25f, double.Epsilon, "text", new DateTimeOffset(moment.AddHours(-3), TimeSpan.Zero), moment,
                new DateOnly(1815, 12, 10), -12.340m, new byte[] { 0, 1, 255 }, id, null, new TimeOnly(1, 2, 3), new DuckInterval(1, 2, 3),
            ],
            Enumerable.Range(0, 15).Select(column => reader.Value(column, 0)));
    }

    [Fact]
    public void Extreme_decimals_come_back()
    {
        using var statement = Connection.Prepare("SELECT ?");
        foreach (var value in new[] { decimal.MaxValue, decimal.MinValue, 0m, 0.0000000000000000000000000001m, -1.10m })
        {
            using var reader = statement.Bind(1, value).Query(cancel: Cancel);
            Assert.True(reader.Read());
            Assert.Equal(value, reader.Value(0, 0));
        }
    }

    [Fact]
    public void Parameters_have_names()
    {
        using var statement = Connection.Prepare("SELECT $low + $high * $low");
        using var reader = statement.Bind("low", 2).Bind("high", 10).Query(cancel: Cancel);

        Assert.True(reader.Read());
        Assert.Equal(22, reader.Value(0, 0));
        Assert.Equal("The statement has no parameter middle; it has: low, high. (Parameter 'name')", Assert.Throws<ArgumentException>(() => statement.Bind("middle", 1)).Message);
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => statement.Bind(3, 1));
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => statement.Bind(0, 1));
    }

    [Fact]
    public void A_missing_value_is_told()
    {
        using var statement = Connection.Prepare("SELECT $a");

        Assert.Equal(DuckErrorType.InvalidInput, Assert.Throws<DuckException>(() => statement.Execute(Cancel)).Type);
    }

    [Fact]
    public void Texts_of_any_length_come_back()
    {
        using var statement = Connection.Prepare("SELECT ?, octet_length(encode($1)), ?::BLOB");
        foreach (var text in Texts)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            using var reader = statement.Bind(1, text).Bind(2, bytes).Query(cancel: Cancel);
            Assert.True(reader.Read());
            Assert.Equal(bytes, reader.Utf8(0, 0));
            Assert.Equal(text, reader.Value(0, 0));
            Assert.Equal((long)bytes.Length, reader.Value(1, 0));
            Assert.Equal(bytes, reader.Value(2, 0));
        }
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused()
    {
        using var statement = Connection.Prepare("SELECT ?");

        _ = Assert.Throws<ArgumentException>(() => statement.BindUtf8(1, [0xC3, 0x28]));
        _ = Assert.Throws<ArgumentException>(() => Execute("SELECT 1\0; DROP TABLE t"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Chunks_are_read_to_the_end(bool streaming)
    {
        using var reader = Query("SELECT i, CASE WHEN i % 7 = 0 THEN NULL ELSE i * 0.5::DOUBLE END AS half, 'text ' || i FROM range(10000) t(i)", streaming: streaming);
        var row = 0L;
        while (reader.Read())
        {
            var numbers = reader.Values<long>(0);
            var halves = reader.Values<double>(reader.Ordinal("HALF"));
            for (var i = 0; i < reader.Rows; i++, row++)
            {
                Assert.Equal(row, numbers[i]);
                Assert.Equal(row % 7 == 0, reader.IsNull(1, i));
                if (row % 7 != 0)
                    Assert.Equal(row * 0.5, halves[i]);
                Assert.Equal(Encoding.UTF8.GetBytes($"text {row}"), reader.Utf8(2, i));
            }
        }

        Assert.Equal((10_000, 0, false), (row, reader.Rows, reader.Read()));
    }

    [Fact]
    public void A_column_is_read_as_what_it_is_only()
    {
        using var reader = Query("SELECT 1::BIGINT, 'a'");
        Assert.True(reader.Read());

        Assert.Equal("A column of BIGINT does not hold Double.", Assert.Throws<InvalidCastException>(() => reader.Values<double>(0).Length).Message);
        _ = Assert.Throws<InvalidCastException>(() => reader.Utf8(0, 0).Length);
        _ = Assert.Throws<InvalidCastException>(() => reader.Values<long>(1).Length);
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => reader.IsNull(0, 1));
    }

    [Fact]
    public void What_is_appended_equals_what_is_bound()
    {
        const string Columns = "b BOOLEAN, i INTEGER, l BIGINT, u UBIGINT, f FLOAT, d DOUBLE, s VARCHAR, z TIMESTAMPTZ, t TIMESTAMP, o DATE, m TIME, n DECIMAL(12,4), x BLOB, g UUID, v INTERVAL";
        _ = Execute($"CREATE TABLE appended ({Columns}); CREATE TABLE bound ({Columns})");
        var moment = new DateTime(2001, 2, 3, 4, 5, 6);
        var zoned = new DateTimeOffset(moment, TimeSpan.FromHours(-7));
        var id = Guid.Parse("f0e1d2c3-b4a5-9687-7869-5a4b3c2d1e0f");
        using (var appender = Connection.Appender("appended"))
        using (var insert = Connection.Prepare("INSERT INTO bound VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"))
        {
            foreach (var text in Texts)
            {
                appender.Append(true).Append(7).Append(long.MinValue).Append(5UL).Append(0.1f).Append(0.1).Append(text).Append(zoned).Append(moment)
                    .Append(new DateOnly(1999, 12, 31)).Append(new TimeOnly(23, 59)).Append(-1.5m).AppendBlob(Encoding.UTF8.GetBytes(text)).Append(id)
                    .Append(new DuckInterval(1, 2, 3)).EndRow();
                _ = insert.Bind(1, true).Bind(2, 7).Bind(3, long.MinValue).Bind(4, 5L).Bind(5, 0.1f).Bind(6, 0.1).Bind(7, text).Bind(8, zoned).Bind(9, moment)
                    .Bind(10, new DateOnly(1999, 12, 31)).Bind(11, new TimeOnly(23, 59)).Bind(12, -1.5m).Bind(13, Encoding.UTF8.GetBytes(text)).Bind(14, id)
                    .Bind(15, new DuckInterval(1, 2, 3)).Execute(Cancel);
            }

            appender.Close(Cancel);
        }

        Assert.Equal((long)Texts.Length, Scalar("SELECT count(*) FROM appended"));
        Assert.Equal(0L, Scalar("SELECT count(*) FROM (FROM appended EXCEPT ALL FROM bound)"));
    }

    [Fact]
    public void A_null_and_a_default_are_appended()
    {
        _ = Execute("CREATE TABLE t (a INTEGER, b VARCHAR DEFAULT 'given', c INTEGER DEFAULT 9)");
        using (var appender = Connection.Appender("t", columns: ["b", "a"]))
        {
            appender.AppendDefault().Append(1).EndRow();
            appender.AppendUtf8("utf8"u8).AppendNull().EndRow();
            appender.Append((string?)null).Append(3).EndRow();
            appender.Close(Cancel);
        }

        using var reader = Query("SELECT list([a, c]), list(b) FROM t");
        Assert.True(reader.Read());
        Assert.Equal(new object?[] { new object?[] { 1, 9 }, new object?[] { null, 9 }, new object?[] { 3, 9 } }, reader.Value(0, 0));
        Assert.Equal(new object?[] { "given", "utf8", null }, reader.Value(1, 0));
    }

    [Fact]
    public void Chunks_are_appended()
    {
        _ = Execute("CREATE TABLE t (i BIGINT, d DOUBLE, s VARCHAR, x BLOB)");
        using (var appender = Connection.Appender("t"))
        using (var chunk = appender.CreateChunk())
        {
            for (var from = 0; from < 5000; from += DuckChunk.Capacity)
            {
                var rows = Math.Min(DuckChunk.Capacity, 5000 - from);
                for (var row = 0; row < rows; row++)
                {
                    var number = from + row;
                    chunk.Values<long>(0)[row] = number;
                    if (number % 3 == 0)
                        chunk.SetNull(1, row);
                    else
                        chunk.Values<double>(1)[row] = number * 0.25;
                    chunk.SetText(2, row, number % 5 == 0 ? null : $"row {number} {new string('x', number % 20)}");
                    chunk.SetBlob(3, row, [1, 2]);
                }

                appender.AppendChunk(chunk, rows);
            }

            chunk.Set(0, [5000L, 5001L], [true, false]);
            chunk.SetUtf8(2, 0, "last"u8);
            appender.AppendChunk(chunk, 2);
            appender.Close(Cancel);
        }

        Assert.Equal(5002L, Scalar("SELECT count(*) FROM t"));
        Assert.Equal(5000L, Scalar("""
            SELECT count(*) FROM t WHERE i < 5000 AND d IS NOT DISTINCT FROM (CASE WHEN i % 3 = 0 THEN NULL ELSE i * 0.25e0 END) AND x = '\x01\x02'::BLOB
               AND s IS NOT DISTINCT FROM (CASE WHEN i % 5 = 0 THEN NULL ELSE 'row ' || i || ' ' || repeat('x', i % 20) END)
            """));
        Assert.Equal("last", Scalar("SELECT s FROM t WHERE i = 5000"));
        Assert.Equal(1L, Scalar("SELECT count(*) FROM t WHERE i IS NULL AND s = ''"));
    }

    [Fact]
    public void A_violated_constraint_is_told_and_leaves_an_appender_that_can_be_disposed()
    {
        _ = Execute("CREATE TABLE t (i INTEGER PRIMARY KEY)");
        using (var appender = Connection.Appender("t"))
        {
            appender.Append(1).EndRow();
            appender.Append(1).EndRow();

            Assert.Equal(DuckErrorType.Constraint, Assert.Throws<DuckException>(() => appender.Close(Cancel)).Type);
            _ = Assert.Throws<InvalidOperationException>(() => appender.Append(2));
        }

        Assert.Equal(0L, Scalar("SELECT count(*) FROM t"));
        Assert.Equal(1, Execute("INSERT INTO t VALUES (1)"));
    }

    [Fact]
    public void Rows_that_are_not_whole_or_fit_no_column_are_refused()
    {
        _ = Execute("CREATE TABLE t (i TINYINT, s VARCHAR)");
        using (var appender = Connection.Appender("t"))
        {
            _ = appender.Append(1);
            Assert.Contains("EndRow", Assert.Throws<DuckException>(() => appender.EndRow()).Message, StringComparison.Ordinal);
        }

        using (var appender = Connection.Appender("t"))
            Assert.Contains("1000", Assert.Throws<DuckException>(() => appender.Append(1000)).Message, StringComparison.Ordinal);
        Assert.Contains("nowhere", Assert.Throws<DuckException>(() => Connection.Appender("nowhere")).Message, StringComparison.Ordinal);
        Assert.Contains("nothing", Assert.Throws<DuckException>(() => Connection.Appender("t", columns: ["nothing"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_appender_that_is_not_closed_drops_its_rows()
    {
        _ = Execute("CREATE TABLE t (i INTEGER)");
        using (var appender = Connection.Appender("t"))
            appender.Append(1).EndRow();

        Assert.Equal(0L, Scalar("SELECT count(*) FROM t"));
    }

    [Fact]
    public void A_transaction_lasts_when_it_is_committed_only()
    {
        _ = Execute("CREATE TABLE t (i INTEGER)");
        using (Connection.BeginTransaction())
            _ = Execute("INSERT INTO t VALUES (1)");
        using (var transaction = Connection.BeginTransaction())
        {
            _ = Execute("INSERT INTO t VALUES (2)");
            transaction.Commit();
            _ = Assert.Throws<InvalidOperationException>(transaction.Rollback);
        }

        Assert.Equal(2, Scalar("SELECT i FROM t"));
    }
}
