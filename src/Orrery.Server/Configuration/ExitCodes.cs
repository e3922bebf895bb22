namespace Orrery.Server;

/// <summary>What the process ends with; the numbers of sysexits.h.</summary>
internal static class ExitCodes
{
    /// <summary>Stopped because it was asked to, or printed what was asked for.</summary>
    public const int Ok = 0;

    /// <summary>The audit trail is not what it was.</summary>
    public const int Broken = 1;

    /// <summary>An address or a database could not be had (EX_UNAVAILABLE): taken by another process, or away.</summary>
    public const int Unavailable = 69;

    /// <summary>A bug: the log has the stack (EX_SOFTWARE).</summary>
    public const int Software = 70;

    /// <summary>The configuration is wrong; all problems are listed on standard error (EX_CONFIG).</summary>
    public const int Configuration = 78;
}
