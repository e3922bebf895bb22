namespace Orrery.Tracking;

/// <summary>The messages of registered models and model versions.</summary>
internal sealed class RegistryWording : ExperimentWording
{
    public static readonly RegistryWording Versions = new();

    /// <summary>Registered models know no other refusal of an ordering than its key's.</summary>
    public static readonly RegistryWording Models = new() { OrderKeys = ["name", "timestamp"] };

    private IReadOnlyList<string> OrderKeys { get; init; } = [];

    public override string NotAText(SearchField field, string found, bool isNumber, IEnumerable<string> numericKeys)
    {
        if (field.Entity is not EntityKind.Attribute)
            return base.NotAText(field, found, isNumber, numericKeys);
        return isNumber && numericKeys.Any()
            ? $"Only the '{PythonText.Set(numericKeys)}' attributes support comparison with numeric values."
            : $"Expected a quoted string value or a list of quoted string values for attributes. Got value {found}";
    }

    public override string InvalidComparator(SearchField field, string comparator) => field switch
    {
        { Entity: EntityKind.Tag } => $"Invalid comparator for tag: {comparator}",
        { Type: FieldType.Whole } => $"Invalid comparator for attribute {field.Key}: {comparator}",
        _ => $"Invalid comparator for attribute: {comparator}",
    };

    public override string InvalidOrder(string term, string reason) => OrderKeys is []
        ? reason
        : $"Invalid order by key '{term}' specified. Valid keys are '{PythonText.Set(OrderKeys)}'";
}
