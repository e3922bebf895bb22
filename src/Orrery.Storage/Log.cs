using Microsoft.Extensions.Logging;

namespace Orrery.Storage;

/// <summary>Log messages of Storage, ids 1000 to 1999.</summary>
internal static partial class Log
{
    [LoggerMessage(1001, LogLevel.Warning, "A group of {Count} writes failed to commit; each is tried alone")]
    public static partial void GroupFailed(ILogger logger, int count, Exception exception);

    [LoggerMessage(1002, LogLevel.Warning, "Transaction tried again (attempt {Attempt})")]
    public static partial void Retrying(ILogger logger, int attempt, Exception exception);

    [LoggerMessage(1003, LogLevel.Information, "Migrated {Module} to {Number} ({Name})")]
    public static partial void Migrated(ILogger logger, string module, int number, string name);

    [LoggerMessage(1004, LogLevel.Warning, "The database has migration {Number} of {Module}, which this server does not know: a newer server made it")]
    public static partial void UnknownMigration(ILogger logger, string module, int number);
}
