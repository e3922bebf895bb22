using System.CommandLine;
using Orrery.Client;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>
/// Values that stand for something on the server, for a shell that completes: known by the names of options and arguments, which mean the same
/// everywhere. Whoever types does not wait: what is not there within a second is not suggested.
/// </summary>
internal static class SuggestedValues
{
    private const int Most = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private static readonly Dictionary<string, Func<OrreryClient, string, CancellationToken, Task<IEnumerable<string>>>> OfServer = new(StringComparer.Ordinal)
    {
        ["--model"] = ModelsAsync,
        ["model"] = ModelsAsync,
        ["--experiment"] = ExperimentsAsync,
        ["experiment"] = ExperimentsAsync,
        ["--environment"] = EnvironmentsAsync,
        ["--deployment"] = DeploymentsAsync,
        ["deployment"] = DeploymentsAsync,
        ["--workspace"] = WorkspacesAsync,
        ["--only-workspace"] = WorkspacesAsync,
        ["workspace"] = WorkspacesAsync,
    };

    /// <summary>What begins like what is typed; empty when nobody answers, or when there is nothing to suggest.</summary>
    /// <param name="symbol">Name of the option or argument.</param>
    /// <param name="typed">The beginning.</param>
    /// <param name="parsed">The command line so far, which may name the server.</param>
    /// <param name="host">Where the program runs.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task<IEnumerable<string>> ForAsync(string symbol, string typed, ParseResult parsed, CliHost host, CancellationToken cancel)
    {
        try
        {
            if (symbol is "--profile" or "profile")
                return ProfileFile.Of(host)?.Read().Profiles.Keys.AsEnumerable() ?? [];
            if (!OfServer.TryGetValue(symbol, out var find))
                return [];
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            patience.CancelAfter(Patience);
            using var client = GlobalOptions.NewClient(Connection.Of(parsed, host), host, retries: 0);
            return await find(client, typed, patience.Token);
        }
        catch (Exception silent) when (silent is OrreryApiException or OrreryConnectionException or OperationCanceledException or UsageException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            // An error among suggestions would be typed into the command line.
            return [];
        }
    }

    private static async Task<IEnumerable<string>> ModelsAsync(OrreryClient client, string typed, CancellationToken cancel) =>
        (await client.Models.SearchPageAsync(Like(typed), orderBy: null, Most, pageToken: null, cancel)).RegisteredModels.Select(static one => one.Name);

    private static async Task<IEnumerable<string>> ExperimentsAsync(OrreryClient client, string typed, CancellationToken cancel) =>
        (await client.Experiments.SearchPageAsync(new SearchExperiments { Filter = Like(typed), MaxResults = Most }, cancel)).Experiments.Select(static one => one.Name);

    private static async Task<IEnumerable<string>> DeploymentsAsync(OrreryClient client, string typed, CancellationToken cancel) =>
        (await client.Deployments.ListPageAsync(environment: null, Most, pageToken: null, cancel)).Deployments.Select(static one => one.Name).Distinct();

    private static async Task<IEnumerable<string>> EnvironmentsAsync(OrreryClient client, string typed, CancellationToken cancel) =>
        (await client.Deployments.ListPageAsync(environment: null, Most, pageToken: null, cancel)).Deployments.Select(static one => one.Environment).Concat(["development", "staging", "production"]).Distinct();

    private static async Task<IEnumerable<string>> WorkspacesAsync(OrreryClient client, string typed, CancellationToken cancel) =>
        (await client.Access.ListWorkspacesPageAsync(Most, pageToken: null, cancel)).Workspaces.Select(static one => one.Name);

    // In MLflow's search language; what cannot be said in it is sorted out here.
    private static string? Like(string typed) => typed.Length is 0 || typed.Any(static c => c is '\'' or '%' or '_' or '\\') ? null : $"name LIKE '{typed}%'";
}
