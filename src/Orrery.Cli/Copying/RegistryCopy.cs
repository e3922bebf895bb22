using Orrery.Client;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>Copies registered models with their versions, numbers and aliases.</summary>
internal sealed class RegistryCopy(ICopySource source, ICopyTarget target, CopyTally tally)
{
    // Versions that were made from versions, perhaps of a model that comes later.
    private readonly List<ModelVersion> _copies = [];

    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            await foreach (var model in source.RegisteredModelsAsync(cancel))
                await ModelAsync(model, cancel);
            foreach (var version in _copies.OrderBy(static v => v.CreationTimestamp))
                await VersionAsync(version, cancel);
        }
        catch (Exception failed) when (CopyTally.IsOfOneObject(failed))
        {
            // A server may have no registry at all.
            tally.Fail("registered_model", "*", failed);
        }
    }

    private async Task ModelAsync(RegisteredModel model, CancellationToken cancel)
    {
        try
        {
            await target.RegisteredModelAsync(model, cancel);
            tally.Add(Counted.RegisteredModels);
            await foreach (var version in source.VersionsAsync(model, cancel))
            {
                if (version.Source?.StartsWith("models:/", StringComparison.Ordinal) is true)
                    _copies.Add(version);
                else
                    await VersionAsync(version, cancel);
            }
        }
        catch (Exception failed) when (CopyTally.IsOfOneObject(failed))
        {
            tally.Fail("registered_model", model.Name, failed);
        }
    }

    private async Task VersionAsync(ModelVersion version, CancellationToken cancel)
    {
        try
        {
            await SendAsync(version, cancel);
            tally.Add(Counted.ModelVersions);
            tally.Add(Counted.Aliases, version.Aliases.Count);
        }
        catch (Exception failed) when (CopyTally.IsOfOneObject(failed))
        {
            tally.Fail("model_version", $"{version.Name}/{version.Version}", failed);
        }
    }

    private async Task SendAsync(ModelVersion version, CancellationToken cancel)
    {
        try
        {
            await target.VersionAsync(version with { Source = await RebaseAsync(version, cancel) }, cancel);
        }
        catch (OrreryApiException unresolved) when (unresolved.ErrorCode == "registry.source_not_found")
        {
            // The version it was made from is no more; its files may be.
            if (await source.FindVersionRootAsync(version, cancel) is not { Length: > 0 } root || root == version.Source)
                throw;
            tally.Note("A version was made from another that the source has no more: it now names its files.");
            await target.VersionAsync(version with { Source = await RebaseAsync(version with { Source = root }, cancel) }, cancel);
        }
    }

    // The files of a version lie below its run or its logged model, whose roots have moved.
    private async Task<string?> RebaseAsync(ModelVersion version, CancellationToken cancel)
    {
        if (version.Source is not { Length: > 0 } from || target.KeepsAddresses)
            return version.Source;
        if (version.RunId is { Length: > 0 } runId
            && Below(from, await source.FindRunRootAsync(runId, cancel)) is { } inRun)
            return Root(await target.FindRunRootAsync(runId, cancel), $"run {runId}") + inRun;
        if (version.ModelId is { Length: > 0 } modelId
            && Below(from, await source.FindModelRootAsync(modelId, cancel)) is { } inModel)
            return Root(await target.FindModelRootAsync(modelId, cancel), $"logged model {modelId}") + inModel;
        if (ArtifactApi.IsServed(from))
            tally.Note("The files of a version belong to a run that the source has no more, and were not copied.");
        return from;
    }

    private static string? Below(string from, string? root)
    {
        if (root?.TrimEnd('/') is not { Length: > 0 } bare)
            return null;
        return from == bare || from.StartsWith(bare + "/", StringComparison.Ordinal) ? from[bare.Length..] : null;
    }

    // Without its files a version would be a promise that cannot be kept; the next copy tries again.
    private static string Root(string? root, string owner) =>
        root?.TrimEnd('/') ?? throw new InvalidDataException($"Its files belong to {owner}, which is not there.");
}
