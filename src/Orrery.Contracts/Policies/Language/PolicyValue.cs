using System.Text.Json;

namespace Orrery.Contracts;

/// <summary>What kind of value it is.</summary>
internal enum PolicyValueKind
{
    Missing,
    Truth,
    Number,
    Text,
    List,
    Object,
}

/// <summary>A value while an expression is evaluated. JSON's null is missing.</summary>
internal readonly record struct PolicyValue
{
    public static readonly PolicyValue Missing;

    public PolicyValueKind Kind { get; private init; }

    public PolicyTruth Truth { get; private init; }

    public double Number { get; private init; }

    public string? Text { get; private init; }

    public IReadOnlyList<PolicyValue>? Items { get; private init; }

    public JsonElement Element { get; private init; }

    public static PolicyValue Of(bool value) => new() { Kind = PolicyValueKind.Truth, Truth = value ? PolicyTruth.True : PolicyTruth.False };

    public static PolicyValue Of(PolicyTruth value) => value == PolicyTruth.Unknown ? Missing : Of(value == PolicyTruth.True);

    public static PolicyValue Of(double value) => double.IsFinite(value) ? new() { Kind = PolicyValueKind.Number, Number = value } : Missing;

    public static PolicyValue Of(string value) => new() { Kind = PolicyValueKind.Text, Text = value };

    public static PolicyValue Of(IReadOnlyList<PolicyValue> items) => new() { Kind = PolicyValueKind.List, Items = items };

    public static PolicyValue Of(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.True => Of(true),
        JsonValueKind.False => Of(false),
        JsonValueKind.Number => element.TryGetDouble(out var number) ? Of(number) : Missing,
        JsonValueKind.String => Of(element.GetString()!),
        JsonValueKind.Array => new() { Kind = PolicyValueKind.List, Element = element },
        JsonValueKind.Object => new() { Kind = PolicyValueKind.Object, Element = element },
        _ => Missing,
    };

    /// <summary>How many elements a list has, or characters a text, or members an object; null for what has no size.</summary>
    public int? Size() => Kind switch
    {
        PolicyValueKind.List => Items?.Count ?? Element.GetArrayLength(),
        PolicyValueKind.Text => Text!.Length,
        PolicyValueKind.Object => Element.GetPropertyCount(),
        _ => null,
    };

    /// <summary>The elements of a list.</summary>
    public IEnumerable<PolicyValue> Elements() => Items ?? Element.EnumerateArray().Select(Of);

    /// <summary>Equal, unequal, or not to be told: one is missing, or is a list or an object.</summary>
    public PolicyTruth SameAs(PolicyValue other) =>
        Kind is PolicyValueKind.Missing or PolicyValueKind.List or PolicyValueKind.Object || other.Kind is PolicyValueKind.Missing or PolicyValueKind.List or PolicyValueKind.Object
            ? PolicyTruth.Unknown
            : Kind != other.Kind ? PolicyTruth.False : Kind switch
            {
                PolicyValueKind.Truth => Truth == other.Truth,
                PolicyValueKind.Number => Number == other.Number,
                _ => string.Equals(Text, other.Text, StringComparison.Ordinal),
            } ? PolicyTruth.True : PolicyTruth.False;

    /// <summary>Which of two numbers or texts comes first; null where that cannot be told.</summary>
    public int? CompareTo(PolicyValue other) => (Kind, other.Kind) switch
    {
        (PolicyValueKind.Number, PolicyValueKind.Number) => Number.CompareTo(other.Number),
        (PolicyValueKind.Text, PolicyValueKind.Text) => string.CompareOrdinal(Text, other.Text),
        _ => null,
    };
}
