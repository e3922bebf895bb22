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

    [LoggerMessage(1005, LogLevel.Warning, "PostgreSQL could not measure new tables; queries may be slow until it does by itself")]
    public static partial void NotMeasured(ILogger logger, Exception exception);

    [LoggerMessage(1101, LogLevel.Debug, "Job {Job} ({Kind}) begins, attempt {Attempt}")]
    public static partial void JobBegins(ILogger logger, JobId job, string kind, int attempt);

    [LoggerMessage(1102, LogLevel.Information, "Job {Job} ({Kind}) {Outcome} after {Elapsed}")]
    public static partial void JobEnded(ILogger logger, JobId job, string kind, string outcome, TimeSpan elapsed);

    [LoggerMessage(1103, LogLevel.Warning, "Job {Job} ({Kind}) threw in attempt {Attempt}")]
    public static partial void JobThrew(ILogger logger, JobId job, string kind, int attempt, Exception exception);

    [LoggerMessage(1104, LogLevel.Error, "Job {Job} ({Kind}) failed for good after {Attempts} attempts: {Code}: {Reason}")]
    public static partial void JobFailed(ILogger logger, JobId job, string kind, int attempts, string? code, string? reason);

    [LoggerMessage(1105, LogLevel.Warning, "The lease of job {Job} ({Kind}) was lost; its attempt here is worth nothing")]
    public static partial void JobLost(ILogger logger, JobId job, string kind);

    [LoggerMessage(1106, LogLevel.Warning, "The state of job {Job} ({Kind}) cannot be written now")]
    public static partial void JobNotWritten(ILogger logger, JobId job, string kind, Exception exception);

    [LoggerMessage(1107, LogLevel.Error, "The queue of jobs cannot be read now")]
    public static partial void JobQueueAway(ILogger logger, Exception exception);

    [LoggerMessage(1201, LogLevel.Information, "This server delivers events now")]
    public static partial void Leading(ILogger logger);

    [LoggerMessage(1202, LogLevel.Information, "This server no longer delivers events")]
    public static partial void NoLongerLeading(ILogger logger);

    [LoggerMessage(1203, LogLevel.Warning, "Handler {Handler} failed on event {Event} ({Name}), attempt {Attempt}: {Reason}")]
    public static partial void DeliveryFailed(ILogger logger, string handler, Guid @event, string name, int attempt, string reason, Exception? exception);

    [LoggerMessage(1204, LogLevel.Error, "Handler {Handler} gave up on event {Event} ({Name}) after {Attempts} attempts; it is parked: {Reason}")]
    public static partial void Parked(ILogger logger, string handler, Guid @event, string name, int attempts, string reason);

    [LoggerMessage(1205, LogLevel.Error, "Events cannot be delivered now")]
    public static partial void OutboxAway(ILogger logger, Exception exception);
}
