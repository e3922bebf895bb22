using System.Runtime.CompilerServices;
using Orrery.Client;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>An MLflow server, from 2.8 on, or an Orrery server through its MLflow API.</summary>
internal sealed class MlflowSource(OrreryClient client, string name, FilesChoice files) : ICopySource
{
    private const int RunPage = 500;
    private const string PromptFilter = "tag.`mlflow.prompt.is_prompt` = 'true'";

    public string Name => name;

    public IAsyncEnumerable<Experiment> ExperimentsAsync(CancellationToken cancel) =>
        client.Experiments.SearchAsync(new SearchExperiments { MaxResults = 1000, ViewType = ViewType.All }, cancel);

    public IAsyncEnumerable<Run> RunsAsync(string experimentId, CancellationToken cancel) => client.Runs.SearchAsync(
        new SearchRuns { ExperimentIds = [experimentId], RunViewType = ViewType.All, MaxResults = RunPage }, cancel);

    public async IAsyncEnumerable<Metric> MetricsAsync(Run run, [EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var key in run.Data.Metrics.Select(metric => metric.Key).Distinct())
        {
            // What a point belongs to follows from where it is found.
            await foreach (var point in client.Metrics.HistoryAsync(run.Info.RunId, key, cancel))
                yield return point with { RunId = null };
        }
    }

    public async IAsyncEnumerable<LoggedModel> LoggedModelsAsync(string experimentId, [EnumeratorCancellation] CancellationToken cancel)
    {
        string? token = null;
        do
        {
            LoggedModelPage page;
            try
            {
                page = await client.LoggedModels.SearchPageAsync(
                    new SearchLoggedModels { ExperimentIds = [experimentId], MaxResults = 50, PageToken = token }, cancel);
            }
            catch (OrreryApiException absent) when (absent.IsNotFound || absent.Status is System.Net.HttpStatusCode.MethodNotAllowed)
            {
                // Before 3.0 there were none.
                yield break;
            }

            foreach (var model in page.Models)
                yield return model;
            token = page.NextPageToken;
        }
        while (!string.IsNullOrEmpty(token));
    }

    public async IAsyncEnumerable<RegisteredModel> RegisteredModelsAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        // A search without this filter leaves out prompts; one that knows no prompts finds the same models again.
        var names = new HashSet<string>();
        foreach (var filter in new[] { null, PromptFilter })
        {
            await foreach (var found in client.Models.SearchAsync(filter, cancel: cancel))
            {
                if (names.Add(found.Name))
                    yield return await client.Models.GetAsync(found.Name, cancel);
            }
        }
    }

    public async IAsyncEnumerable<ModelVersion> VersionsAsync(RegisteredModel model, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (model.Name.Contains('\'', StringComparison.Ordinal) && model.Name.Contains('"', StringComparison.Ordinal))
            throw new InvalidDataException("MLflow's search cannot express a name with both kinds of quote, so its versions cannot be listed.");
        var filter = $"name = {SearchText.Quote(model.Name)}";
        if (model.Tags.Any(tag => tag.Key is "mlflow.prompt.is_prompt"))
            filter += " and " + PromptFilter;
        var versions = await client.Versions.SearchAsync(filter, cancel: cancel).ToListAsync(cancel);
        foreach (var version in versions.DistinctBy(version => version.Version).OrderBy(version => version.Version.Length).ThenBy(version => version.Version, StringComparer.Ordinal))
            yield return version with { Aliases = [.. model.Aliases.Where(alias => alias.Version == version.Version).Select(alias => alias.Alias)] };
    }

    public ICopyFiles? FilesOf(Run run)
    {
        var root = run.Info.ArtifactUri;
        if (!IsWanted(root))
            return null;
        return ArtifactApi.IsServed(root)
            ? new ServedFiles(client.Artifacts.At(root!))
            : new ReadFiles(
                (path, cancel) => client.Artifacts.ListAsync(run.Info.RunId, path, cancel),
                (path, place, cancel) => client.Artifacts.DownloadFileAsync(run.Info.RunId, path, place, cancel: cancel));
    }

    public ICopyFiles? FilesOf(LoggedModel model)
    {
        var root = model.Info.ArtifactUri;
        if (!IsWanted(root))
            return null;
        return ArtifactApi.IsServed(root)
            ? new ServedFiles(client.Artifacts.At(root!))
            : new ReadFiles(
                (path, cancel) => client.LoggedModels.ListFilesAsync(model.Info.ModelId, path, cancel),
                (path, place, cancel) => client.LoggedModels.DownloadFileAsync(model.Info.ModelId, path, place, cancel));
    }

    public Task<string?> FindRunRootAsync(string runId, CancellationToken cancel) => FindAsync(
        async () => (await client.Runs.GetAsync(runId, cancel)).Info.ArtifactUri);

    public Task<string?> FindModelRootAsync(string modelId, CancellationToken cancel) => FindAsync(
        async () => (await client.LoggedModels.GetAsync(modelId, cancel)).Info.ArtifactUri);

    public Task<string?> FindVersionRootAsync(ModelVersion version, CancellationToken cancel) => FindAsync(
        async () => await client.Versions.GetDownloadUriAsync(version.Name, version.Version, cancel));

    public void Dispose() => client.Dispose();

    /// <summary>True for a folder in the source's own file system.</summary>
    public static bool IsLocal(string uri) => !uri.Contains(':', StringComparison.Ordinal) || uri.StartsWith("file:", StringComparison.Ordinal);

    private bool IsWanted(string? root) => root is { Length: > 0 } && files switch
    {
        FilesChoice.None => false,
        FilesChoice.All => true,
        _ => ArtifactApi.IsServed(root) || IsLocal(root),
    };

    private static async Task<string?> FindAsync(Func<Task<string?>> get)
    {
        try
        {
            return await get();
        }
        catch (OrreryApiException absent) when (absent.IsNotFound)
        {
            return null;
        }
    }
}
