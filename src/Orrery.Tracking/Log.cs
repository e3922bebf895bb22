using Microsoft.Extensions.Logging;

namespace Orrery.Tracking;

/// <summary>Log messages of Tracking, ids 4000 to 4999.</summary>
internal static partial class Log
{
    [LoggerMessage(4001, LogLevel.Warning, "A metric history of run {Run} was not compacted; it stays readable as it is")]
    public static partial void CompactionFailed(ILogger logger, string run, Exception exception);
}
