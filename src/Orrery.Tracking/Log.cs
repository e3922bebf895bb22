using Microsoft.Extensions.Logging;

namespace Orrery.Tracking;

/// <summary>Log messages of Tracking, ids 4000 to 4999.</summary>
internal static partial class Log
{
    [LoggerMessage(4001, LogLevel.Warning, "A metric history of run {Run} was not compacted; it stays readable as it is")]
    public static partial void CompactionFailed(ILogger logger, string run, Exception exception);

    [LoggerMessage(4101, LogLevel.Error, "The artifact {Path} is in the index but its content is not in the store")]
    public static partial void BlobMissing(ILogger logger, string path);

    [LoggerMessage(4102, LogLevel.Warning, "The blob {Key}, which nothing needs any more, could not be deleted; garbage collection will try again")]
    public static partial void BlobLeft(ILogger logger, string key, Exception exception);

    [LoggerMessage(4201, LogLevel.Information,
        "Garbage collection of workspace {Workspace}: {Experiments} experiments, {Runs} runs, {Models} logged models and {Files} files of {Bytes} bytes removed; {Kept} kept because registered")]
    public static partial void Collected(ILogger logger, string workspace, long experiments, long runs, long models, long files, long bytes, long kept);

    [LoggerMessage(4202, LogLevel.Warning, "The daily garbage collection could not be asked for; it is tried again in an hour")]
    public static partial void RetentionNotAsked(ILogger logger, Exception exception);
}
