namespace Orrery.Lineage;

/// <summary>A run event before it is written.</summary>
/// <param name="Fact">What it tells.</param>
/// <param name="RunId">Of the run.</param>
/// <param name="Space">Namespace of the job.</param>
/// <param name="Job">Name of the job.</param>
internal sealed record FactEvent(LineageFact Fact, Guid RunId, string Space, string Job)
{
    public IReadOnlyList<FactDataset> Inputs { get; init; } = [];

    public IReadOnlyList<FactDataset> Outputs { get; init; } = [];

    /// <summary>Hash of the source code's commit; null when it is not known.</summary>
    public string? Commit { get; init; }

    /// <summary>Hash of what was installed; null when it is not known.</summary>
    public string? Environment { get; init; }
}

/// <summary>A node of the graph as a data set of an event.</summary>
/// <param name="Node">Which.</param>
/// <param name="Space">Namespace.</param>
/// <param name="Name">Name.</param>
/// <param name="Version">Version; null when it has none.</param>
internal sealed record FactDataset(GraphNode Node, string Space, string Name, string? Version)
{
    /// <summary>Its columns, and what each was made of.</summary>
    public IReadOnlyList<FactColumn> Columns { get; init; } = [];
}

/// <summary>A column of a data set.</summary>
/// <param name="Name">Its name.</param>
/// <param name="From">Columns that it was made of: namespace, name and field.</param>
internal sealed record FactColumn(string Name, IReadOnlyList<(string Space, string Name, string Field)> From)
{
    /// <summary>Details of the edges from them, where there are any: JSON with <c>transformations</c>, each a type and a subtype.</summary>
    public IReadOnlyDictionary<(string Space, string Name, string Field), string> Details { get; init; } = new Dictionary<(string, string, string), string>();
}
