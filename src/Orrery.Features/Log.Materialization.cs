using Microsoft.Extensions.Logging;

namespace Orrery.Features;

/// <summary>Log messages of materialization, ids 3700 to 3799.</summary>
internal static partial class Log
{
    [LoggerMessage(3701, LogLevel.Information, "Feature view {Project}/{View} was brought online by run {Run}")]
    public static partial void Materialized(ILogger logger, string project, string view, string run);

    [LoggerMessage(3702, LogLevel.Warning, "Feature view {Project}/{View} was not brought online by run {Run}: {Why}")]
    public static partial void NotMaterialized(ILogger logger, string project, string view, string run, string why);

    [LoggerMessage(3703, LogLevel.Error, "Scheduled materializations could not be started; they are tried again")]
    public static partial void ScheduleFailed(ILogger logger, Exception exception);

    [LoggerMessage(3704, LogLevel.Warning, "Feature view {Project}/{View} was not started by its schedule: {Why}")]
    public static partial void NotStarted(ILogger logger, string project, string view, string why);

    [LoggerMessage(3705, LogLevel.Warning, "The data of feature view {Project}/{View} are older than their target")]
    public static partial void Stale(ILogger logger, string project, string view);

    [LoggerMessage(3706, LogLevel.Information, "The data of feature view {Project}/{View} are fresh again")]
    public static partial void Fresh(ILogger logger, string project, string view);

    [LoggerMessage(3711, LogLevel.Information, "Warehouse {Name} may be read by these workspaces: {Workspaces}")]
    public static partial void WarehouseFor(ILogger logger, string name, string workspaces);

    [LoggerMessage(3712, LogLevel.Warning,
        "Warehouse {Name} may be read by no workspace: name those that may in Orrery:Features:Warehouses:(name):Workspaces, or * for all")]
    public static partial void WarehouseForNobody(ILogger logger, string name);

    [LoggerMessage(3720, LogLevel.Error, "What the feature store keeps too long was not removed; it is tried again")]
    public static partial void RetentionFailed(ILogger logger, Exception exception);
}
