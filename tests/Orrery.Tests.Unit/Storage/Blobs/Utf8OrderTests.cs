using System.Text;
using Orrery.Storage;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class Utf8OrderTests
{
    [Fact]
    public void Order_is_that_of_the_bytes()
    {
        string[] texts = ["", "a", "a/", "ab", "a\uE000", "a\uFFFD", "a🚀", "a🚀b", "a🚁", "é", "\uFB01", "🚀", "𐀀"];

        foreach (var left in texts)
        {
            foreach (var right in texts)
            {
                var expected = Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right));
                Assert.Equal(Math.Sign(expected), Math.Sign(Utf8Order.Instance.Compare(left, right)));
            }
        }
    }
}
