namespace Orrery.Features;

/// <summary>What the feature store's endpoints ask of their callers.</summary>
internal static class Permissions
{
    public const string Read = "features.read";
    public const string Query = "features.query";
    public const string Restricted = "features.restricted";
    public const string Write = "features.write";
    public const string Push = "features.push";
    public const string Materialize = "features.materialize";
    public const string Erase = "features.erase";

    /// <summary>The registry's: who has it is told which models use features.</summary>
    public const string Models = "registry.read";

    /// <summary>Kind of the objects that <see cref="Models"/> may be granted on.</summary>
    public const string ModelKind = "model";

    /// <summary>Kind of the objects that they may be granted on.</summary>
    public const string ViewKind = "feature-view";
}
