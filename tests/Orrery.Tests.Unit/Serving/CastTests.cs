using Orrery.Serving;
using Xunit;

namespace Orrery.Tests.Unit.Serving;

/// <summary>Numbers of one type where another is wanted.</summary>
public sealed class CastTests
{
    [Fact]
    public void What_fits_is_changed()
    {
        Assert.Equal([1.5f, -2f], Cast<double, float>(DataType.FP64, DataType.FP32, 1.5, -2));
        Assert.Equal([3d, -4d], Cast<long, double>(DataType.INT64, DataType.FP64, 3, -4));
        Assert.Equal([3L, -4L], Cast<double, long>(DataType.FP64, DataType.INT64, 3.0, -4.0));
        Assert.Equal([float.NaN, float.PositiveInfinity], Cast<double, float>(DataType.FP64, DataType.FP32, double.NaN, 1e300));
        Assert.Equal(new byte[] { 1, 0 }, Cast<double, byte>(DataType.FP64, DataType.BOOL, 1, 0));
    }

    [Theory]
    [InlineData(1.5)]
    [InlineData(double.NaN)]
    [InlineData(1e30)]
    [InlineData(9223372036854775808.0)]
    public void What_does_not_fit_is_refused(double value) =>
        Assert.Throws<TensorException>(() => Cast<double, long>(DataType.FP64, DataType.INT64, value));

    [Fact]
    public void Signs_are_not_lost()
    {
        Assert.Throws<TensorException>(() => Cast<int, byte>(DataType.INT32, DataType.UINT8, -1));
        Assert.Throws<TensorException>(() => Cast<ulong, long>(DataType.UINT64, DataType.INT64, ulong.MaxValue));
        Assert.Throws<TensorException>(() => Cast<int, byte>(DataType.INT32, DataType.BOOL, 2));
    }

    private static TTo[] Cast<TFrom, TTo>(DataType from, DataType to, params TFrom[] values)
        where TFrom : unmanaged
        where TTo : unmanaged
    {
        var tensor = new Tensor { Name = "x", Type = from };
        tensor.SetShape([values.Length]);
        foreach (var value in values)
            tensor.Add(value);
        var result = new TTo[values.Length];
        TensorCast.Write(tensor, to, System.Runtime.InteropServices.MemoryMarshal.AsBytes(result.AsSpan()));
        return result;
    }
}
