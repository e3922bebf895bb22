namespace Orrery.Tracking;

/// <summary>The messages of logged models.</summary>
internal sealed class LoggedModelWording : SearchWording
{
    public static readonly LoggedModelWording LoggedModels = new();

    public override string SeveralStatements(string filter) =>
        $"Invalid filter string: {PythonText.Quote(filter)}. Expected a single SQL expression.";

    public override string InvalidClauses(string filter, IEnumerable<string> clauses) =>
        $"Invalid filter string: {PythonText.Quote(filter)}. Expected a list of comparisons separated by 'AND' "
        + "(e.g. 'metrics.loss > 0.1 AND params.lr = 0.01').";

    public override string InvalidEntity(string prefix, IReadOnlyList<EntityKind> valid) =>
        $"Invalid entity type: {PythonText.Quote(prefix)}. Expected one of {PythonText.List(valid.Select(entity => entity.Plural()))}.";

    public override string InvalidComparator(SearchField field, string comparator) =>
        $"Invalid comparison operator for {field.Entity.Plural()}.{field.Key}: {PythonText.Quote(comparator)}. "
        + $"Expected one of {PythonText.Tuple(field.Comparators.Select(c => c.Symbol()))}.";
}
