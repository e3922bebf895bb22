using System.Globalization;

namespace Orrery.Native;

/// <summary>A column's type. Immutable.</summary>
public sealed class DuckType
{
    private DuckType(DuckTypeId id) => Id = id;

    /// <summary>Which one.</summary>
    public DuckTypeId Id { get; }

    /// <summary>Digits of a DECIMAL, 1 to 38; else 0.</summary>
    public byte Width { get; private init; }

    /// <summary>Digits after the point of a DECIMAL; else 0.</summary>
    public byte Scale { get; private init; }

    /// <summary>The name a type goes by: <c>JSON</c> for VARCHAR that holds JSON; else null.</summary>
    public string? Alias { get; private init; }

    /// <summary>The elements of a LIST, ARRAY or MAP (of a MAP a STRUCT of key and value); else null.</summary>
    public DuckType? Element { get; private init; }

    /// <summary>How many elements an ARRAY has; else 0.</summary>
    public int ArrayLength { get; private init; }

    /// <summary>The fields of a STRUCT, or the members of a UNION; else empty.</summary>
    public IReadOnlyList<DuckColumn> Fields { get; private init; } = [];

    /// <summary>The dictionary of an ENUM; else empty.</summary>
    public IReadOnlyList<string> EnumValues { get; private init; } = [];

    /// <summary>As SQL writes it: <c>DECIMAL(18,3)</c>, <c>STRUCT(a INTEGER, b VARCHAR[])</c>.</summary>
    public override string ToString() => Alias ?? Id switch
    {
        DuckTypeId.Decimal => string.Create(CultureInfo.InvariantCulture, $"DECIMAL({Width},{Scale})"),
        DuckTypeId.List => $"{Element}[]",
        DuckTypeId.Array => string.Create(CultureInfo.InvariantCulture, $"{Element}[{ArrayLength}]"),
        DuckTypeId.Map => $"MAP({Element!.Fields[0].Type}, {Element.Fields[1].Type})",
        DuckTypeId.Struct => $"STRUCT({FieldList()})",
        DuckTypeId.Union => $"UNION({FieldList()})",
        DuckTypeId.Enum => $"ENUM({string.Join(", ", EnumValues.Select(Quote))})",
        DuckTypeId.TimestampS => "TIMESTAMP_S",
        DuckTypeId.TimestampMs => "TIMESTAMP_MS",
        DuckTypeId.TimestampNs => "TIMESTAMP_NS",
        DuckTypeId.TimestampTz => "TIMESTAMP WITH TIME ZONE",
        DuckTypeId.TimeTz => "TIME WITH TIME ZONE",
        DuckTypeId.TimeNs => "TIME_NS",
        DuckTypeId.SqlNull => "NULL",
        _ => Id.ToString().ToUpperInvariant(),
    };

    /// <summary>Reads a native type and destroys it.</summary>
    internal static DuckType Take(nint type)
    {
        try
        {
            return Read(type);
        }
        finally
        {
            NativeMethods.duckdb_destroy_logical_type(ref type);
        }
    }

    private static DuckType Read(nint type)
    {
        var id = (DuckTypeId)NativeMethods.duckdb_get_type_id(type);
        var named = NativeMethods.duckdb_logical_type_get_alias(type);
        var alias = named == 0 ? null : Failures.TakeText(named);
        return id switch
        {
            DuckTypeId.Decimal => new(id) { Alias = alias, Width = NativeMethods.duckdb_decimal_width(type), Scale = NativeMethods.duckdb_decimal_scale(type) },
            DuckTypeId.List => new(id) { Alias = alias, Element = Take(NativeMethods.duckdb_list_type_child_type(type)) },
            DuckTypeId.Array => new(id)
            {
                Alias = alias,
                Element = Take(NativeMethods.duckdb_array_type_child_type(type)),
                ArrayLength = checked((int)NativeMethods.duckdb_array_type_array_size(type)),
            },
            DuckTypeId.Map => new(id) { Alias = alias, Element = new(DuckTypeId.Struct) { Fields = KeyAndValue(type) } },
            DuckTypeId.Struct => new(id) { Alias = alias, Fields = StructFields(type) },
            DuckTypeId.Union => new(id) { Alias = alias, Fields = UnionMembers(type) },
            DuckTypeId.Enum => new(id) { Alias = alias, EnumValues = Dictionary(type) },
            _ => new(id) { Alias = alias },
        };
    }

    private static DuckColumn[] KeyAndValue(nint type) =>
    [
        new("key", Take(NativeMethods.duckdb_map_type_key_type(type))),
        new("value", Take(NativeMethods.duckdb_map_type_value_type(type))),
    ];

    private static DuckColumn[] StructFields(nint type)
    {
        var fields = new DuckColumn[NativeMethods.duckdb_struct_type_child_count(type)];
        for (var i = 0; i < fields.Length; i++)
        {
            fields[i] = new(
                Failures.TakeText(NativeMethods.duckdb_struct_type_child_name(type, (ulong)i)),
                Take(NativeMethods.duckdb_struct_type_child_type(type, (ulong)i)));
        }

        return fields;
    }

    private static DuckColumn[] UnionMembers(nint type)
    {
        var members = new DuckColumn[NativeMethods.duckdb_union_type_member_count(type)];
        for (var i = 0; i < members.Length; i++)
        {
            members[i] = new(
                Failures.TakeText(NativeMethods.duckdb_union_type_member_name(type, (ulong)i)),
                Take(NativeMethods.duckdb_union_type_member_type(type, (ulong)i)));
        }

        return members;
    }

    private static string[] Dictionary(nint type)
    {
        var values = new string[NativeMethods.duckdb_enum_dictionary_size(type)];
        for (var i = 0; i < values.Length; i++)
            values[i] = Failures.TakeText(NativeMethods.duckdb_enum_dictionary_value(type, (ulong)i));
        return values;
    }

    private static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private string FieldList() => string.Join(", ", Fields.Select(static field => $"\"{field.Name.Replace("\"", "\"\"", StringComparison.Ordinal)}\" {field.Type}"));
}
