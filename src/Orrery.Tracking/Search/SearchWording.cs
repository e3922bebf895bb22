namespace Orrery.Tracking;

/// <summary>The messages of refused filters and orderings, as MLflow words them for runs.</summary>
internal class SearchWording
{
    public static readonly SearchWording Runs = new();

    public virtual string SeveralStatements(string filter) =>
        $"Search filter contained multiple expression {PythonText.Quote(filter)}. Provide AND-ed expression list.";

    public virtual string InvalidClauses(string filter, IEnumerable<string> clauses) =>
        $"Invalid clause(s) in filter string: {string.Join(", ", clauses.Select(clause => $"'{clause}'"))}";

    public virtual string InvalidEntity(string prefix, IReadOnlyList<EntityKind> valid) =>
        $"Invalid entity type '{prefix}'. Valid values are {PythonText.List(valid.Select(entity => entity.Singular()))}";

    public static string InvalidKey(EntityKind entity, string key, IEnumerable<string> valid) =>
        $"Invalid {entity.Singular()} key '{key}' specified. Valid keys are '{PythonText.Set(valid)}'";

    public static string NotANumber(SearchField field, string found) => field.Entity is EntityKind.Metric
        ? $"Expected numeric value type for metric. Found {found}"
        : $"Expected numeric value type for numeric attribute: {field.Key}. Found {found}";

    public virtual string NotAText(SearchField field, string found, bool isNumber, IEnumerable<string> numericKeys) => field.Entity switch
    {
        EntityKind.Attribute => $"Expected a quoted string value for attributes. Got value {found}",
        EntityKind.Dataset => $"Expected a quoted string value for dataset attributes. Got value {found}",
        _ => $"Expected a quoted string value for {field.Entity.Singular()} (e.g. 'my-value'). Got value {found}",
    };

    public virtual string InvalidComparator(SearchField field, string comparator) =>
        $"Invalid comparator '{comparator}' not one of '{PythonText.Set(field.Comparators.Select(c => c.Symbol()))}'";

    public virtual string NotOrderable(EntityKind entity) => $"Invalid order_by entity type '{entity.Singular()}'";

    /// <summary>Why a term of an ordering that could be read is refused.</summary>
    public virtual string InvalidOrder(string term, string reason) => reason;
}
