using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Orrery.Kernel;

namespace Orrery.Tracking;

/// <summary>MLflow's scorers/*: of version 3.0 of its API since 3.4, of version 2.0 in 3.3.</summary>
internal sealed class ScorerEndpoints(Scorers scorers)
{
    private static readonly string[] Roots =
        ["/api/3.0/mlflow/scorers/", "/ajax-api/3.0/mlflow/scorers/", "/api/2.0/mlflow/scorers/", "/ajax-api/2.0/mlflow/scorers/"];

    public void Map(IEndpointRouteBuilder app)
    {
        foreach (var root in Roots)
        {
            app.MapMlflowAt("POST", root + "register", Permissions.Write, RegisterAsync);
            app.MapMlflowAt("GET", root + "list", Permissions.Read, ListAsync);
            app.MapMlflowAt("GET", root + "versions", Permissions.Read, VersionsAsync);
            app.MapMlflowAt("GET", root + "get", Permissions.Read, GetAsync);
            app.MapMlflowAt("DELETE", root + "delete", Permissions.Write, DeleteAsync);
        }
    }

    private async ValueTask<Failure?> RegisterAsync(MlflowCall call)
    {
        var (experiment, name, serialized) = (call.Fields.RequiredId("experiment_id"), call.Fields.Required("name"), call.Fields.Required("serialized_scorer"));
        if (call.Fields.Failure is { } wrong)
            return wrong;
        if ((await scorers.RegisterAsync(call.Actor, experiment, name, serialized, call.Cancel)).Failed(out var refused, out var scorer))
            return refused;
        call.Json.WriteNumber("version"u8, scorer.Version);
        call.Json.WriteString("scorer_id"u8, scorer.ScorerId);
        call.Json.WriteString("experiment_id"u8, scorer.ExperimentId.ToString(CultureInfo.InvariantCulture));
        call.Json.WriteString("name"u8, scorer.Name);
        call.Json.WriteString("serialized_scorer"u8, scorer.Serialized);
        call.Json.WriteNumber("creation_time"u8, scorer.CreatedAt);
        return null;
    }

    private async ValueTask<Failure?> ListAsync(MlflowCall call)
    {
        var experiment = call.Fields.RequiredId("experiment_id");
        return call.Fields.Failure ?? Answer(call, await scorers.ListAsync(call.Actor, experiment, call.Cancel));
    }

    private async ValueTask<Failure?> VersionsAsync(MlflowCall call)
    {
        var (experiment, name) = (call.Fields.RequiredId("experiment_id"), call.Fields.Required("name"));
        return call.Fields.Failure ?? Answer(call, await scorers.VersionsAsync(call.Actor, experiment, name, call.Cancel));
    }

    private async ValueTask<Failure?> GetAsync(MlflowCall call)
    {
        var (experiment, name, version) = (call.Fields.RequiredId("experiment_id"), call.Fields.Required("name"), call.Fields.Whole("version"));
        if (call.Fields.Failure is { } wrong)
            return wrong;
        if ((await scorers.GetAsync(call.Actor, experiment, name, version, call.Cancel)).Failed(out var refused, out var scorer))
            return refused;
        call.Json.WritePropertyName("scorer"u8);
        Write(call.Json, scorer);
        return null;
    }

    private async ValueTask<Failure?> DeleteAsync(MlflowCall call)
    {
        var (experiment, name, version) = (call.Fields.RequiredId("experiment_id"), call.Fields.Required("name"), call.Fields.Whole("version"));
        return call.Fields.Failure ?? (await scorers.DeleteAsync(call.Actor, experiment, name, version, call.Cancel)).Failure;
    }

    private static Failure? Answer(MlflowCall call, Result<List<Scorer>> found)
    {
        if (found.Failed(out var refused, out var list))
            return refused;
        if (list.Count == 0)
            return null;
        call.Json.WriteStartArray("scorers"u8);
        foreach (var scorer in list)
            Write(call.Json, scorer);
        call.Json.WriteEndArray();
        return null;
    }

    private static void Write(Utf8JsonWriter json, Scorer scorer)
    {
        json.WriteStartObject();
        json.WriteNumber("experiment_id"u8, scorer.ExperimentId);
        json.WriteString("scorer_name"u8, scorer.Name);
        json.WriteNumber("scorer_version"u8, scorer.Version);
        json.WriteString("serialized_scorer"u8, scorer.Serialized);
        json.WriteNumber("creation_time"u8, scorer.CreatedAt);
        json.WriteString("scorer_id"u8, scorer.ScorerId);
        json.WriteEndObject();
    }
}
