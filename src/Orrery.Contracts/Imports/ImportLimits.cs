namespace Orrery.Contracts;

/// <summary>Limits of the import API.</summary>
public static class ImportLimits
{
    /// <summary>Metric points in one call of <c>import/runs/{run_id}/metrics</c>.</summary>
    public const int MetricPoints = 25_000;

    /// <summary>Ids in one call of <c>import/runs/state</c> or <c>import/logged-models/state</c>.</summary>
    public const int StateIds = 1000;

    /// <summary>Characters of a source's name.</summary>
    public const int SourceLength = 500;

    /// <summary>Bytes of one import body. A data set's profile alone may take 16 MiB.</summary>
    public const int BodyBytes = 64 * 1024 * 1024;
}
