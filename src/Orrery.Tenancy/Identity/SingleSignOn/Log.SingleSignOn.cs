using Microsoft.Extensions.Logging;

namespace Orrery.Tenancy;

/// <summary>Log messages of single sign-on, ids 2100 to 2119.</summary>
internal static partial class Log
{
    [LoggerMessage(2100, LogLevel.Warning, "The identity provider at {Issuer} does not answer; nobody can newly sign in there")]
    public static partial void ProviderAway(ILogger logger, Exception exception, string issuer);

    [LoggerMessage(2101, LogLevel.Information, "The identity provider's keys were read again; it has {Count}")]
    public static partial void KeysReadAgain(ILogger logger, int count);

    [LoggerMessage(2102, LogLevel.Warning, "A sign-in failed: {Reason}")]
    public static partial void SignInFailed(ILogger logger, string reason);
}
