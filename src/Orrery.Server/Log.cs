namespace Orrery.Server;

/// <summary>Ids 9000 to 9999.</summary>
internal static partial class Log
{
    [LoggerMessage(9001, LogLevel.Information, "Orrery {Version} listens on {Urls} (data {DataDir}, database {Database}, started in {StartMs} ms)")]
    public static partial void Listens(ILogger logger, string version, string urls, string dataDir, string database, long startMs);

    [LoggerMessage(9002, LogLevel.Information, "Stopping: not ready any more; requests under way have {Timeout} to finish")]
    public static partial void Stopping(ILogger logger, TimeSpan timeout);

    [LoggerMessage(9003, LogLevel.Information, "Stopped")]
    public static partial void Stopped(ILogger logger);

    [LoggerMessage(9004, LogLevel.Critical, "The start failed")]
    public static partial void StartFailed(ILogger logger, Exception exception);

    [LoggerMessage(9010, LogLevel.Error, "{Method} {Path} failed after {ElapsedMs} ms with {Status}")]
    public static partial void RequestFailed(
        ILogger logger, Exception? exception, string method, string path, int status, long elapsedMs);

    [LoggerMessage(9011, LogLevel.Information, "{Method} {Path} was answered {Status} ({Code}) after {ElapsedMs} ms")]
    public static partial void RequestRefused(ILogger logger, string method, string path, int status, string code, long elapsedMs);

    [LoggerMessage(9020, LogLevel.Warning, "Check {Check} failed: {Reason}")]
    public static partial void CheckFailed(ILogger logger, Exception? exception, string check, string? reason);

    [LoggerMessage(9021, LogLevel.Warning, "An instrument could not be read for /metrics")]
    public static partial void ObservationFailed(ILogger logger, Exception exception);

    [LoggerMessage(9030, LogLevel.Information, "Took up the certificate of {Subject}, valid until {NotAfter:u}")]
    public static partial void CertificateLoaded(ILogger logger, string subject, DateTime notAfter);

    [LoggerMessage(9031, LogLevel.Error, "The certificate '{Path}' changed and cannot be used; the one before stays in use")]
    public static partial void CertificateUnusable(ILogger logger, Exception exception, string path);
}
