using Microsoft.Extensions.Logging;

namespace Orrery.Governance;

internal static partial class Log
{
    [LoggerMessage(13200, LogLevel.Warning, "The risk of {Model}/{Version} in {Environment} could not be assessed anew: {Code}")]
    public static partial void RiskNotAssessed(ILogger logger, string model, long version, string environment, string code);

    [LoggerMessage(13201, LogLevel.Error, "Risk could not be reviewed; it is tried again")]
    public static partial void RiskReviewFailed(ILogger logger, Exception failed);
}
