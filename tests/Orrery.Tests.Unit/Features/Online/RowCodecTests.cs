using System.Text;
using System.Text.Json;
using Orrery.Features;
using Xunit;

namespace Orrery.Tests.Unit.Features.Online;

public sealed class RowCodecTests
{
    private static readonly FeatureKind[] Kinds = Enum.GetValues<FeatureKind>();

    [Fact]
    public void Rows_of_any_types_come_back_as_they_were()
    {
        var random = new Random(4711);
        for (var round = 0; round < 500; round++)
        {
            var types = Enumerable.Range(0, random.Next(0, 40)).Select(_ => new FeatureType(Kinds[random.Next(Kinds.Length)], random.Next(4) == 0)).ToArray();
            var values = types.Select(type => random.Next(5) == 0 ? FeatureValue.Null : Value(random, type)).ToArray();
            var layout = new RowLayout(types);

            var blob = RowCodec.Encode(layout, values);

            Assert.True(RowReader.TryOpen(layout, blob, out var row));
            for (var field = 0; field < values.Length; field++)
            {
                Assert.True(row.TryGet(field, out var read));
                Assert.Equal(values[field], read);
            }
        }
    }

    [Fact]
    public void Every_changed_byte_is_noticed()
    {
        var layout = new RowLayout([new(FeatureKind.String), new(FeatureKind.Float64), new(FeatureKind.Int64, IsList: true)]);
        var blob = RowCodec.Encode(layout, [FeatureValue.String("zürich"), FeatureValue.Float64(0.25), FeatureValue.List(FeatureKind.Int64, [FeatureValue.Int64(7), default])]);
        for (var at = 0; at < blob.Length; at++)
        {
            var changed = blob.ToArray();
            changed[at] ^= 0x20;
            Assert.False(RowReader.TryOpen(layout, changed, out _), $"byte {at}");
            Assert.False(RowReader.TryOpen(layout, blob.AsSpan(0, at), out _), $"cut at {at}");
        }
    }

    [Fact]
    public void Hostile_rows_with_a_right_checksum_are_read_without_harm()
    {
        var random = new Random(99);
        var types = Kinds.SelectMany(kind => new[] { new FeatureType(kind), new FeatureType(kind, IsList: true) }).ToArray();
        var layout = new RowLayout(types);
        using var json = new ByteWriter();
        for (var round = 0; round < 3_000; round++)
        {
            var blob = RowCodec.Encode(layout, [.. types.Select(type => Value(random, type))]);
            for (var changes = random.Next(1, 8); changes > 0; changes--)
                blob[random.Next(7, blob.Length)] = (byte)random.Next(256);
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(blob.AsSpan(1), Crc32C.Of(blob.AsSpan(5)));
            Assert.True(RowReader.TryOpen(layout, blob, out var row));
            for (var field = 0; field < types.Length; field++)
            {
                json.Clear();
                row.WriteJson(field, json);
                using var parsed = JsonDocument.Parse(json.Written);
                row.TryGet(field, out _);
            }
        }
    }

    [Theory]
    [InlineData("float64", "0.5", "0.5")]
    [InlineData("float64", "100", "100.0")]
    [InlineData("float32", "0.1", "0.10000000149011612")]
    [InlineData("int64", "9223372036854775807", "9223372036854775807")]
    [InlineData("int32", "\"-7\"", "-7")]
    [InlineData("bool", "true", "true")]
    [InlineData("unixtimestamp", "\"2025-03-01T10:00:00\"", "1740823200")]
    [InlineData("unixtimestamp", "\"1969-12-31T23:59:59.5Z\"", "-1")]
    [InlineData("bytes", "\"AAEC/w==\"", "\"AAEC/w==\"")]
    [InlineData("string", "5", "\"5\"")]
    [InlineData("string", "\"a\\\"b\\n\\u0001\\u00fc\"", "\"a\\\"b\\n\\u0001ü\"")]
    [InlineData("uuid", "\"0F8FAD5B-D9CB-469F-A165-70867728950E\"", "\"0f8fad5b-d9cb-469f-a165-70867728950e\"")]
    [InlineData("decimal", "1.50", "\"1.50\"")]
    [InlineData("json", "{\"a\": 1}", "\"{\\\"a\\\": 1}\"")]
    public void Values_are_written_as_Feast_writes_them(string kind, string given, string written)
    {
        var value = Cast(Type(kind), given);
        var layout = new RowLayout([Type(kind)]);
        using var json = new ByteWriter();

        Assert.True(RowReader.TryOpen(layout, RowCodec.Encode(layout, [value]), out var row));
        Assert.True(row.WriteJson(0, json));

        Assert.Equal(written, Encoding.UTF8.GetString(json.Written.Span));
    }

