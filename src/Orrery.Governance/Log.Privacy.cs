using Microsoft.Extensions.Logging;

namespace Orrery.Governance;

internal static partial class Log
{
    [LoggerMessage(13700, LogLevel.Error, "Opt-outs could not be looked at; those that are known go on to count")]
    public static partial void OptOutWatchFailed(ILogger logger, Exception failed);

    [LoggerMessage(13701, LogLevel.Information, "Erasure {Id} has {State}: {Erased} of {Found} places' rows erased")]
    public static partial void ErasureEnded(ILogger logger, string id, string state, long erased, long found);

    [LoggerMessage(13702, LogLevel.Error, "What a crash left of rows and erasures could not be cleaned; it is tried again")]
    public static partial void PrivacyUpkeepFailed(ILogger logger, Exception failed);
}
