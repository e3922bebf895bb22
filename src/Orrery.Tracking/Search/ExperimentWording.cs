namespace Orrery.Tracking;

/// <summary>The messages of experiments, and of all that MLflow models on them.</summary>
internal class ExperimentWording : SearchWording
{
    public static readonly ExperimentWording Experiments = new();

    public override string InvalidClauses(string filter, IEnumerable<string> clauses) =>
        $"Invalid clause(s) in filter string: {string.Join(", ", clauses)}";

    public override string InvalidEntity(string prefix, IReadOnlyList<EntityKind> valid) =>
        $"Invalid entity type '{prefix}'. Valid entity types are {PythonText.Tuple(["attribute", "tag", "tags"])}";

    public override string NotOrderable(EntityKind entity) => $"Invalid order_by entity: {entity.Singular()}";
}
