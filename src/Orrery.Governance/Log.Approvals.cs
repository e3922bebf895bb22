using Microsoft.Extensions.Logging;

namespace Orrery.Governance;

internal static partial class Log
{
    [LoggerMessage(13400, LogLevel.Error, "Approvals that have ended could not be looked for; those that are known go on to count")]
    public static partial void ApprovalEndWatchFailed(ILogger logger, Exception failed);

    [LoggerMessage(13401, LogLevel.Error, "What is due of approvals could not be done; it is tried again")]
    public static partial void ApprovalUpkeepFailed(ILogger logger, Exception failed);

    [LoggerMessage(13402, LogLevel.Information, "Approval {Id} is {State}: {Reason}")]
    public static partial void ApprovalEnded(ILogger logger, string id, string state, string reason);

    [LoggerMessage(13403, LogLevel.Information, "{Count} versions that were in {Environment} before approvals were asked for have one now, to be reviewed within {Days} days")]
    public static partial void ApprovalsInherited(ILogger logger, int count, string environment, int days);

    [LoggerMessage(13404, LogLevel.Warning, "Version {Version} of {Model} in {Environment} has no approval and could not be given one: {Reason}")]
    public static partial void ApprovalNotInherited(ILogger logger, string version, string model, string environment, string reason);

    [LoggerMessage(13405, LogLevel.Warning, "It could not be looked whether approval {Id} still stands: {Reason}")]
    public static partial void ApprovalNotChecked(ILogger logger, string id, string reason);
}
