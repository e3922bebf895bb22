using Microsoft.Extensions.Logging;

namespace Orrery.Delivery;

internal static partial class Log
{
    [LoggerMessage(15500, LogLevel.Error, "Targets could not be looked at; it is tried again")]
    public static partial void TargetSyncFailed(ILogger logger, Exception failed);

    [LoggerMessage(15501, LogLevel.Warning, "The repository of {Environment} in workspace {Workspace} could not be read: {Problem}")]
    public static partial void RepositoryUnreadable(ILogger logger, string environment, string workspace, string problem);

    [LoggerMessage(15502, LogLevel.Error, "Commit {Commit} changed {Name} in {Environment} of workspace {Workspace} without a valid approval: {Reasons}")]
    public static partial void CommitRefused(ILogger logger, string commit, string name, string environment, string workspace, string reasons);

    [LoggerMessage(15503, LogLevel.Information, "Delivery {Delivery} has written {Name} in {Environment}: revision {Revision}")]
    public static partial void ReleaseWritten(ILogger logger, string delivery, string name, string environment, string revision);

    [LoggerMessage(15504, LogLevel.Warning, "The cluster was asked for a version of {Name} in {Namespace} that no approval covers: {Reasons}")]
    public static partial void AdmissionRefused(ILogger logger, string name, string @namespace, string reasons);
}
