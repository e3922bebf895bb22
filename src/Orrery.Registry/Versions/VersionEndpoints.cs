using Microsoft.AspNetCore.Routing;
using Orrery.Kernel;
using Orrery.Tracking;

namespace Orrery.Registry;

/// <summary>MLflow's model-versions/*, and what registered-models/* says of versions: aliases and latest versions.</summary>
internal sealed class VersionEndpoints(ModelVersions versions, ModelRules rules)
{
    private const long MaxPage = 200_000;

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapMlflow("POST", "model-versions/create", Permissions.Write, CreateAsync);
        app.MapMlflow("PATCH", "model-versions/update", Permissions.Write, UpdateAsync, rules.ByName);
        app.MapMlflow("POST", "model-versions/transition-stage", Permissions.Promote, TransitionAsync, rules.ByName);
        app.MapMlflow("DELETE", "model-versions/delete", Permissions.Write, DeleteAsync, rules.ByName);
        app.MapMlflow("GET", "model-versions/get", Permissions.Read, GetAsync, rules.ByName);
        app.MapMlflow("GET", "model-versions/search", Permissions.Read, SearchAsync, ModelRules.Search);
        app.MapMlflow("GET", "model-versions/get-download-uri", Permissions.Read, DownloadUriAsync, rules.ByName);
        app.MapMlflow("POST", "model-versions/set-tag", Permissions.Write, SetTagAsync, rules.ByName);
        app.MapMlflow("DELETE", "model-versions/delete-tag", Permissions.Write, RemoveTagAsync, rules.ByName);
        app.MapMlflow("GET,POST", "registered-models/get-latest-versions", Permissions.Read, LatestAsync, rules.ByName);
        app.MapMlflow("POST", "registered-models/alias", Permissions.Promote, SetAliasAsync, rules.ByName);
        app.MapMlflow("GET", "registered-models/alias", Permissions.Read, GetByAliasAsync, rules.ByName);
        app.MapMlflow("DELETE", "registered-models/alias", Permissions.Promote, RemoveAliasAsync, rules.ByName);
    }

    private async ValueTask<Failure?> CreateAsync(MlflowCall call)
    {
        var fields = call.Fields;
        var name = fields.Required("name");
        var made = new NewVersion(fields.Required("source"))
        {
            RunId = fields.Text("run_id"),
            Tags = fields.Pairs("tags"),
            RunLink = fields.Text("run_link"),
            Description = fields.Text("description"),
            LoggedModelId = fields.Text("model_id"),
        };
        return fields.Failure ?? Answer(call, await versions.CreateAsync(call.Actor, name, made, call.Cancel));
    }

    private async ValueTask<Failure?> UpdateAsync(MlflowCall call)
    {
        var (name, version) = Key(call);
        var description = call.Fields.Text("description");
        return call.Fields.Failure ?? Answer(call, await versions.DescribeAsync(call.Actor, name, version, description, call.Cancel));
    }

    private async ValueTask<Failure?> TransitionAsync(MlflowCall call)
    {
        var (name, version) = Key(call);
        var stage = call.Fields.Required("stage");
        var archive = call.Fields.Bool("archive_existing_versions") ?? false;
        return call.Fields.Failure ?? Answer(call, await versions.MoveAsync(call.Actor, name, version, stage, archive, call.Cancel));
    }

    private async ValueTask<Failure?> DeleteAsync(MlflowCall call)
    {
        var (name, version) = Key(call);
        return call.Fields.Failure ?? (await versions.DeleteAsync(call.Actor, name, version, call.Cancel)).Failure;
    }

    private async ValueTask<Failure?> GetAsync(MlflowCall call)
    {
        var (name, version) = Key(call);
        return call.Fields.Failure ?? Answer(call, await versions.GetAsync(call.Actor, name, version, call.Cancel));
    }

    private async ValueTask<Failure?> DownloadUriAsync(MlflowCall call)
    {
        var (name, version) = Key(call);
        if (call.Fields.Failure is { } wrong)
            return wrong;
        if ((await versions.GetAsync(call.Actor, name, version, call.Cancel)).Failed(out var failure, out var found))
            return failure;
        call.Json.WriteString("artifact_uri"u8, found.StorageUri);
        return null;
    }

    private async ValueTask<Failure?> SearchAsync(MlflowCall call)
    {
        if (RegistrySearch.Read(call.Fields, SearchGrammar.ModelVersions, MaxPage, MaxPage).Failed(out var wrong, out var search))
            return wrong;
        if ((await versions.SearchAsync(call.Actor, search, call.Cancel)).Failed(out var failure, out var page))
            return failure;
        call.Json.WriteVersions("model_versions"u8, page.Items);
        call.Json.WriteOptional("next_page_token"u8, page.NextToken);
        return null;
    }

    private async ValueTask<Failure?> SetTagAsync(MlflowCall call)
    {
        var (name, version) = Key(call);
        var tag = new Pair(call.Fields.Required("key"), call.Fields.Text("value") ?? "");
        return call.Fields.Failure ?? (await versions.SetTagAsync(call.Actor, name, version, tag, call.Cancel)).Failure;
    }

    private async ValueTask<Failure?> RemoveTagAsync(MlflowCall call)
    {
        var (name, version) = Key(call);
        var key = call.Fields.Required("key");
        return call.Fields.Failure ?? (await versions.RemoveTagAsync(call.Actor, name, version, key, call.Cancel)).Failure;
    }

    private async ValueTask<Failure?> LatestAsync(MlflowCall call)
    {
        var name = call.Fields.Required("name");
        var stages = call.Fields.Texts("stages");
        if (call.Fields.Failure is { } wrong)
            return wrong;
        if ((await versions.LatestAsync(call.Actor, name, stages, call.Cancel)).Failed(out var failure, out var latest))
            return failure;
        call.Json.WriteVersions("model_versions"u8, latest);
        return null;
    }

    private async ValueTask<Failure?> SetAliasAsync(MlflowCall call)
    {
        var (name, version) = Key(call);
        var alias = call.Fields.Required("alias");
        return call.Fields.Failure ?? (await versions.SetAliasAsync(call.Actor, name, alias, version, call.Cancel)).Failure;
    }

    private async ValueTask<Failure?> GetByAliasAsync(MlflowCall call)
    {
        var name = call.Fields.Required("name");
        var alias = call.Fields.Required("alias");
        return call.Fields.Failure ?? Answer(call, await versions.GetByAliasAsync(call.Actor, name, alias, call.Cancel));
    }

    private async ValueTask<Failure?> RemoveAliasAsync(MlflowCall call)
    {
        var name = call.Fields.Required("name");
        var alias = call.Fields.Required("alias");
        return call.Fields.Failure ?? (await versions.RemoveAliasAsync(call.Actor, name, alias, call.Cancel)).Failure;
    }

    private static (string Name, string Version) Key(MlflowCall call) => (call.Fields.Required("name"), call.Fields.RequiredId("version"));

    private static Failure? Answer(MlflowCall call, Result<ModelVersion> result)
    {
        if (result.Failed(out var failure, out var version))
            return failure;
        call.Json.WritePropertyName("model_version"u8);
        call.Json.Write(version);
        return null;
    }
}
