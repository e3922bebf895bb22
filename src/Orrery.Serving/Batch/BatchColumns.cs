using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Native;

namespace Orrery.Serving;

/// <summary>Finds the columns that a model's inputs are made of.</summary>
internal static class BatchColumns
{
    private const string Code = "serving.batch_columns";
    private const int Named = 30;

    /// <summary>The model's inputs; <c>serving.batch_columns</c> when they cannot be made of columns, or the names are others.</summary>
    public static Result<IReadOnlyList<PlannedInput>> Plan(ModelDeclaration model, BatchPredictionSpec spec)
    {
        if (model.Inputs.Count == 0)
            return Refuse("The model does not say what it takes.");
        foreach (var input in model.Inputs)
        {
            if (input.Shape.Count is 0 or > 2)
                return Refuse($"Input '{input.Name}' is {input}; columns can be made into [rows] and [rows, columns] only.");
            if (input.Shape[0] >= 0)
                return Refuse($"Input '{input.Name}' is {input}: the model takes {input.Shape[0]} rows at once, no more and no fewer; export it with a free first dimension.");
            if (DuckType(input.Type) is null)
                return Refuse($"Input '{input.Name}' is of {input.Type}, which columns cannot be made into.");
        }

        if (model.Inputs is [{ Shape.Count: 2 } only])
            return Matrix(model, only, spec);
        return Each(model, spec);
    }

    /// <summary>Why a column of a file cannot be what the model wants; null when it can, row by row.</summary>
    public static string? Problem(DuckTypeId given, DataType wanted) => Takes(given, wanted) ? null : $"the model wants {wanted}";

    /// <summary>The engine's type of an input's elements; null when it has none.</summary>
    public static string? DuckType(DataType type) => type switch
    {
        DataType.FP32 => "FLOAT",
        DataType.FP64 => "DOUBLE",
        DataType.INT64 => "BIGINT",
        DataType.INT32 => "INTEGER",
        DataType.INT16 => "SMALLINT",
        DataType.INT8 => "TINYINT",
        DataType.UINT64 => "UBIGINT",
        DataType.UINT32 => "UINTEGER",
        DataType.UINT16 => "USMALLINT",
        DataType.UINT8 => "UTINYINT",
        DataType.BOOL => "BOOLEAN",
        DataType.BYTES => "VARCHAR",
        _ => null,
    };

    /// <summary>Whether a type holds whole numbers.</summary>
    public static bool IsWhole(DuckTypeId type) => type is DuckTypeId.TinyInt or DuckTypeId.SmallInt or DuckTypeId.Integer or DuckTypeId.BigInt or DuckTypeId.HugeInt
        or DuckTypeId.UTinyInt or DuckTypeId.USmallInt or DuckTypeId.UInteger or DuckTypeId.UBigInt or DuckTypeId.UHugeInt;

    private static bool Takes(DuckTypeId given, DataType wanted)
    {
        var isText = given is DuckTypeId.Varchar or DuckTypeId.Enum or DuckTypeId.SqlNull;
        var isNumber = given is DuckTypeId.Boolean or DuckTypeId.Float or DuckTypeId.Double or DuckTypeId.Decimal || IsWhole(given);
        return wanted switch
        {
            DataType.BOOL => isText || given is DuckTypeId.Boolean || IsWhole(given),
            DataType.BYTES => isText || isNumber || given is DuckTypeId.Uuid or DuckTypeId.Date or DuckTypeId.Time or DuckTypeId.Timestamp or DuckTypeId.TimestampS
                or DuckTypeId.TimestampMs or DuckTypeId.TimestampNs or DuckTypeId.TimestampTz,
            _ => isText || isNumber,
        };
    }

    private static Result<IReadOnlyList<PlannedInput>> Matrix(ModelDeclaration model, ModelTensor input, BatchPredictionSpec spec)
    {
        var width = input.Shape[1];
        IReadOnlyList<string> names = spec.Features.Count > 0 ? spec.Features : model.Columns.Count > 0 ? model.Columns : width == 1 ? [input.Name] : [];
        if (names.Count == 0)
            return Refuse($"The model has no names of columns (no signature); name the input's columns in the order of its input '{input.Name}' ({input}) in 'features'.");
        if (width >= 0 && names.Count != width)
            return Refuse($"The model takes {width} columns and 'features' names {names.Count}.");
        if (Unknown(spec, names) is { } unknown)
            return Refuse(unknown);
        return new PlannedInput[] { new(input.Name, input.Type, IsMatrix: true, [.. names.Select(name => new PlannedColumn(name, spec.Columns.GetValueOrDefault(name, name)))]) };
    }

    private static Result<IReadOnlyList<PlannedInput>> Each(ModelDeclaration model, BatchPredictionSpec spec)
    {
        var names = model.Inputs.Select(static input => input.Name).ToList();
        if (Unknown(spec, names) is { } unknown)
            return Refuse(unknown);
        if (spec.Features.Count > 0 && spec.Features.Count != names.Count)
            return Refuse($"The model takes {names.Count} columns ({Listed(names)}) and 'features' names {spec.Features.Count}.");
        var planned = new List<PlannedInput>();
        for (var index = 0; index < names.Count; index++)
        {
            var input = model.Inputs[index];
            if (input.Shape.Count == 2 && input.Shape[1] is not (1 or -1))
                return Refuse($"Input '{input.Name}' is {input} beside others; only inputs of one column each can be made of columns.");
            var source = spec.Features.Count > 0 ? spec.Features[index] : spec.Columns.GetValueOrDefault(input.Name, input.Name);
            planned.Add(new(input.Name, input.Type, input.Shape.Count == 2, [new(input.Name, source)]));
        }

        return planned;
    }

    private static string? Unknown(BatchPredictionSpec spec, IReadOnlyList<string> names) => spec.Columns.Keys.FirstOrDefault(name => !names.Contains(name)) is { } unknown
        ? $"'columns' names '{unknown}', which the model does not take; it takes {Listed(names)}."
        : null;

    /// <summary>The first names of a list.</summary>
    public static string Listed(IReadOnlyList<string> names) => string.Join(", ", names.Take(Named)) + (names.Count > Named ? ", ..." : "");

    private static Failure Refuse(string why) => Failure.Invalid(Code, why);
}
