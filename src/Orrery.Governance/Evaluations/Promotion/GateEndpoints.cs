using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Registry;
using Orrery.Tenancy;

namespace Orrery.Governance;

/// <summary><c>/api/v1/models/{model}/evaluation-gates</c> and <c>/api/v1/models/{model}/versions/{version}/evaluation-gates</c>.</summary>
internal static class GateEndpoints
{
    private const string Of = "/api/v1/models/{model}/evaluation-gates";

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(Of, GetAsync).RequirePermission(Permissions.Read, Permissions.ModelKind).WithTags("Governance").WithName("GetEvaluationGates")
            .WithSummary("What evaluations must show before a version of the model goes to production.");
        app.MapPut(Of, SetAsync).RequirePermission(Permissions.Accept).WithTags("Governance").WithName("SetEvaluationGates")
            .WithSummary("Says what evaluations must show before a version of the model goes to production.");
        app.MapGet("/api/v1/models/{model}/versions/{version}/evaluation-gates", CheckAsync).RequirePermission(Permissions.Read, Permissions.ModelKind).WithTags("Governance")
            .WithName("CheckEvaluationGates").WithSummary("Whether a version's evaluations show what its model needs before production.");
    }

    private static async Task<Answer<EvaluationGates>> GetAsync(string model, HttpContext context, PromotionGates gates, CancellationToken cancel) =>
        await gates.GetAsync(context.Actor(), Name(model), cancel);

    private static async Task<Answer<EvaluationGates>> SetAsync(string model, EvaluationGates body, HttpContext context, PromotionGates gates, CancellationToken cancel) =>
        await gates.SetAsync(context.Actor(), Name(model), body, cancel);

    private static async Task<Answer<EvaluationGateCheck>> CheckAsync(string model, string version, HttpContext context, PromotionGates gates, ModelVersions versions, CancellationToken cancel)
    {
        var actor = context.Actor();
        if ((await versions.GetAsync(actor, Name(model), version, cancel)).Failed(out var unknown, out var found))
            return unknown;
        // Who has rights on some models only.
        return actor.Limits is { } limits && !limits.Ids.Contains(found.ModelId) ? RegisteredModels.NotFound(model) : await gates.CheckAsync(actor, found, cancel);
    }

    // Routing leaves an encoded slash encoded; a model's name may have one.
    private static string Name(string model) => model.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
}
