using Orrery.Kernel;

namespace Orrery.Tracking;

/// <summary>A term of the ordering of logged models, as clients send it.</summary>
/// <param name="FieldName">An attribute, or <c>metrics.</c> and a metric's key, not quoted. Required.</param>
/// <param name="Ascending">Smallest first.</param>
/// <param name="DatasetName">The metric counts only as measured on this data set.</param>
/// <param name="DatasetDigest">And on this version of it; needs <paramref name="DatasetName"/>.</param>
public sealed record LoggedModelOrder(string? FieldName, bool Ascending = true, string? DatasetName = null, string? DatasetDigest = null)
{
    /// <summary>Checks an ordering of logged models and makes it total. No terms give the default, newest first.</summary>
    /// <returns>The ordering, or <c>tracking.invalid_order_by</c>.</returns>
    public static Result<OrderBy[]> Parse(IReadOnlyList<LoggedModelOrder>? terms)
    {
        if (terms is { Count: > SearchGrammar.MaxOrderTerms })
            return SearchGrammar.InvalidOrder($"`order_by` has {terms.Count} terms; at most {SearchGrammar.MaxOrderTerms} are allowed.");

        var asked = new List<OrderBy>();
        foreach (var term in terms ?? [])
        {
            if (term.Parse().Failed(out var failure, out var order))
                return failure;
            asked.Add(order);
        }

        return SearchGrammar.LoggedModels.Complete(asked);
    }

    private Result<OrderBy> Parse()
    {
        if (string.IsNullOrEmpty(FieldName))
            return SearchGrammar.InvalidOrder("`field_name` in the `order_by` clause must be specified.");
        if (!string.IsNullOrEmpty(DatasetDigest) && string.IsNullOrEmpty(DatasetName))
            return SearchGrammar.InvalidOrder("`dataset_digest` can only be specified if `dataset_name` is also specified.");

        var dot = FieldName.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0)
        {
            return SearchGrammar.LoggedModels.Find(new Identifier(FieldName, null, FieldName.Trim()), forOrder: true)
                .Failed(out _, out var attribute)
                ? SearchGrammar.InvalidOrder($"Invalid order by field name: {FieldName}")
                : new OrderBy(EntityKind.Attribute, attribute.Key, Ascending);
        }

        if (FieldName[..dot] is not ("metric" or "metrics"))
            return SearchGrammar.InvalidOrder($"Invalid order by field name: {FieldName}. Only metrics are supported.");
        return new OrderBy(EntityKind.Metric, FieldName[(dot + 1)..], Ascending) { Dataset = Scope() };
    }

    private DatasetScope? Scope() => string.IsNullOrEmpty(DatasetName)
        ? null
        : new DatasetScope(DatasetName, string.IsNullOrEmpty(DatasetDigest) ? null : DatasetDigest);
}
