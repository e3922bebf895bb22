using Microsoft.Extensions.Logging;

namespace Orrery.Governance;

internal static partial class Log
{
    [LoggerMessage(13500, LogLevel.Information, "Compliance report {Id} for {Framework} was made and signed (SHA-256 {Sha256})")]
    public static partial void ReportMade(ILogger logger, string id, string framework, string sha256);
}
