namespace Orrery.Tracking;

/// <summary>An attribute of a searched thing: its canonical name and what filters and orderings may do with it.</summary>
internal sealed record SearchAttribute(string Name, FieldType Type)
{
    /// <summary>Other spellings that clients use.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    public IReadOnlyList<Comparator> Comparators { get; init; } =
        Type is FieldType.Text ? Tracking.Comparators.Text : Tracking.Comparators.Numeric;

    public bool Searchable { get; init; } = true;

    public bool Orderable { get; init; } = true;

    public bool Answers(string key) => key == Name || Aliases.Contains(key);
}
