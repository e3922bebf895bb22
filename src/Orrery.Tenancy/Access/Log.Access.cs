using Microsoft.Extensions.Logging;

namespace Orrery.Tenancy;

/// <summary>Log messages of access, ids 2200 to 2299.</summary>
internal static partial class Log
{
    [LoggerMessage(2201, LogLevel.Warning, "Counts of repeated refusals could not be written to the audit trail and are left out")]
    public static partial void RefusalsNotCounted(ILogger logger, Exception exception);
}
