using Orrery.Storage;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class BlobKeyTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("a/b/c.txt")]
    [InlineData(".tmpx/a")]
    [InlineData("a/.tmp/b")]
    [InlineData("...")]
    [InlineData("a b/ü/🚀")]
    public void Ordinary_paths_are_keys(string key)
    {
        Assert.True(BlobKey.IsValid(key, out var reason));
        Assert.Null(reason);
    }

    [Theory]
    [InlineData(null, "empty")]
    [InlineData("", "empty")]
    [InlineData("/a", "empty segment")]
    [InlineData("a/", "empty segment")]
    [InlineData("a//b", "empty segment")]
    [InlineData(".", "'.' or '..'")]
    [InlineData("a/../b", "'.' or '..'")]
    [InlineData("..", "'.' or '..'")]
    [InlineData("a\\..\\b", "backslash")]
    [InlineData("a\0", "U+0000")]
    [InlineData("a\nb", "U+000A")]
    [InlineData("a\u0085b", "U+0085")]
    [InlineData(".tmp", "reserved")]
    [InlineData(".tmp/a", "reserved")]
    public void Other_text_is_refused_with_the_reason(string? key, string expected)
    {
        Assert.False(BlobKey.IsValid(key, out var reason));
        Assert.Contains(expected, reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Half_a_character_is_refused() => Assert.False(BlobKey.IsValid("a" + (char)0xD83D, out _));

    [Fact]
    public void Lengths_count_bytes()
    {
        Assert.True(BlobKey.IsValid(new string('a', 255), out _));
        Assert.False(BlobKey.IsValid(new string('a', 256), out _));
        Assert.True(BlobKey.IsValid(new string('ü', 127), out _));
        Assert.False(BlobKey.IsValid(new string('ü', 128), out _));
        Assert.True(BlobKey.IsValid(string.Join('/', Enumerable.Repeat("abc", 256)), out _));
        Assert.False(BlobKey.IsValid(string.Join('/', Enumerable.Repeat("abc", 257)), out _));
    }
}
