using Orrery.Storage;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class BlobRangeTests
{
    [Fact]
    public void Ranges_are_cut_at_the_end()
    {
        Assert.Equal((0, 10), BlobRange.From(0).Within(10));
        Assert.Equal((3, 4), BlobRange.From(3, 4).Within(10));
        Assert.Equal((8, 2), BlobRange.From(8, long.MaxValue).Within(10));
        Assert.Equal((7, 3), BlobRange.Last(3).Within(10));
        Assert.Equal((0, 10), BlobRange.Last(11).Within(10));
    }

    [Fact]
    public void Ranges_without_a_byte_are_none()
    {
        Assert.Null(BlobRange.From(10).Within(10));
        Assert.Null(BlobRange.From(0).Within(0));
        Assert.Null(BlobRange.Last(0).Within(10));
        Assert.Null(BlobRange.Last(5).Within(0));
    }

    [Fact]
    public void Headers_are_written_as_http_has_them()
    {
        Assert.Equal("bytes=5-", BlobRange.From(5).ToHttp());
        Assert.Equal("bytes=5-5", BlobRange.From(5, 1).ToHttp());
        Assert.Equal("bytes=5-", BlobRange.From(5, long.MaxValue).ToHttp());
        Assert.Equal("bytes=-7", BlobRange.Last(7).ToHttp());
    }

    [Fact]
    public void Impossible_ranges_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => BlobRange.From(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => BlobRange.From(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => BlobRange.Last(-1));
    }
}
