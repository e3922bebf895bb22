using System.Text.Json;
using Churn;
using Orrery.Testing;

namespace Orrery.Tests.Integration;

/// <summary>The sample's real rows, split as the sample splits them.</summary>
internal static class ChurnRows
{
    public static ChurnData Data { get; } = ChurnData.Read(Repository.PathOf("samples", "churn", "data", "telco_churn.csv"), Sweep.Seed);

    public static Table Train => Data.Train;

    public static Table Valid => Data.Valid;

    public static double[][] Of(Matrix matrix) => [.. Enumerable.Range(0, matrix.Rows).Select(row => matrix.Row(row).ToArray())];

    public static double[] Doubles(JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetDouble())];
}
