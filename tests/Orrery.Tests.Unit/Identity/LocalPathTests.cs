using Orrery.Tenancy;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>Where a browser may be sent on to after it has signed in.</summary>
public sealed class LocalPathTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/experiments/7")]
    [InlineData("/models?search=a%2Fb&page=2#top")]
    [InlineData("/w/red/runs//x")]
    public void Paths_of_this_server_are_local(string path) => Assert.True(SingleSignOn.IsLocal(path));

    [Theory]
    [InlineData("")]
    [InlineData("experiments")]
    [InlineData("//evil.example")]
    [InlineData("///evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("/a\\b")]
    [InlineData("\\/evil.example")]
    [InlineData("/\t/evil.example")]
    [InlineData("/\n/evil.example")]
    [InlineData(" /a")]
    [InlineData("https://evil.example")]
    [InlineData("https:evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/\u00a0")]
    [InlineData("/\u2028")]
    public void Everything_else_is_not(string path) => Assert.False(SingleSignOn.IsLocal(path));

    [Fact]
    public void A_path_that_no_page_has_is_not()
    {
        Assert.True(SingleSignOn.IsLocal("/" + new string('a', 2047)));
        Assert.False(SingleSignOn.IsLocal("/" + new string('a', 2048)));
    }
}
