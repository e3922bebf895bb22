using Microsoft.Extensions.Logging;

namespace Orrery.Tenancy;

/// <summary>Log messages of usage, costs and quotas, ids 2500 to 2599.</summary>
internal static partial class Log
{
    [LoggerMessage(2501, LogLevel.Warning, "The budgets were not checked; the next look is in five minutes")]
    public static partial void BudgetsNotChecked(ILogger logger, Exception exception);

    [LoggerMessage(2502, LogLevel.Warning, "Workspace {Workspace} reached {Count} thresholds of its budgets")]
    public static partial void BudgetCrossed(ILogger logger, string workspace, int count);

    [LoggerMessage(2503, LogLevel.Warning, "Changed quotas could not be read; those known before hold meanwhile")]
    public static partial void QuotasNotRead(ILogger logger, Exception exception);

    [LoggerMessage(2504, LogLevel.Warning, "Stored bytes were not sampled; the next try is in a minute")]
    public static partial void StorageNotSampled(ILogger logger, Exception exception);

    [LoggerMessage(2505, LogLevel.Warning, "What was used is refused by the ledger and left out: {Problem}")]
    public static partial void UsageNotMetered(ILogger logger, string problem);

    [LoggerMessage(2506, LogLevel.Warning, "What was used could not be written to the ledger; it is kept for the next time")]
    public static partial void UsageWaits(ILogger logger, Exception exception);

    [LoggerMessage(2507, LogLevel.Warning, "A call that a quota refused could not be written to the audit trail")]
    public static partial void RefusalNotTold(ILogger logger, Exception exception);
}
