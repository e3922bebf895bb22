using Microsoft.Extensions.Logging;

namespace Orrery.Governance;

/// <content>Messages of evaluations, ids 13000 to 13099.</content>
internal static partial class Log
{
    [LoggerMessage(13000, LogLevel.Information, "Evaluation {Evaluation} of {Model} {Version} is done: {Rows} rows in {Elapsed}; gates passed: {Passed}")]
    public static partial void Evaluated(ILogger logger, string evaluation, string model, string version, long rows, TimeSpan elapsed, bool? passed);

    [LoggerMessage(13001, LogLevel.Warning, "Evaluation {Evaluation} failed: {Code}")]
    public static partial void NotEvaluated(ILogger logger, string evaluation, string code);

    [LoggerMessage(13002, LogLevel.Warning, "Evaluation {Evaluation} was not exported to run {Run}: {Reason}")]
    public static partial void NotExported(ILogger logger, string evaluation, string run, string reason);
}
