namespace Orrery.Contracts;

/// <summary>
/// Answer of <c>GET /api/v1/runs/compare?run_ids=A&amp;run_ids=B&amp;differing=true</c>: 2 to 100 runs side by side. Every list of values has
/// one entry per run, in the order of <see cref="Runs"/>, which is the order asked for; null where a run has none. With
/// <c>differing=true</c> only rows whose values differ are given.
/// </summary>
public sealed record RunComparison
{
    /// <summary>The runs.</summary>
    public IReadOnlyList<RunInfo> Runs { get => field ?? []; init; }

    /// <summary>Parameters, ordered by key.</summary>
    public IReadOnlyList<ComparedText> Params { get => field ?? []; init; }

    /// <summary>Latest value of each metric, ordered by key.</summary>
    public IReadOnlyList<ComparedMetric> Metrics { get => field ?? []; init; }

    /// <summary>Tags but for those that begin with <c>mlflow.</c>, ordered by key.</summary>
    public IReadOnlyList<ComparedText> Tags { get => field ?? []; init; }

    /// <summary>Data sets: the key is <c>name (context)</c>, the values are digests.</summary>
    public IReadOnlyList<ComparedText> Datasets { get => field ?? []; init; }

    /// <summary>Captured environments: runtime, system, commit and <c>package:{name}</c>, ordered by key.</summary>
    public IReadOnlyList<ComparedText> Environment { get => field ?? []; init; }
}

/// <summary>One row of a comparison.</summary>
/// <param name="Key">What is compared.</param>
/// <param name="Values">One entry per run.</param>
/// <param name="Differs">True unless all entries are equal.</param>
public sealed record ComparedText(string Key, IReadOnlyList<string?> Values, bool Differs);

/// <summary>One metric of a comparison.</summary>
/// <param name="Key">Name of the metric.</param>
/// <param name="Values">One entry per run.</param>
/// <param name="Differs">True unless all entries are equal.</param>
public sealed record ComparedMetric(string Key, IReadOnlyList<double?> Values, bool Differs);
