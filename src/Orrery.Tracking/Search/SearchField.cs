namespace Orrery.Tracking;

/// <summary>What a comparison's left side turned out to mean.</summary>
internal sealed record SearchField(EntityKind Entity, string Key, FieldType Type, IReadOnlyList<Comparator> Comparators)
{
    public bool TakesList => Comparators.Contains(Comparator.In);
}
