using System.Text;
using Orrery.Features;
using Xunit;

namespace Orrery.Tests.Unit.Features.Online;

/// <summary>Feast's layout of Redis. Keys and hashes were made with Python's struct module and scikit-learn's murmurhash3_32.</summary>
public sealed class FeastRedisTests
{
    private static readonly JoinKey Driver = new("driver_id", new(FeatureKind.Int64));
    private static readonly JoinKey Customer = new("customer_id", new(FeatureKind.String));

    [Theory]
    [InlineData("driver_hourly_stats:conv_rate", 0xdae36061)]
    [InlineData("view:feature", 0x7651117f)]
    [InlineData("a:b", 0xa2446843)]
    [InlineData("hello", 0x248bfa47)]
    [InlineData("ab", 0x9bbfd75f)]
    [InlineData("abc", 0xb3dd93fa)]
    public void Fields_are_named_by_murmur3(string text, uint hash) => Assert.Equal(hash, Murmur3.Hash(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Keys_are_Feasts_byte_for_byte()
    {
        Check("0100000002000000090000006472697665725f69640400000008000000e9030000000000007269646573", [Driver], [FeatureValue.Int64(1001)], "rides");
        Check(
            "02000000020000000b000000637573746f6d65725f696402000000090000006472697665725f696402000000070000007ac3bc726963680400000008000000f9ffffffffffffff70",
            [Driver, Customer], [FeatureValue.Int64(-7), FeatureValue.String("zürich")], "p");
        Check(
            "0300000002000000010000006202000000010000006e020000000100000074010000000200000000ff0300000004000000050000000800000008000000a0dac2670000000078",
            [new("n", new(FeatureKind.Int32)), new("b", new(FeatureKind.Bytes)), new("t", new(FeatureKind.UnixTimestamp))],
            [FeatureValue.Int32(5), FeatureValue.Bytes([0, 255]), FeatureValue.Timestamp(1_740_823_200_000_000)], "x");
    }

    [Theory]
    [InlineData("1204746578742001", "string", null)] // 0x12: field 2, a text; then field 4: the later one counts, and is no text
    [InlineData("120474657874", "string", "text")]
    [InlineData("18fbffffffffffffffff01", "int32", -5L)]
    [InlineData("20e907", "int64", 1001L)]
    [InlineData("29000000000000e03f", "float64", 0.5)]
    [InlineData("350000003f", "float32", 0.5)]
    [InlineData("350000003f", "float64", 0.5)]
    [InlineData("3801", "bool", true)]
    [InlineData("20e907", "string", null)]
    [InlineData("12ff", "string", null)]
    public void Values_are_read_from_protobuf(string hex, string type, object? expected)
    {
        Assert.True(FeatureType.TryParse(type, out var declared));
        var read = FeastProto.TryValue(Convert.FromHexString(hex), declared, out var value);
        Assert.Equal(expected is not null, read);
        if (read)
            Assert.Equal(expected, value.ToObject());
    }

    [Fact]
    public void Lists_moments_and_nulls_are_read_from_protobuf()
    {
        // Field 14, a list of int64, packed: 1, 2, 300; field 12, a list of texts: a, b; no field at all.
        Assert.True(FeastProto.TryValue(Convert.FromHexString("72060a040102ac02"), new(FeatureKind.Int64, IsList: true), out var numbers));
        Assert.Equal([1L, 2L, 300L], numbers.AsList.Select(static item => item.AsInt64));
        Assert.True(FeastProto.TryValue(Convert.FromHexString("62060a01610a0162"), new(FeatureKind.String, IsList: true), out var texts));
        Assert.Equal(["a", "b"], texts.AsList.Select(static item => item.AsString));
        Assert.True(FeastProto.TryValue([], new(FeatureKind.Int64), out var none));
        Assert.True(none.IsNull);
        // Seconds 1740823200, nanoseconds 500000000.
        Assert.True(FeastProto.TryMoment(Convert.FromHexString("08a0b58bbe061080cab5ee01"), out var moment));
        Assert.Equal(1_740_823_200_500_000, moment);
    }

    [Fact]
    public void Hostile_bytes_do_no_harm()
    {
        var random = new Random(3);
        var bytes = new byte[40];
        for (var round = 0; round < 20_000; round++)
        {
            var some = bytes.AsSpan(0, random.Next(bytes.Length)).ToArray();
            random.NextBytes(some);
            FeastProto.TryValue(some, new((FeatureKind)random.Next(1, 12), random.Next(2) == 0), out _);
            FeastProto.TryMoment(some, out _);
            FeastKey.TryDecode([Driver, Customer], some, "p", out _);
        }
    }

    private static void Check(string hex, JoinKey[] keys, FeatureValue[] values, string project)
    {
        var bytes = FeastKey.Encode(keys, values, project);
        Assert.Equal(hex, Convert.ToHexStringLower(bytes));
        Assert.True(FeastKey.TryDecode(keys, bytes, project, out var read));
        Assert.Equal(values, read);
        Assert.False(FeastKey.TryDecode(keys, bytes, project + "x", out _));
    }
}
