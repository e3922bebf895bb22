using System.CommandLine;
using System.Reflection;
using Orrery.Client;

namespace Orrery.Cli;

/// <summary><c>mlops version</c>.</summary>
internal static class VersionCommand
{
    public static Command Create() => new Command("version", "Print the versions of this program and of the server.").Does(async session =>
    {
        var versions = new Versions(Own, session.Client.Server, await ServerAsync(session));
        session.Output.Line(versions, versions.MlflowApi is { } api
            ? $"mlops {Own}; {versions.Server} speaks MLflow {api}"
            : $"mlops {Own}; {versions.Server} does not answer");
    });

    private static string Own =>
        typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    // This verb tells what it finds; that nobody answers is an answer.
    private static async Task<string?> ServerAsync(Session session)
    {
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(session.Cancel);
            patience.CancelAfter(TimeSpan.FromSeconds(3));
            return await session.Client.GetMlflowVersionAsync(patience.Token);
        }
        catch (Exception silent) when (silent is OrreryConnectionException or OrreryApiException
            || (silent is OperationCanceledException && !session.Cancel.IsCancellationRequested))
        {
            return null;
        }
    }
}
