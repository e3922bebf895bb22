using Orrery.Cli;

namespace Orrery.Tests.Unit;

/// <summary>One run of the command line against a server that answers from a script.</summary>
internal sealed record CliRun(int ExitCode, string Out, string Error)
{
    public static async Task<CliRun> OfAsync(StubServer server, params string[] args)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var host = new CliHost(output, errors, _ => null, new InstantTime()) { Handler = () => server };
        var code = await MlopsCommand.RunAsync(args, host);
        return new(code, output.ToString(), errors.ToString());
    }
}
