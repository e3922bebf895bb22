using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Orrery.Tracking;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class LikePatternTests
{
    [Theory]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    [InlineData("%", "", true)]
    [InlineData("%%", "anything", true)]
    [InlineData("other", "another value", false)]
    [InlineData("%other%", "another value", true)]
    [InlineData("other%", "another value", false)]
    [InlineData("%value", "another value", true)]
    [InlineData("%Other%", "another value", false)]
    [InlineData("_e%", "test", true)]
    [InlineData("_", "é", true)]
    [InlineData("_", "😀", true)]
    [InlineData("__", "😀", false)]
    [InlineData("a%b%c", "aXbXbXc", true)]
    [InlineData("a%b%c", "aXbXbX", false)]
    [InlineData("100\\%", "100\\x", true)]
    public void Like(string pattern, string text, bool matches) =>
        Assert.Equal(matches, new LikePattern(pattern, ignoreCase: false).Matches(text));

    [Theory]
    [InlineData("%OTHER%", "another value")]
    [InlineData("É_", "éa")]
    public void ILike_ignores_case(string pattern, string text)
    {
        Assert.True(new LikePattern(pattern, ignoreCase: true).Matches(text));
        Assert.False(new LikePattern(pattern, ignoreCase: false).Matches(text));
    }

    [Fact]
    public void Matches_as_the_regular_expression_of_the_same_meaning_does()
    {
        var pattern = Gen.Elements('a', 'b', '%', '_').ArrayOf().Resize(9).Select(chars => new string(chars));
        var text = Gen.Elements('a', 'b').ArrayOf().Select(chars => new string(chars));

        Prop.ForAll(pattern.ToArbitrary(), text.ToArbitrary(), (p, t) =>
        {
            var regex = $"^{p.Replace('_', '.').Replace("%", ".*", StringComparison.Ordinal)}\\z";
            return new LikePattern(p, ignoreCase: false).Matches(t) == Regex.IsMatch(t, regex, RegexOptions.Singleline);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000).WithReplay(1, 3));
    }

    [Fact]
    public void A_hostile_pattern_takes_no_exponential_time() => Assert.False(
        new LikePattern(string.Concat(Enumerable.Repeat("%a", 500)) + "b", ignoreCase: false).Matches(new string('a', 5_000)));
}
