using Microsoft.AspNetCore.Routing;
using Orrery.Kernel;
using Orrery.Tracking;

namespace Orrery.Registry;

/// <summary>MLflow's registered-models/*, without aliases and latest versions.</summary>
internal sealed class ModelEndpoints(RegisteredModels models, ModelRules rules)
{
    private const long DefaultPage = 100;
    private const long MaxPage = 1000;

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapMlflow("POST", "registered-models/create", Permissions.Write, CreateAsync);
        app.MapMlflow("POST", "registered-models/rename", Permissions.Write, RenameAsync, rules.ByName);
        app.MapMlflow("PATCH", "registered-models/update", Permissions.Write, UpdateAsync, rules.ByName);
        app.MapMlflow("DELETE", "registered-models/delete", Permissions.Write, DeleteAsync, rules.ByName);
        app.MapMlflow("GET", "registered-models/get", Permissions.Read, GetAsync, rules.ByName);
        app.MapMlflow("GET", "registered-models/search", Permissions.Read, SearchAsync, ModelRules.Search);
        app.MapMlflow("POST", "registered-models/set-tag", Permissions.Write, SetTagAsync, rules.ByName);
        app.MapMlflow("DELETE", "registered-models/delete-tag", Permissions.Write, RemoveTagAsync, rules.ByName);
    }

    private async ValueTask<Failure?> CreateAsync(MlflowCall call)
    {
        var name = call.Fields.Required("name");
        var description = call.Fields.Text("description");
        var tags = call.Fields.Pairs("tags");
        return call.Fields.Failure ?? Answer(call, await models.CreateAsync(call.Actor, name, description, tags, call.Cancel));
    }

    private async ValueTask<Failure?> RenameAsync(MlflowCall call)
    {
        var name = call.Fields.Required("name");
        var newName = call.Fields.Required("new_name");
        return call.Fields.Failure ?? Answer(call, await models.RenameAsync(call.Actor, name, newName, call.Cancel));
    }

    private async ValueTask<Failure?> UpdateAsync(MlflowCall call)
    {
        var name = call.Fields.Required("name");
        var description = call.Fields.Text("description");
        return call.Fields.Failure ?? Answer(call, await models.DescribeAsync(call.Actor, name, description, call.Cancel));
    }

    private async ValueTask<Failure?> DeleteAsync(MlflowCall call)
    {
        var name = call.Fields.Required("name");
        return call.Fields.Failure ?? (await models.DeleteAsync(call.Actor, name, call.Cancel)).Failure;
    }

    private async ValueTask<Failure?> GetAsync(MlflowCall call)
    {
        var name = call.Fields.Required("name");
        return call.Fields.Failure ?? Answer(call, await models.GetAsync(call.Actor, name, call.Cancel));
    }

    private async ValueTask<Failure?> SearchAsync(MlflowCall call)
    {
        if (RegistrySearch.Read(call.Fields, SearchGrammar.RegisteredModels, DefaultPage, MaxPage).Failed(out var wrong, out var search))
            return wrong;
        if ((await models.SearchAsync(call.Actor, search, call.Cancel)).Failed(out var failure, out var page))
            return failure;
        if (page.Items.Count > 0)
        {
            call.Json.WriteStartArray("registered_models"u8);
            foreach (var model in page.Items)
                call.Json.Write(model);
            call.Json.WriteEndArray();
        }

        call.Json.WriteOptional("next_page_token"u8, page.NextToken);
        return null;
    }

    private async ValueTask<Failure?> SetTagAsync(MlflowCall call)
    {
        var name = call.Fields.Required("name");
        var tag = new Pair(call.Fields.Required("key"), call.Fields.Text("value") ?? "");
        return call.Fields.Failure ?? (await models.SetTagAsync(call.Actor, name, tag, call.Cancel)).Failure;
    }

    private async ValueTask<Failure?> RemoveTagAsync(MlflowCall call)
    {
        var name = call.Fields.Required("name");
        var key = call.Fields.Required("key");
        return call.Fields.Failure ?? (await models.RemoveTagAsync(call.Actor, name, key, call.Cancel)).Failure;
    }

    private static Failure? Answer(MlflowCall call, Result<RegisteredModel> result)
    {
        if (result.Failed(out var failure, out var model))
            return failure;
        call.Json.WritePropertyName("registered_model"u8);
        call.Json.Write(model);
        return null;
    }
}
