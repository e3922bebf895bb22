using System.Security.Cryptography;
using System.Text;
using Orrery.Tracking;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class ContentHashTests
{
    [Fact]
    public void A_batch_is_hashed_in_the_form_that_is_described()
    {
        LoggedMetric[] metrics = [new("loss", new(1, -2, double.NaN)), new("größe", new(3, 4, 0.5)) { ModelId = "m-1", DatasetName = "d" }];
        Pair[] parameters = [new("p", "")];
        Pair[] tags = [new("t", "v")];

        var expected = Hash(bytes =>
        {
            bytes.Write(2L);
            foreach (var m in metrics)
            {
                Text(bytes, m.Key);
                bytes.Write(m.Point.At);
                bytes.Write(m.Point.Step);
                bytes.Write(m.Point.Value);
                Text(bytes, m.ModelId);
                Text(bytes, m.DatasetName);
                Text(bytes, m.DatasetDigest);
            }

            Pairs(bytes, parameters);
            Pairs(bytes, tags);
        });

        Assert.Equal(expected, ContentHash.Of(metrics, parameters, tags));
    }

    [Theory]
    [InlineData(1, 8184)]
    [InlineData(1, 8185)]
    [InlineData(1, 8193)]
    [InlineData(3, 40_000)]
    [InlineData(3000, 7)]
    public void Content_longer_than_the_buffer_is_hashed_whole(int count, int length)
    {
        Pair[] pairs = [.. Enumerable.Range(0, count).Select(i => new Pair($"k{i}", new string('é', length)))];

        Assert.Equal(Hash(bytes => Pairs(bytes, pairs)), ContentHash.Of(pairs));
    }

    [Fact]
    public void Where_one_text_ends_and_the_next_begins_makes_a_difference() =>
        Assert.NotEqual(ContentHash.Of([new Pair("ab", "c")]), ContentHash.Of([new Pair("a", "bc")]));

    private static byte[] Hash(Action<BinaryWriter> write)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        write(writer);
        writer.Flush();
        return SHA256.HashData(bytes.ToArray());
    }

    private static void Pairs(BinaryWriter bytes, Pair[] pairs)
    {
        bytes.Write((long)pairs.Length);
        foreach (var pair in pairs)
        {
            Text(bytes, pair.Key);
            Text(bytes, pair.Value);
        }
    }

    private static void Text(BinaryWriter bytes, string? text)
    {
        bytes.Write(text is null ? -1L : (long)Encoding.UTF8.GetByteCount(text));
        if (text is not null)
            bytes.Write(Encoding.UTF8.GetBytes(text));
    }
}
