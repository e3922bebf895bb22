namespace Orrery.Server;

/// <summary>How log lines look.</summary>
internal enum LogFormat
{
    /// <summary><see cref="Text"/> on a terminal, <see cref="Json"/> otherwise.</summary>
    Auto,

    /// <summary>One JSON object a line.</summary>
    Json,

    /// <summary>For people.</summary>
    Text,
}

/// <summary>What is logged and how; to standard output always. Section <c>Orrery:Log</c>.</summary>
internal sealed class LogOptions
{
    /// <summary>Least level logged: Trace, Debug, Information, Warning, Error, Critical, None. Default Information.</summary>
    public LogLevel Level { get; set; } = LogLevel.Information;

    /// <summary>How lines look. Default <see cref="LogFormat.Auto"/>.</summary>
    public LogFormat Format { get; set; } = LogFormat.Auto;
}
