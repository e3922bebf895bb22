using Orrery.Features;
using Xunit;

namespace Orrery.Tests.Unit.Features.Online;

public sealed class EntityKeyCodecTests
{
    private static readonly JoinKey[] TwoTexts = [new("a", new(FeatureKind.String)), new("b", new(FeatureKind.String))];

    [Fact]
    public void Composite_keys_never_collide()
    {
        string[] texts = ["", "1", "12", "2", "11", "1\0", "\0", "\u0006\u0001\0\0\0", "ü"];
        var keys = from a in texts from b in texts select Convert.ToHexString(EntityKeyCodec.Encode(TwoTexts, [FeatureValue.String(a), FeatureValue.String(b)])!);
        Assert.Equal(texts.Length * texts.Length, keys.Distinct().Count());
    }

    [Fact]
    public void A_key_comes_back_as_it_was()
    {
        JoinKey[] keys =
        [
            new("a", new(FeatureKind.String)), new("b", new(FeatureKind.Int32)), new("c", new(FeatureKind.Int64)),
            new("d", new(FeatureKind.Bytes)), new("e", new(FeatureKind.UnixTimestamp)),
        ];
        FeatureValue[] values = [FeatureValue.String("zürich"), FeatureValue.Int32(-1), FeatureValue.Int64(long.MaxValue), FeatureValue.Bytes([0, 255]), FeatureValue.Timestamp(-5)];

        var bytes = EntityKeyCodec.Encode(keys, values)!;

        Assert.True(EntityKeyCodec.TryDecode(keys, bytes, out var read));
        Assert.Equal(values, read);
        for (var at = 0; at < bytes.Length; at++)
            Assert.False(EntityKeyCodec.TryDecode(keys, bytes.AsSpan(0, at), out _));
    }

    [Fact]
    public void Five_is_the_text_5_and_the_text_5_is_five()
    {
        JoinKey[] text = [new("a", new(FeatureKind.String))], number = [new("a", new(FeatureKind.Int64))];
        Assert.Equal(Key(text, "\"5\""), Key(text, "5"));
        Assert.Equal(Key(number, "5"), Key(number, "\"5\""));
        Assert.NotEqual(Key(text, "5"), Key(number, "5"));
    }

    [Fact]
    public void No_row_has_a_null_key()
    {
        Assert.Null(EntityKeyCodec.Encode(TwoTexts, [FeatureValue.String("a"), default]));
        Assert.Empty(EntityKeyCodec.Encode([], [])!);
    }

    private static byte[] Key(JoinKey[] keys, string json) => EntityKeyCodec.Encode(keys, [RowCodecTests.Cast(keys[0].Type, json)])!;
}
