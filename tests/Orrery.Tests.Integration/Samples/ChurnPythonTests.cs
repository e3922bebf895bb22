using System.Text.Json;
using Churn;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Both halves of the sample, C# and Python, see the same rows: else their scores could not be compared.</summary>
public sealed class ChurnPythonTests
{
    [Fact]
    public async Task Python_encodes_and_splits_the_customers_alike()
    {
        var theirs = await Tools.PythonAsync("churn_data_reference.py", "numpy", new { });

        Assert.Equal(Churn.Features.Names, theirs.GetProperty("features").EnumerateArray().Select(name => name.GetString()!));
        AssertSame(ChurnRows.Train, theirs.GetProperty("train"));
        AssertSame(ChurnRows.Valid, theirs.GetProperty("valid"));
    }

    private static void AssertSame(Table ours, JsonElement theirs)
    {
        Assert.Equal(ours.Labels, theirs.GetProperty("y").EnumerateArray().Select(label => label.GetInt32()));
        Assert.Equal(ours.Inputs.Values, theirs.GetProperty("x").EnumerateArray().SelectMany(ChurnRows.Doubles));
    }
}
