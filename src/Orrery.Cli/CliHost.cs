namespace Orrery.Cli;

/// <summary>All that the command line touches outside of itself.</summary>
internal sealed record CliHost(TextWriter Out, TextWriter Error, Func<string, string?> Environment, TimeProvider Time)
{
    /// <summary>True when a person watches standard output.</summary>
    public bool OutIsTerminal { get; init; }

    /// <summary>True when a person watches standard error, where progress goes.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>Reads a line that a person types; null when there is nobody to ask.</summary>
    public Func<string?>? Ask { get; init; }

    /// <summary>Standard input.</summary>
    public TextReader In { get; init; } = TextReader.Null;

    /// <summary>Replaces the connection to servers, for tests.</summary>
    public Func<HttpMessageHandler>? Handler { get; init; }

    public static CliHost OfProcess() => new(Console.Out, Console.Error, System.Environment.GetEnvironmentVariable, TimeProvider.System)
    {
        OutIsTerminal = !Console.IsOutputRedirected,
        ErrorIsTerminal = !Console.IsErrorRedirected,
        Ask = Console.IsInputRedirected || Console.IsErrorRedirected ? null : Console.ReadLine,
        In = Console.In,
    };
}
