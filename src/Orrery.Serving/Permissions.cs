namespace Orrery.Serving;

/// <summary>What serving's endpoints ask of their callers.</summary>
internal static class Permissions
{
    public const string Read = "serving.read";
    public const string Predict = "serving.predict";
    public const string Deploy = "serving.deploy";
    public const string Log = "serving.log";
    public const string Label = "serving.label";
    public const string Batch = "serving.batch";

    /// <summary>Governance's: to have a version answer that nobody deployed or approved.</summary>
    public const string Try = "governance.evaluate";

    /// <summary>Kind of the objects that <see cref="Try"/> may be granted on.</summary>
    public const string ModelKind = "model";

    /// <summary>The feature store's: to deploy what looks features up.</summary>
    public const string Features = "features.query";

    /// <summary>The feature store's: to deploy what looks restricted features up, and to read rows that hold anything.</summary>
    public const string Restricted = "features.restricted";

    /// <summary>Kind of the objects that <see cref="Restricted"/> may be granted on.</summary>
    public const string ViewKind = "feature-view";
}
