using Microsoft.Extensions.Logging;

namespace Orrery.Governance;

internal static partial class Log
{
    [LoggerMessage(13100, LogLevel.Information, "Explanation {Id} of version {Version} of {Model} has {State}")]
    public static partial void ExplanationEnded(ILogger logger, string id, string model, long version, string state);
}
