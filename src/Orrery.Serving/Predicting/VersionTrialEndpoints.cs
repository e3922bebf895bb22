using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Tenancy;

namespace Orrery.Serving;

/// <summary><c>/api/v1/models/{model}/versions/{version}/predict</c>.</summary>
internal static class VersionTrialEndpoints
{
    private static readonly TimeSpan LongestBody = TimeSpan.FromMinutes(2);

    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/api/v1/models/{model}/versions/{version}/predict", PredictAsync)
        .RequirePermission(Permissions.Predict).WithTags("Serving").WithName("PredictVersion")
        .WithSummary("Asks a version that need not be deployed, by the V1 protocol: the server loads it for this.")
        .Accepts<string>("application/json").Produces<string>(StatusCodes.Status200OK, "application/json").Produces<Problem>(StatusCodes.Status400BadRequest, "application/problem+json")
        .Produces<Problem>(StatusCodes.Status404NotFound, "application/problem+json").Produces<Problem>(StatusCodes.Status409Conflict, "application/problem+json");

    private static async Task<IResult> PredictAsync(
        string model, string version, string? output, HttpContext context, VersionTrial trial, ServingOptions options, CancellationToken cancel)
    {
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
