using Google.Protobuf;

namespace Orrery.Features;

/// <summary>A protobuf message read by field numbers, without its schema: what is not asked for is not looked at.</summary>
internal sealed class WireMessage
{
    private readonly Dictionary<int, List<ByteString>> _bytes = [];
    private readonly Dictionary<int, ulong> _numbers = [];

    private WireMessage()
    {
    }

    /// <summary>Whether a field is there.</summary>
    public bool Has(int field) => _bytes.ContainsKey(field) || _numbers.ContainsKey(field);

    /// <summary>Reads a message.</summary>
    /// <exception cref="InvalidProtocolBufferException">The bytes are no protobuf message.</exception>
    public static WireMessage Parse(ByteString bytes)
    {
        var message = new WireMessage();
        var input = bytes.CreateCodedInput();
        while (input.ReadTag() is not 0 and var tag)
        {
            var field = WireFormat.GetTagFieldNumber(tag);
            switch (WireFormat.GetTagWireType(tag))
            {
                case WireFormat.WireType.LengthDelimited:
                    if (!message._bytes.TryGetValue(field, out var values))
                        message._bytes[field] = values = [];
                    values.Add(input.ReadBytes());
                    break;
                case WireFormat.WireType.Varint:
                    message._numbers[field] = input.ReadUInt64();
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        return message;
    }

    /// <summary>A text; empty for none.</summary>
    public string Text(int field) => _bytes.TryGetValue(field, out var values) ? values[^1].ToStringUtf8().Replace("\0", "", StringComparison.Ordinal) : "";

    /// <summary>A text; null for none.</summary>
    public string? TextOrNull(int field) => Text(field) is { Length: > 0 } text ? text : null;

    /// <summary>Repeated texts.</summary>
    public IEnumerable<string> Texts(int field) => _bytes.GetValueOrDefault(field, []).Select(static value => value.ToStringUtf8());

    /// <summary>A whole number; 0 for none.</summary>
    public long Number(int field) => (long)_numbers.GetValueOrDefault(field);

    /// <summary>A message; null for none.</summary>
    public WireMessage? Message(int field) => _bytes.TryGetValue(field, out var values) ? Parse(values[^1]) : null;

    /// <summary>Repeated messages.</summary>
    public IEnumerable<WireMessage> Messages(int field) => _bytes.GetValueOrDefault(field, []).Select(Parse);

    /// <summary>A map of texts, the last of one key.</summary>
    public Dictionary<string, string> Map(int field)
    {
        var map = new Dictionary<string, string>();
        foreach (var pair in Messages(field))
            map[pair.Text(1)] = pair.Text(2);
        return map;
    }
}
