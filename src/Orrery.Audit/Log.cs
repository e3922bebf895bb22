using Microsoft.Extensions.Logging;

namespace Orrery.Audit;

/// <summary>Log messages of Audit, ids 10000 to 10999.</summary>
internal static partial class Log
{
    [LoggerMessage(10001, LogLevel.Information, "This server seals the audit trail now")]
    public static partial void Leading(ILogger logger);

    [LoggerMessage(10002, LogLevel.Error, "The audit trail cannot be sealed now; entries wait")]
    public static partial void SealingFailed(ILogger logger, Exception exception);

    [LoggerMessage(10003, LogLevel.Error, "Audit checkpoint {Size} of workspace {Workspace} was not taken by {Anchor}; it is tried again")]
    public static partial void AnchorFailed(ILogger logger, long workspace, long size, string anchor, Exception exception);

    [LoggerMessage(10004, LogLevel.Information, "Audit checkpoints are signed with key {Key} from now on")]
    public static partial void KeyMade(ILogger logger, string key);

    [LoggerMessage(10006, LogLevel.Error, "The audit key {Key} does not open with this server's secrets key; a new one is made")]
    public static partial void KeyUnreadable(ILogger logger, string key);

    [LoggerMessage(10007, LogLevel.Error, "The audit chain of workspace {Workspace} cannot be extended; its entries wait. 'mlops audit verify' says what is wrong with it")]
    public static partial void ChainStuck(ILogger logger, long workspace, Exception? exception);

    [LoggerMessage(10005, LogLevel.Information, "Removed audit entries {First} to {Last} of workspace {Workspace}, older than the retention")]
    public static partial void Pruned(ILogger logger, long workspace, long first, long last);
}