    [Theory]
    [InlineData("int32", "2147483648")]
    [InlineData("int64", "5.5")]
    [InlineData("int64", "true")]
    [InlineData("int64", "[1]")]
    [InlineData("int64", "\"5x\"")]
    [InlineData("float32", "1e300")]
    [InlineData("bool", "2")]
    [InlineData("string", "true")]
    [InlineData("string", "\"\\ud800\"")]
    [InlineData("bytes", "\"?\"")]
    [InlineData("unixtimestamp", "\"yesterday\"")]
    [InlineData("uuid", "\"1\"")]
    [InlineData("decimal", "\"1,5\"")]
    [InlineData("json", "\"{\"")]
    public void What_would_lose_something_is_refused(string kind, string given)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(given));
        reader.Read();
        Assert.False(JsonCast.TryRead(ref reader, Type(kind), out _));
    }

    [Fact]
    public void What_JSON_has_no_number_for_is_null()
    {
        var layout = new RowLayout([new(FeatureKind.Float64)]);
        using var json = new ByteWriter();
        Assert.True(RowReader.TryOpen(layout, RowCodec.Encode(layout, [FeatureValue.Float64(double.NaN)]), out var row));
        Assert.False(row.WriteJson(0, json));
        Assert.Equal("null", Encoding.UTF8.GetString(json.Written.Span));
    }

    [Fact]
    public void Reading_a_number_allocates_nothing()
    {
        var layout = new RowLayout([.. Enumerable.Repeat(new FeatureType(FeatureKind.Float64), 10)]);
        var blob = RowCodec.Encode(layout, [.. Enumerable.Range(0, 10).Select(static n => FeatureValue.Float64(n * 0.1))]);
        using var json = new ByteWriter();
        WriteAll(layout, blob, json);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            WriteAll(layout, blob, json);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void The_checksum_is_Castagnolis() => Assert.Equal(0xE3069283u, Crc32C.Of("123456789"u8));

    internal static FeatureValue Cast(FeatureType type, string json)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
        reader.Read();
        Assert.True(JsonCast.TryRead(ref reader, type, out var value));
        return value;
    }

    private static FeatureType Type(string name) => FeatureType.TryParse(name, out var type) ? type : throw new ArgumentException(name);

    private static void WriteAll(RowLayout layout, byte[] blob, ByteWriter json)
    {
        json.Clear();
        if (!RowReader.TryOpen(layout, blob, out var row))
            throw new InvalidOperationException();
        for (var field = 0; field < layout.Count; field++)
            row.WriteJson(field, json);
    }

    private static FeatureValue Value(Random random, FeatureType type) => type.IsList
        ? FeatureValue.List(type.Kind, [.. Enumerable.Range(0, random.Next(0, 5)).Select(_ => random.Next(4) == 0 ? default : Value(random, new(type.Kind)))])
        : type.Kind switch
        {
            FeatureKind.Bool => FeatureValue.Bool(random.Next(2) == 0),
            FeatureKind.Int32 => FeatureValue.Int32(random.Next(int.MinValue, int.MaxValue)),
            FeatureKind.Int64 => FeatureValue.Int64(random.NextInt64(long.MinValue, long.MaxValue)),
            FeatureKind.Float32 => FeatureValue.Float32(random.NextSingle()),
            FeatureKind.Float64 => FeatureValue.Float64(random.NextDouble() * 1e20),
            FeatureKind.String => FeatureValue.String(Text(random)),
            FeatureKind.Bytes => FeatureValue.Bytes(Encoding.UTF8.GetBytes(Text(random))),
            FeatureKind.UnixTimestamp => FeatureValue.Timestamp(random.NextInt64(-1L << 50, 1L << 50)),
            FeatureKind.Uuid => FeatureValue.Uuid(new Guid(random.Next(), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)),
            FeatureKind.Decimal => FeatureValue.Decimal("12.50"),
            _ => FeatureValue.Json("""{"a":[1,2]}"""),
        };

    private static string Text(Random random) => new([.. Enumerable.Range(0, random.Next(0, 20)).Select(_ => "aü€\"\\\n\u0001z"[random.Next(8)])]);
}
