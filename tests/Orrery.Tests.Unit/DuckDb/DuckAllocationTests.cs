using Orrery.Native;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>Rows go through without garbage.</summary>
public sealed class DuckAllocationTests : DuckTest
{
    private const int Rows = 1_000_000;

    // A fixed number of small objects for the reader, its columns and the statement, whatever the number of rows; and what a collection
    // that other tests cause takes from a thread's allocation context, up to 8 KiB each time.
    private const int Budget = 32_768;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Reading_a_million_rows_allocates_nothing_for_them(bool streaming)
    {
        _ = Execute($"CREATE TABLE t AS SELECT i::DOUBLE AS d, 'a text of some length ' || i AS s FROM range({Rows}) t(i)");
        _ = Read(streaming, "SELECT d, s FROM t LIMIT 5000");

        var (rows, sum, bytes, allocated) = Read(streaming, "SELECT d, s FROM t");

        Assert.Equal((Rows, 499_999_500_000.0), (rows, sum));
        Assert.True(bytes > Rows * 22L);
        Assert.InRange(allocated, 0, Budget);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Appending_rows_allocates_nothing_for_them(bool inChunks)
    {
        _ = Execute("CREATE TABLE t (i BIGINT, d DOUBLE, s VARCHAR)");
        Append(inChunks, 5000);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Append(inChunks, 300_000);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Budget);
        Assert.Equal(305_000L, Scalar("SELECT count(*) FROM t WHERE s = 'thirteen byte' AND d = i / 2"));
    }

    private (int Rows, double Sum, long Bytes, long Allocated) Read(bool streaming, string sql)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var (rows, sum, bytes) = (0, 0.0, 0L);
        using (var reader = Query(sql, streaming))
        {
            while (reader.Read())
            {
                foreach (var value in reader.Values<double>(0))
                    sum += value;
                for (var row = 0; row < reader.Rows; row++)
                    bytes += reader.Utf8(1, row).Length;
                rows += reader.Rows;
            }
        }

        return (rows, sum, bytes, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private void Append(bool inChunks, int rows)
    {
        using var appender = Connection.Appender("t");
        if (inChunks)
            AppendChunks(appender, rows);
        else
        {
            for (var i = 0L; i < rows; i++)
                appender.Append(i).Append(i / 2.0).AppendUtf8("thirteen byte"u8).EndRow();
        }

        appender.Close(Cancel);
    }

    private static void AppendChunks(DuckAppender appender, int rows)
    {
        using var chunk = appender.CreateChunk();
        for (var from = 0; from < rows; from += DuckChunk.Capacity)
        {
            var count = Math.Min(DuckChunk.Capacity, rows - from);
            var numbers = chunk.Values<long>(0);
            var halves = chunk.Values<double>(1);
            for (var row = 0; row < count; row++)
            {
                numbers[row] = from + row;
                halves[row] = (from + row) / 2.0;
                chunk.SetUtf8(2, row, "thirteen byte"u8);
            }

            appender.AppendChunk(chunk, count);
        }
    }
}
