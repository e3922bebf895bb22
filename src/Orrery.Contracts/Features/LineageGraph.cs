using System.Text.Json;

namespace Orrery.Contracts;

/// <summary>What came of what: sources, views, training sets, runs and model versions. Edges point the way that data takes.</summary>
public sealed record LineageGraph
{
    /// <summary>The things, each once; the one that was asked about is the first.</summary>
    public IReadOnlyList<LineageNode> Nodes { get => field ?? []; init; }

    /// <summary>What came of what.</summary>
    public IReadOnlyList<LineageEdge> Edges { get => field ?? []; init; }

    /// <summary>Whether there is more: the newest 100 training sets, 500 runs and 1,000 model versions are told.</summary>
    public bool IsTruncated { get; init; }

    /// <summary>Asks for the nodes that follow; absent on the last page, and of graphs without pages.</summary>
    public string? NextPageToken { get; init; }
}

/// <summary>A thing that data went through.</summary>
public sealed record LineageNode
{
    /// <summary>Its name in this graph, which edges use; of the graph itself also its name for questions, as <c>run:0190...</c>.</summary>
    public required string Id { get; init; }

    /// <summary>What it is: <c>source</c>, <c>view</c>, <c>training_set</c>, <c>run</c>, <c>model_version</c> and others.</summary>
    public required string Kind { get; init; }

    /// <summary>What it is called; absent for one that the caller may not see.</summary>
    public string? Name { get; init; }

    /// <summary>The feature project that it is of.</summary>
    public string? Project { get; init; }

    /// <summary>Of a view, a service or a model.</summary>
    public long? Version { get; init; }

    /// <summary>Id of a training set or a run.</summary>
    public string? ObjectId { get; init; }

    /// <summary>A run's status, or a model version's stage.</summary>
    public string? State { get; init; }

    /// <summary>Of a model version.</summary>
    public IReadOnlyList<string> Aliases { get => field ?? []; init; }

    /// <summary>Rows of a training set.</summary>
    public long? Rows { get; init; }

    /// <summary>What a source held when a training set was made of it: files with their hashes, the last sequence of pushed rows, or a table's count.</summary>
    public JsonElement? Snapshot { get; init; }

    /// <summary>How many edges it is away from the node that was asked about.</summary>
    public int? Depth { get; init; }

    /// <summary>More about it, as whoever wrote it down said.</summary>
    public JsonElement? Detail { get; init; }
}

/// <summary>One thing came of another.</summary>
public sealed record LineageEdge
{
    /// <summary>Id of the node that was read.</summary>
    public required string From { get; init; }

    /// <summary>Id of the node that came of it.</summary>
    public required string To { get; init; }

    /// <summary>Since when it is so, Unix milliseconds.</summary>
    public long? At { get; init; }
}
