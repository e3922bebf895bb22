using System.Runtime.CompilerServices;
using System.Text.Json;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>A whole archive. What is read is compared with its hashes.</summary>
internal sealed class ArchiveSource : ICopySource
{
    private readonly Archive _archive;
    private readonly ArchiveManifest _manifest;
    // What the archive says beside a run or model, for as long as that is in use.
    private readonly ConditionalWeakTable<object, object> _lines = [];
    private readonly Dictionary<string, string> _roots = [];

    private ArchiveSource(Archive archive, ArchiveManifest manifest)
    {
        _archive = archive;
        _manifest = manifest;
    }

    public string Name => _manifest.Source;

    /// <summary>Opens an archive and verifies its indexes.</summary>
    /// <exception cref="InvalidDataException">It is not whole, not an archive, or was changed.</exception>
    public static async Task<ArchiveSource> OpenAsync(Archive archive, CancellationToken cancel)
    {
        if (!File.Exists(archive.Manifest))
            throw new InvalidDataException($"{archive.Root} has no manifest.json: it is no archive, or its export did not end. Run the export again.");
        var manifest = await ReadManifestAsync(archive, cancel);
        foreach (var expected in manifest.Indexes)
        {
            var path = Archive.Below(archive.Root, expected.Path);
            if (!File.Exists(path) || await Archive.HashAsync(path, expected.Path, cancel) != expected)
                throw new InvalidDataException($"{path} is missing or was changed since the archive was made.");
        }

        var source = new ArchiveSource(archive, manifest);
        await source.ReadRootsAsync(cancel);
        return source;
    }

    public IAsyncEnumerable<Experiment> ExperimentsAsync(CancellationToken cancel) =>
        JsonLines.ReadAsync<Experiment>(_archive.Experiments, cancel);

    public async IAsyncEnumerable<Run> RunsAsync(string experimentId, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var line in JsonLines.ReadAsync<ArchivedRun>(_archive.Runs(experimentId), cancel))
        {
            _lines.Add(line.Run, line);
            yield return line.Run;
        }
    }

    public async IAsyncEnumerable<LoggedModel> LoggedModelsAsync(string experimentId, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var line in JsonLines.ReadAsync<ArchivedModel>(_archive.LoggedModels(experimentId), cancel))
        {
            _lines.Add(line.Model, line);
            yield return line.Model;
        }
    }

    public async IAsyncEnumerable<Metric> MetricsAsync(Run run, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (LineOf(run).Metrics is not { } expected)
            yield break;
        var path = Archive.Below(_archive.Root, expected.Path);
        await foreach (var point in JsonLines.ReadAsync<Metric>(path, cancel))
            yield return point;

        // Too late for the points, in time for the run: it is not completed.
        if (await Archive.HashAsync(path, expected.Path, cancel) != expected)
            throw new InvalidDataException($"{path} was changed since the archive was made.");
    }

    public IAsyncEnumerable<RegisteredModel> RegisteredModelsAsync(CancellationToken cancel) =>
        JsonLines.ReadAsync<RegisteredModel>(_archive.RegisteredModels, cancel);

    public IAsyncEnumerable<ModelVersion> VersionsAsync(RegisteredModel model, CancellationToken cancel) =>
        JsonLines.ReadAsync<ModelVersion>(_archive.ModelVersions, cancel).Where(version => version.Name == model.Name);

    public ICopyFiles? FilesOf(Run run) =>
        LineOf(run).Files is { } files ? new ArchiveFiles(_archive.RunFiles(run.Info.RunId), files) : null;

    public ICopyFiles? FilesOf(LoggedModel model) => ((ArchivedModel)Line(model)).Files is { } files
        ? new ArchiveFiles(_archive.ModelFiles(model.Info.ModelId), files)
        : null;

    public Task<string?> FindRunRootAsync(string runId, CancellationToken cancel) => Task.FromResult(_roots.GetValueOrDefault(runId));

    public Task<string?> FindModelRootAsync(string modelId, CancellationToken cancel) => Task.FromResult(_roots.GetValueOrDefault(modelId));

    // The archive keeps what the server said of a version; the server was not asked where it leads.
    public Task<string?> FindVersionRootAsync(ModelVersion version, CancellationToken cancel) => Task.FromResult<string?>(null);

    public void Dispose()
    {
        // It holds no file open.
    }

    private ArchivedRun LineOf(Run run) => (ArchivedRun)Line(run);

    private object Line(object of) =>
        _lines.TryGetValue(of, out var line) ? line : throw new InvalidOperationException("It did not come from this archive.");

    // The roots of those that versions refer to.
    private async Task ReadRootsAsync(CancellationToken cancel)
    {
        var wanted = new HashSet<string?>();
        await foreach (var version in JsonLines.ReadAsync<ModelVersion>(_archive.ModelVersions, cancel))
            wanted.UnionWith([version.RunId, version.ModelId]);
        if (wanted.Count is 0)
            return;
        await foreach (var experiment in ExperimentsAsync(cancel))
        {
            await foreach (var run in JsonLines.ReadAsync<ArchivedRun>(_archive.Runs(experiment.ExperimentId), cancel))
                Keep(run.Run.Info.RunId, run.Run.Info.ArtifactUri);
            await foreach (var model in JsonLines.ReadAsync<ArchivedModel>(_archive.LoggedModels(experiment.ExperimentId), cancel))
                Keep(model.Model.Info.ModelId, model.Model.Info.ArtifactUri);
        }

        void Keep(string id, string? root)
        {
            if (root is not null && wanted.Contains(id))
                _roots[id] = root;
        }
    }

    private static async Task<ArchiveManifest> ReadManifestAsync(Archive archive, CancellationToken cancel)
    {
        try
        {
            await using var file = File.OpenRead(archive.Manifest);
            var manifest = await JsonSerializer.DeserializeAsync<ArchiveManifest>(file, CliJson.Options, cancel);
            if (manifest is { Format: Archive.Format, Version: Archive.FormatVersion })
                return manifest;
            throw new InvalidDataException(
                $"{archive.Manifest} is of format '{manifest?.Format}' {manifest?.Version}; this program reads '{Archive.Format}' {Archive.FormatVersion}.");
        }
        catch (JsonException invalid)
        {
            throw new InvalidDataException($"{archive.Manifest} cannot be read: {invalid.Message}", invalid);
        }
    }
}
