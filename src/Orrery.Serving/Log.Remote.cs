using Microsoft.Extensions.Logging;

namespace Orrery.Serving;

/// <content>Messages of models that endpoints elsewhere answer for, ids 5120 to 5129.</content>
internal static partial class Log
{
    [LoggerMessage(5120, LogLevel.Warning, "{Model} is not asked at {Endpoint} for a while, it failed too often; the last time: {Reason}")]
    public static partial void CircuitOpened(ILogger logger, string model, string endpoint, string reason);

    [LoggerMessage(5121, LogLevel.Information, "{Model} is asked at {Endpoint} again")]
    public static partial void CircuitClosed(ILogger logger, string model, string endpoint);

    [LoggerMessage(5122, LogLevel.Information, "{Model} is answered for by {Endpoint} over {Protocol}, {Form}")]
    public static partial void RemoteReady(ILogger logger, string model, string endpoint, string protocol, string form);
}
