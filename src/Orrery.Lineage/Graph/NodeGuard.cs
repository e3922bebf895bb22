namespace Orrery.Lineage;

/// <summary>The objects that one must be allowed to see, all of them, to see more of a node than its kind.</summary>
/// <param name="Kind">One of the constants here.</param>
/// <param name="Ids">Theirs, without spaces; none for what only those see who may see all of the kind.</param>
public sealed record NodeGuard(string Kind, params IReadOnlyList<string> Ids)
{
    /// <summary>Feature views, by id.</summary>
    public const string FeatureView = "feature-view";

    /// <summary>Experiments, by id.</summary>
    public const string Experiment = "experiment";

    /// <summary>Registered models, by id.</summary>
    public const string Model = "model";

    /// <summary>Deployments: a right of the workspace.</summary>
    public const string Serving = "serving";

    /// <summary>Reports on registered models, by the model's id.</summary>
    public const string Evidence = "evidence";

    internal string Text => string.Join(' ', Ids.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    internal static NodeGuard? Of(string? kind, string? ids) =>
        kind is null ? null : new(kind, ids?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? []);
}
