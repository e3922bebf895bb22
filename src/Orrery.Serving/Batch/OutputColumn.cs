namespace Orrery.Serving;

/// <summary>An output of the model as the file has it.</summary>
/// <param name="Name">The model's.</param>
/// <param name="Type">Of its elements.</param>
/// <param name="Width">Elements of a row.</param>
/// <param name="IsList">True for several elements a row, or none.</param>
internal sealed record OutputColumn(string Name, DataType Type, int Width, bool IsList)
{
    /// <summary>The engine's type of an element.</summary>
    public string DuckType => Type is DataType.FP16 or DataType.BF16 ? "FLOAT" : BatchColumns.DuckType(Type)!;

    /// <summary>As an answer has it.</summary>
    /// <exception cref="ModelException">It has not as many rows as were asked.</exception>
    public static OutputColumn Of(Tensor tensor, int rows)
    {
        if (tensor.Rank == 0 || tensor.Rows != rows)
            throw new ModelException($"Output '{tensor.Name}' has the shape [{string.Join(',', tensor.Shape.ToArray())}] for {rows} rows; it must have one row for each.");
        var width = (int)(tensor.Count / Math.Max(1, rows));
        return new(tensor.Name, tensor.Type, width, IsList: tensor.Rank > 1 && width != 1);
    }
}
