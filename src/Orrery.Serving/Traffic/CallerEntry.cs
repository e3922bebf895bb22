namespace Orrery.Serving;

/// <summary>What became of a request at its caller's gate.</summary>
internal enum CallerEntry
{
    Admitted,

    /// <summary>As many are at work for the caller as may be.</summary>
    TooMany,

    /// <summary>The caller's rate is used up.</summary>
    TooFast,

    /// <summary>The gate was forgotten; the caller has another.</summary>
    Retired,
}
