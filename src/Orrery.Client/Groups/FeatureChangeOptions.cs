namespace Orrery.Client;

/// <summary>How definitions are applied.</summary>
public sealed record FeatureChangeOptions
{
    /// <summary>They are added to what there is; else they are the whole project, and what they leave out is removed.</summary>
    public bool Partial { get; init; }

    /// <summary>Services take the newest versions of their views, where they name none.</summary>
    public bool Repin { get; init; }

    /// <summary>What breaks others is applied too.</summary>
    public bool AllowBreaking { get; init; }

    /// <summary>The revision that the project must be at; null for any, 0 for a project that must be new.</summary>
    public long? ExpectedRevision { get; init; }

    /// <summary>Kept with the revision.</summary>
    public string? Note { get; init; }

    internal Query AddTo(Query query) => query
        .With("partial", Partial ? "true" : null)
        .With("repin", Repin ? "true" : null)
        .With("allow_breaking", AllowBreaking ? "true" : null)
        .With("expected_revision", ExpectedRevision)
        .With("note", Note);
}
