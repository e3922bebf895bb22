using Microsoft.Extensions.Logging;

namespace Orrery.Features;

/// <summary>Log messages of the online store, ids 3500 to 3699.</summary>
internal static partial class Log
{
    [LoggerMessage(3501, LogLevel.Warning, "The end of {File} was torn, as after a power cut: {Bytes} bytes that nobody was told of were cut off")]
    public static partial void OnlineLogCut(ILogger logger, string file, long bytes);

    [LoggerMessage(3502, LogLevel.Error, "The online store in {Folder} could not be opened; features are not served online")]
    public static partial void OnlineNotOpened(ILogger logger, string folder, Exception exception);

    [LoggerMessage(3503, LogLevel.Error, "The online store could not write to its disk; the write was refused")]
    public static partial void OnlineNotWritten(ILogger logger, Exception exception);

    [LoggerMessage(3504, LogLevel.Warning, "The online store could not make a snapshot; its log grows until it can")]
    public static partial void OnlineSnapshotFailed(ILogger logger, Exception exception);

    [LoggerMessage(3505, LogLevel.Error, "The online store failed on a change")]
    public static partial void OnlineWriterFailed(ILogger logger, Exception exception);

    [LoggerMessage(3506, LogLevel.Information, "The online store is open: {Rows} rows, {Megabytes} MB, read in {Milliseconds} ms")]
    public static partial void OnlineOpened(ILogger logger, long rows, long megabytes, long milliseconds);

    [LoggerMessage(3507, LogLevel.Warning,
        "Metadata is in PostgreSQL, but online features are in this process: no other server sees what is written here. With several servers give all of them one Redis (--redis host:port)")]
    public static partial void OnlineNotShared(ILogger logger);

    [LoggerMessage(3508, LogLevel.Warning, "{Why}")]
    public static partial void OnlineRefused(ILogger logger, string why);

    [LoggerMessage(3511, LogLevel.Warning, "Redis does not answer; features are not served online until it does")]
    public static partial void RedisAway(ILogger logger, Exception? exception);

    [LoggerMessage(3512, LogLevel.Information, "Redis answers again")]
    public static partial void RedisBack(ILogger logger);

    [LoggerMessage(3521, LogLevel.Warning, "Pushes that were under way when the server stopped are written to the online store now: {Count}")]
    public static partial void PushesHealed(ILogger logger, int count);

    [LoggerMessage(3522, LogLevel.Warning, "A push that was under way when the server stopped could not be written to the online store; it is tried again")]
    public static partial void PushNotHealed(ILogger logger, Exception? exception);

    [LoggerMessage(3523, LogLevel.Error, "A call of Feast's API failed")]
    public static partial void FeastCallFailed(ILogger logger, Exception exception);
}
