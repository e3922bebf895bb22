using System.Globalization;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tracking;

namespace Orrery.Registry;

/// <summary>What a source stands for.</summary>
/// <param name="StorageUri">Where the files are.</param>
/// <param name="RunId">The run that made them; null when it is not known.</param>
/// <param name="LoggedModelId">The logged model they are; null when they are none.</param>
internal sealed record ResolvedSource(string StorageUri, string? RunId, string? LoggedModelId);

/// <summary>Finds where the files of a version to be registered are.</summary>
internal sealed class VersionSources(Db db, LoggedModels loggedModels)
{
    /// <summary><c>registry.invalid_source</c>, <c>registry.source_not_found</c>.</summary>
    /// <param name="actor">Who registers it.</param>
    /// <param name="made">What is registered.</param>
    /// <param name="prompt">A prompt's source means nothing and is not looked at.</param>
    /// <param name="cancel">Ends with the request.</param>
    public async ValueTask<Result<ResolvedSource>> ResolveAsync(Actor actor, NewVersion made, bool prompt, CancellationToken cancel)
    {
        if (prompt)
            return new ResolvedSource(made.Source, null, null);
        var named = RegisteredModels.NullIfEmpty(made.LoggedModelId);
        if (SourceRules.Check(made.Source, ofLoggedModel: named is not null) is { } wrong)
            return wrong;
        if (SourceRules.SchemeOf(made.Source) == ModelUri.Scheme)
            return await FollowAsync(actor, made.Source, cancel);
        if (named is null || !string.IsNullOrEmpty(made.RunId))
            return new ResolvedSource(made.Source, null, null);
        if ((await loggedModels.GetAsync(actor, named, cancel)).Failed(out var missing, out var model))
            return missing;
        return new ResolvedSource(made.Source, model.SourceRunId, model.ModelId);
    }

    private async ValueTask<Result<ResolvedSource>> FollowAsync(Actor actor, string source, CancellationToken cancel)
    {
        if (ModelUri.Parse(source) is not { } uri)
        {
            return Unable(source, $"Not a proper models:/ URI: {RegistryText.Clip(source)}. Models URIs must be of the form 'models:/name/suffix' or "
                + "'models:/name@alias' where suffix is a version, stage, or the string 'latest' and where alias is a registered model alias.");
        }

        if (uri.LoggedModelId is { } id)
        {
            return (await loggedModels.GetAsync(actor, id, cancel)).Failed(out var missing, out var model)
                ? Failure.NotFound("registry.source_not_found", Unable(source, missing.Message).Message)
                : new ResolvedSource(model.ArtifactUri, model.SourceRunId, model.ModelId);
        }

        var found = await db.ReadAsync(session => FindAsync(session, actor, uri), cancel);
        return found is null
            ? Failure.NotFound("registry.source_not_found", Unable(source, $"{Describe(uri)} not found").Message)
            : new ResolvedSource(found.StorageUri, found.RunId, found.LoggedModelId);
    }

    private static async ValueTask<ModelVersion?> FindAsync(DbSession session, Actor actor, ModelUri uri)
    {
        if (await ModelStore.FindAsync(session, actor.Workspace, uri.Name!) is not { } model)
            return null;
        if (uri.Alias is { } alias)
        {
            if (AliasNames.Check(alias) is not null)
                return null;
            return await AliasStore.FindAsync(session, actor.Workspace, model.Id, alias) is { } aliased
                ? await VersionStore.FindAsync(session, actor.Workspace, model.Name, aliased)
                : null;
        }

        if (long.TryParse(uri.Suffix, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return await VersionStore.FindAsync(session, actor.Workspace, model.Name, number);
        if (AliasNames.IsLatest(uri.Suffix!))
            return await VersionStore.FindNewestAsync(session, actor.Workspace, model.Name);
        if (Stages.Parse(uri.Suffix!).Failed(out _, out var stage))
            return null;
        return (await VersionStore.ListLatestAsync(session, actor.Workspace, [model.Id])).Find(v => v.Stage == stage);
    }

    private static string Describe(ModelUri uri) => uri.Alias is { } alias
        ? $"Registered model alias {RegistryText.Clip(alias)} of {RegistryText.Clip(uri.Name!)}"
        : $"Model Version (name={RegistryText.Clip(uri.Name!)}, version={RegistryText.Clip(uri.Suffix!)})";

    private static Failure Unable(string source, string why) => Failure.Invalid("registry.invalid_source",
        $"Unable to fetch model from model URI source artifact location '{RegistryText.Clip(source)}'.Error: {why}");
}
