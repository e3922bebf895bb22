using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Registry;
using Orrery.Tenancy;

namespace Orrery.Serving;

/// <summary>
/// <c>/api/v1/models/{model}/versions/{version}/predict</c>. No approval is asked for, since nobody's traffic comes this way: it is for those who judge versions, and not for who may ask
/// what is deployed.
/// </summary>
internal static class VersionTrialEndpoints
{
    private static readonly TimeSpan LongestBody = TimeSpan.FromMinutes(2);

    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/api/v1/models/{model}/versions/{version}/predict", PredictAsync)
        .RequirePermission(Permissions.Try, Permissions.ModelKind).WithTags("Serving").WithName("PredictVersion")
        .WithSummary("Asks a version that need not be deployed, by the V1 protocol: the server loads it for this.")
        .Accepts<string>("application/json").Produces<string>(StatusCodes.Status200OK, "application/json").Produces<Problem>(StatusCodes.Status400BadRequest, "application/problem+json")
        .Produces<Problem>(StatusCodes.Status404NotFound, "application/problem+json").Produces<Problem>(StatusCodes.Status409Conflict, "application/problem+json");

    private static async Task<IResult> PredictAsync(
        string model, string version, string? output, HttpContext context, RegisteredModels models, VersionTrial trial, ServingOptions options, CancellationToken cancel)
    {
        if ((await models.FindAsync(context.Actor(), model, cancel)).Failed(out var missing, out var found))
            return Refuse(missing);
        // Who has rights on some models only.
        if (context.Actor().Limits is { } limits && !limits.Ids.Contains(found.Id))
            return Refuse(RegisteredModels.NotFound(model));
        using var prediction = new Prediction();
        prediction.Begin(LongestBody, cancel);
        if (!await prediction.ReadAsync(context.Request, options.MaxBodyMb << 20))
            return Refuse(Failure.Invalid("serving.too_large", $"The body has more than {options.MaxBodyMb} MiB; send it in parts."));
        return (await trial.AnswerAsync(context.Actor(), model, version, prediction, output, cancel)).Failed(out var refused, out _)
            ? Refuse(refused)
            : Results.Bytes(prediction.Answer.WrittenSpan.ToArray(), "application/json");
    }

    private static Answer Refuse(Result<Done> refused) => refused;
}
