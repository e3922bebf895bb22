namespace Orrery.Serving;

/// <summary>How two answers to one request compare, output by output of the same name.</summary>
/// <param name="Difference">Greatest absolute difference of numbers; infinite where only one has a finite number or the shapes differ; null without numbers.</param>
/// <param name="Labels">Whole numbers, texts and truth values compared.</param>
/// <param name="Equal">Those that are the same.</param>
internal readonly record struct Comparison(double? Difference, long Labels, long Equal)
{
    /// <summary>Share of equal labels; null without labels.</summary>
    public double? LabelsEqual => Labels == 0 ? null : (double)Equal / Labels;

    /// <summary>Compares an answer with the one that was given.</summary>
    public static Comparison Of(TensorList given, TensorList other)
    {
        var comparison = default(Comparison);
        for (var index = 0; index < given.Count; index++)
        {
            if (other.Find(given[index].Name) is { } tensor)
                comparison = comparison.And(given[index], tensor);
        }

        return comparison;
    }

    private Comparison And(Tensor given, Tensor other)
    {
        if (!given.Type.IsFloat() || !other.Type.IsFloat())
            return this with { Labels = Labels + given.Elements, Equal = Equal + SameLabels(given, other) };
        var difference = given.Elements != other.Elements ? double.PositiveInfinity : 0;
        for (var index = 0; index < given.Elements && difference < double.PositiveInfinity; index++)
            difference = Math.Max(difference, Distance(Number(given, index), Number(other, index)));
        return this with { Difference = Math.Max(Difference ?? 0, difference) };
    }

    private static double Distance(double left, double right) =>
        left.Equals(right) ? 0 : double.IsFinite(left) && double.IsFinite(right) ? Math.Abs(left - right) : double.PositiveInfinity;

    private static long SameLabels(Tensor given, Tensor other)
    {
        if (given.Type != other.Type || given.Elements != other.Elements)
            return 0;
        var same = 0L;
        var width = given.Type.Width();
        for (var index = 0; index < given.Elements; index++)
        {
            var isSame = given.Type is DataType.BYTES
                ? given.Text(index).SequenceEqual(other.Text(index))
                : given.Bytes.Slice(index * width, width).SequenceEqual(other.Bytes.Slice(index * width, width));
            if (isSame)
                same++;
        }

        return same;
    }

    private static double Number(Tensor tensor, int index) => tensor.Type switch
    {
        DataType.FP32 => tensor.Values<float>()[index],
        DataType.FP64 => tensor.Values<double>()[index],
        DataType.FP16 => (double)tensor.Values<Half>()[index],
        _ => BitConverter.Int32BitsToSingle(tensor.Values<ushort>()[index] << 16),
    };
}
