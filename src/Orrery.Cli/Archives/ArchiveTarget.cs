using System.Collections.Concurrent;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>An archive that is being written, or continued. One process at a time.</summary>
internal sealed class ArchiveTarget : ICopyTarget
{
    private readonly Archive _archive;
    private readonly TimeProvider _time;
    private readonly FileStream _lock;
    private readonly SemaphoreSlim _appending = new(1);
    private readonly ConcurrentDictionary<string, bool> _runs = new();
    private readonly ConcurrentDictionary<string, bool> _loggedModels = new();
    private readonly Dictionary<string, Experiment> _experiments = [];
    private readonly Dictionary<string, RegisteredModel> _models = [];
    private readonly Dictionary<(string, string), ModelVersion> _versions = [];
    private string _source = "";

    private ArchiveTarget(Archive archive, TimeProvider time)
    {
        _archive = archive;
        _time = time;
        Directory.CreateDirectory(archive.Root);
        _lock = new FileStream(
            Path.Combine(archive.Root, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
    }

    /// <summary>Opens an archive for writing, and reads what is complete in it.</summary>
    /// <exception cref="UsageException">The folder holds something else, or an archive of another source.</exception>
    public static async Task<ArchiveTarget> OpenAsync(Archive archive, string source, TimeProvider time, CancellationToken cancel)
    {
        var foreign = Directory.Exists(archive.Root) && Directory.EnumerateFileSystemEntries(archive.Root).Any()
            && !File.Exists(Mark(archive));
        if (foreign)
            throw new UsageException($"{archive.Root} is neither empty nor an archive.");
        var target = new ArchiveTarget(archive, time);
        try
        {
            await target.ContinueAsync(source, cancel);
            return target;
        }
        catch
        {
            await target.DisposeAsync();
            throw;
        }
    }

    // The import moves them.
    public bool KeepsAddresses => true;

    public Task<string> ExperimentAsync(Experiment experiment, CancellationToken cancel)
    {
        _ = _archive.Runs(experiment.ExperimentId);
        _experiments[experiment.ExperimentId] = experiment;
        return Task.FromResult(experiment.ExperimentId);
    }

    public Task<IReadOnlyList<ImportState>> RunStatesAsync(IReadOnlyList<string> runIds, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<ImportState>>([.. runIds.Select(id => StateOf(_runs.ContainsKey(id)))]);

    public Task<IReadOnlyList<ImportState>> ModelStatesAsync(IReadOnlyList<string> modelIds, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<ImportState>>([.. modelIds.Select(id => StateOf(_loggedModels.ContainsKey(id)))]);

    public Task<ICopySlot> OpenAsync(Run run, string experimentId, bool withFiles, CancellationToken cancel) => Task.FromResult<ICopySlot>(
        new ArchiveSlot(_archive.RunFiles(run.Info.RunId), withFiles, _archive.Metrics(run.Info.RunId), async (metrics, files, stop) =>
        {
            var kept = metrics is null ? null : metrics with { Path = _archive.Relative(metrics.Path) };
            await AppendAsync(_archive.Runs(experimentId), new ArchivedRun { Run = run, Metrics = kept, Files = files }, stop);
            _runs[run.Info.RunId] = true;
        }));

    public Task<ICopySlot> OpenAsync(LoggedModel model, string experimentId, bool withFiles, CancellationToken cancel) => Task.FromResult<ICopySlot>(
        new ArchiveSlot(_archive.ModelFiles(model.Info.ModelId), withFiles, null, async (_, files, stop) =>
        {
            await AppendAsync(_archive.LoggedModels(experimentId), new ArchivedModel { Model = model, Files = files }, stop);
            _loggedModels[model.Info.ModelId] = true;
        }));

    public Task RegisteredModelAsync(RegisteredModel model, CancellationToken cancel)
    {
        _models[model.Name] = model with { LatestVersions = [] };
        return Task.CompletedTask;
    }

    public Task VersionAsync(ModelVersion version, CancellationToken cancel)
    {
        _versions[(version.Name, version.Version)] = version;
        return Task.CompletedTask;
    }

    public Task<string?> FindRunRootAsync(string runId, CancellationToken cancel) => Task.FromResult<string?>(null);

    public Task<string?> FindModelRootAsync(string modelId, CancellationToken cancel) => Task.FromResult<string?>(null);

    public async Task FinishAsync(CopySummary summary, CancellationToken cancel)
    {
        await JsonLines.WriteAsync(_archive.Experiments, _experiments.Values, cancel);
        await JsonLines.WriteAsync(_archive.RegisteredModels, _models.Values, cancel);
        await JsonLines.WriteAsync(_archive.ModelVersions, _versions.Values, cancel);
        var indexes = new List<ArchivedFile>();
        foreach (var index in _archive.Indexes())
            indexes.Add(await Archive.HashAsync(index, _archive.Relative(index), cancel));
        var manifest = new ArchiveManifest
        {
            Format = Archive.Format,
            Version = Archive.FormatVersion,
            Source = _source,
            CreatedAt = _time.GetUtcNow(),
            Indexes = indexes,
            Export = summary,
        };
        await JsonLines.WriteAsync(_archive.Manifest, [manifest], cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _lock.DisposeAsync();
        _appending.Dispose();
    }

    private async Task ContinueAsync(string source, CancellationToken cancel)
    {
        _source = source;
        var mark = Mark(_archive);
        if (File.Exists(mark) && await File.ReadAllTextAsync(mark, cancel) is var theirs && theirs != source)
            throw new UsageException($"{_archive.Root} is an archive of {theirs}, not of {source}.");
        await File.WriteAllTextAsync(mark, source, cancel);

        // Until this export is through, the archive is not whole.
        File.Delete(_archive.Manifest);
        foreach (var index in _archive.Indexes())
            JsonLines.Mend(index);
        await foreach (var experiment in JsonLines.ReadAsync<Experiment>(_archive.Experiments, cancel))
            _experiments[experiment.ExperimentId] = experiment;
        await foreach (var model in JsonLines.ReadAsync<RegisteredModel>(_archive.RegisteredModels, cancel))
            _models[model.Name] = model;
        await foreach (var version in JsonLines.ReadAsync<ModelVersion>(_archive.ModelVersions, cancel))
            _versions[(version.Name, version.Version)] = version;
        foreach (var index in _archive.Indexes())
        {
            var folder = Path.GetFileName(Path.GetDirectoryName(index));
            if (folder is "runs")
                await foreach (var run in JsonLines.ReadAsync<ArchivedRun>(index, cancel))
                    _runs[run.Run.Info.RunId] = true;
            else if (folder is "logged-models")
                await foreach (var model in JsonLines.ReadAsync<ArchivedModel>(index, cancel))
                    _loggedModels[model.Model.Info.ModelId] = true;
        }
    }

    private async Task AppendAsync<T>(string path, T line, CancellationToken cancel)
    {
        await _appending.WaitAsync(cancel);
        try
        {
            await JsonLines.AppendAsync(path, line, cancel);
        }
        finally
        {
            _appending.Release();
        }
    }

    private static string Mark(Archive archive) => Path.Combine(archive.Root, "source.txt");

    private static ImportState StateOf(bool there) => there ? ImportState.Complete : ImportState.Absent;
}
