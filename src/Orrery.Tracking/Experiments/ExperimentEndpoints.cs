using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Orrery.Kernel;

namespace Orrery.Tracking;

/// <summary>MLflow's experiments/*.</summary>
internal sealed class ExperimentEndpoints(Experiments experiments, ExperimentRules rules)
{
    private const long MaxPage = 50_000;
    private static readonly string[] ViewTypes = ["ACTIVE_ONLY", "DELETED_ONLY", "ALL"];

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapMlflow("POST", "experiments/create", Permissions.Write, CreateAsync);
        app.MapMlflow("GET", "experiments/get", Permissions.Read, GetAsync, ExperimentRules.ById);
        app.MapMlflow("GET", "experiments/get-by-name", Permissions.Read, GetByNameAsync, rules.ByName);
        app.MapMlflow("GET,POST", "experiments/search", Permissions.Read, SearchAsync, ExperimentRules.Search);
        app.MapMlflow("POST", "experiments/delete", Permissions.Write, DeleteAsync, ExperimentRules.ById);
        app.MapMlflow("POST", "experiments/restore", Permissions.Write, RestoreAsync, ExperimentRules.ById);
        app.MapMlflow("POST", "experiments/update", Permissions.Write, UpdateAsync, ExperimentRules.ById);
        app.MapMlflow("POST", "experiments/set-experiment-tag", Permissions.Write, SetTagAsync, ExperimentRules.ById);
        app.MapMlflow("POST", "experiments/delete-experiment-tag", Permissions.Write, RemoveTagAsync, ExperimentRules.ById);
    }

    internal static ViewType View(MlflowFields fields, string name) => fields.Enum(name, ViewTypes) switch
    {
        "DELETED_ONLY" => ViewType.DeletedOnly,
        "ALL" => ViewType.All,
        _ => ViewType.ActiveOnly,
    };

    private async ValueTask<Failure?> CreateAsync(MlflowCall call)
    {
        var fields = call.Fields;
        var name = fields.Required("name");
        var location = fields.Text("artifact_location");
        var tags = fields.Pairs("tags");
        if (fields.Failure is { } wrong)
            return wrong;
        var made = await experiments.CreateAsync(call.Actor, name, location, tags, call.Cancel);
        if (made.Failed(out var failure, out var id))
            return failure;
        call.Json.WriteString("experiment_id"u8, id.ToString(CultureInfo.InvariantCulture));
        return null;
    }

    private async ValueTask<Failure?> GetAsync(MlflowCall call)
    {
        var id = call.Fields.RequiredId("experiment_id");
        return call.Fields.Failure ?? Answer(call, await experiments.GetAsync(call.Actor, id, call.Cancel));
    }

    private async ValueTask<Failure?> GetByNameAsync(MlflowCall call)
    {
        var name = call.Fields.Required("experiment_name");
        return call.Fields.Failure ?? Answer(call, await experiments.GetByNameAsync(call.Actor, name, call.Cancel));
    }

    private async ValueTask<Failure?> SearchAsync(MlflowCall call)
    {
        var fields = call.Fields;
        var max = fields.MaxResults(@default: 0, MaxPage);
        var filter = SearchGrammar.Experiments.ParseFilter(fields.Text("filter"));
        var order = SearchGrammar.Experiments.ParseOrder(fields.Texts("order_by"));
        var token = fields.Text("page_token");
        if ((fields.Failure ?? filter.Failure ?? order.Failure) is { } wrong)
            return wrong;
        var search = new ExperimentSearch(filter.Value, order.Value, View(fields, "view_type"), (int)max, string.IsNullOrEmpty(token) ? null : token);
        var found = await experiments.SearchAsync(call.Actor, search, call.Cancel);
        if (found.Failed(out var failure, out var page))
            return failure;
        if (page.Items.Count > 0)
        {
            call.Json.WriteStartArray("experiments"u8);
            foreach (var experiment in page.Items)
                Write(call.Json, experiment);
            call.Json.WriteEndArray();
        }

        if (page.NextToken is { } next)
            call.Json.WriteString("next_page_token"u8, next);
        return null;
    }

    private async ValueTask<Failure?> DeleteAsync(MlflowCall call)
    {
        var id = call.Fields.RequiredId("experiment_id");
        return call.Fields.Failure ?? (await experiments.DeleteAsync(call.Actor, id, call.Cancel)).Failure;
    }

    private async ValueTask<Failure?> RestoreAsync(MlflowCall call)
    {
        var id = call.Fields.RequiredId("experiment_id");
        return call.Fields.Failure ?? (await experiments.RestoreAsync(call.Actor, id, call.Cancel)).Failure;
    }

    private async ValueTask<Failure?> UpdateAsync(MlflowCall call)
    {
        var id = call.Fields.RequiredId("experiment_id");
        var name = call.Fields.Required("new_name");
        return call.Fields.Failure ?? (await experiments.RenameAsync(call.Actor, id, name, call.Cancel)).Failure;
    }

    private async ValueTask<Failure?> SetTagAsync(MlflowCall call)
    {
        var id = call.Fields.RequiredId("experiment_id");
        var tag = new Pair(call.Fields.Required("key"), call.Fields.Text("value") ?? "");
        return call.Fields.Failure ?? (await experiments.SetTagAsync(call.Actor, id, tag, call.Cancel)).Failure;
    }

    private async ValueTask<Failure?> RemoveTagAsync(MlflowCall call)
    {
        var id = call.Fields.RequiredId("experiment_id");
        var key = call.Fields.Required("key");
        return call.Fields.Failure ?? (await experiments.RemoveTagAsync(call.Actor, id, key, call.Cancel)).Failure;
    }

    private static Failure? Answer(MlflowCall call, Result<Experiment> found)
    {
        if (found.Failed(out var failure, out var experiment))
            return failure;
        call.Json.WritePropertyName("experiment"u8);
        Write(call.Json, experiment);
        return null;
    }

    private static void Write(Utf8JsonWriter json, Experiment experiment)
    {
        json.WriteStartObject();
        json.WriteString("experiment_id"u8, experiment.Id.ToString(CultureInfo.InvariantCulture));
        json.WriteString("name"u8, experiment.Name);
        json.WriteString("artifact_location"u8, experiment.ArtifactLocation);
        json.WriteString("lifecycle_stage"u8, experiment.Stage);
        json.WriteNumber("last_update_time"u8, experiment.UpdatedAt);
        json.WriteNumber("creation_time"u8, experiment.CreatedAt);
        json.WritePairs("tags"u8, experiment.Tags);
        json.WriteEndObject();
    }
}
