namespace Churn;

/// <summary>A customer as a served model is asked about them.</summary>
/// <param name="Id">As the feature store knows them.</param>
/// <param name="Facts">For people.</param>
/// <param name="Inputs">What the model is given, in the order of <see cref="Features.All"/>.</param>
internal sealed record ServedCustomer(string Id, Customer Facts, float[] Inputs)
{
    /// <summary>All customers, in the table's order.</summary>
    public static IReadOnlyList<ServedCustomer> Of(ChurnData data) => [.. Enumerable.Range(0, data.All.Rows).Select(row => Of(data, row))];

    /// <summary>The customers of the test rows, in the table's order.</summary>
    public static IReadOnlyList<ServedCustomer> OfTest(ChurnData data) => [.. Split.Draw(data.All.Labels, Sweep.Seed).Test.Select(row => Of(data, row))];

    private static ServedCustomer Of(ChurnData data, int row) =>
        new($"C{row:00000}", data.File.Customers[row], [.. data.All.Inputs.Row(row).ToArray().Select(static value => (float)value)]);
}
