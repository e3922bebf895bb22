using Microsoft.Extensions.Logging;

namespace Orrery.Delivery;

internal static partial class Log
{
    [LoggerMessage(15400, LogLevel.Information, "Migration {Id}: a comparison is {State}, {Agreed} of {Rows} rows agree")]
    public static partial void Compared(ILogger logger, string id, string state, int agreed, int rows);
}
