using Microsoft.Extensions.Logging;

namespace Orrery.Tenancy;

/// <summary>Log messages of exports and imports of workspaces, ids 2700 to 2799.</summary>
internal static partial class Log
{
    [LoggerMessage(2701, LogLevel.Information, "Workspace {Workspace} was imported: {Rows} rows, {Blobs} blobs")]
    public static partial void Imported(ILogger logger, string workspace, long rows, long blobs);

    [LoggerMessage(2702, LogLevel.Warning, "What an import of workspace {Workspace} left behind was removed")]
    public static partial void ImportUndone(ILogger logger, string workspace);

    [LoggerMessage(2703, LogLevel.Warning, "Imports that broke off could not be looked for; the next look is in half a minute")]
    public static partial void ImportsNotSwept(ILogger logger, Exception exception);

    [LoggerMessage(2704, LogLevel.Warning, "Export of workspace {Workspace} broke off")]
    public static partial void ExportBroken(ILogger logger, string workspace, Exception exception);
}
