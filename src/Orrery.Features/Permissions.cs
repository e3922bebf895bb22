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

    /// <summary>Kind of the objects that they may be granted on.</summary>
    public const string ViewKind = "feature-view";
}
