namespace Orrery.Features;

/// <summary>Types of values by the numbers that Feast's protobuf has for them.</summary>
internal static class FeastTypes
{
    /// <summary>The type here; null when there is none like it. A set becomes a list, and a zoned moment its text.</summary>
    public static string? Of(long number) => number switch
    {
        1 => "bytes",
        2 => "string",
        3 => "int32",
        4 => "int64",
        5 => "float64",
        6 => "float32",
        7 => "bool",
        8 => "unix_timestamp",
        >= 11 and <= 18 => $"list<{Of(number - 10)}>",
        20 or 32 or 34 or 47 => "json",
        21 or 33 or 35 => "list<json>",
        >= 22 and <= 29 => $"list<{Of(number - 21)}>",
        36 or 37 => "uuid",
        38 or 39 or 40 or 41 => "list<uuid>",
        44 => "decimal",
        45 or 46 => "list<decimal>",
        48 => "string",
        _ => null,
    };

    /// <summary>What is lost; null for nothing.</summary>
    public static string? Loss(long number) => number switch
    {
        (>= 22 and <= 29) or 40 or 41 or 46 => "a set becomes a list",
        20 or 34 or 47 => "a map or struct becomes JSON",
        48 => "a zoned timestamp becomes its text",
        _ => null,
    };
}
