using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Tenancy;

namespace Orrery.Serving;

/// <summary><c>/api/v1/batch-predictions</c>. Input and output may hold anything, so that asking and downloading need the right to restricted rows, too.</summary>
internal static class BatchEndpoints
{
    private const string KeyHeader = "Idempotency-Key";

    public static void Map(IEndpointRouteBuilder app)
    {
        var all = app.MapGroup("/api/v1/batch-predictions").WithTags("Serving");
        all.MapPost("", CreateAsync).RequirePermission(Permissions.Batch).WithName("CreateBatchPrediction").WithSummary("Has a model predict the rows of files, of a table or of a query.");
        all.MapGet("", ListAsync).RequirePermission(Permissions.Read).WithName("ListBatchPredictions").WithSummary("Batch predictions, newest first.");
        var one = all.MapGroup("{id}");
        one.MapGet("", GetAsync).RequirePermission(Permissions.Read).WithName("GetBatchPrediction").WithSummary("A batch prediction, and how far it is.");
        one.MapDelete("", DeleteAsync).RequirePermission(Permissions.Batch).WithName("DeleteBatchPrediction").WithSummary("Deletes a batch prediction that has ended, with its output.");
        one.MapPost("cancel", CancelAsync).RequirePermission(Permissions.Batch).WithName("CancelBatchPrediction").WithSummary("Ends a batch prediction.");
        one.MapPost("retry", RetryAsync).RequirePermission(Permissions.Batch).WithName("RetryBatchPrediction").WithSummary("Goes on with a batch prediction that failed; what is done stays done.");
        one.MapGet("partitions", PartitionsAsync).RequirePermission(Permissions.Read).WithName("ListBatchPartitions").WithSummary("Partitions of a batch prediction, by number.");
        one.MapGet("files", FilesAsync).RequirePermission(Permissions.Read).WithName("ListBatchFiles").WithSummary("Files of a batch prediction's output, in the rows' order.");
        one.MapGet("files/{name}", DownloadAsync).RequirePermission(Permissions.Batch).WithName("DownloadBatchFile").WithSummary("A file of a batch prediction's output, which may hold rows of its input.")
            .Produces<byte[]>(StatusCodes.Status200OK, "application/octet-stream").Produces<Problem>(StatusCodes.Status404NotFound, "application/problem+json");
    }

    private static async Task<Answer<BatchPrediction>> CreateAsync(BatchPredictionSpec body, HttpContext context, BatchPredictions batches, FurtherRights further, CancellationToken cancel)
    {
        if (await RefusalAsync(context, further, cancel) is { } refused)
            return refused;
        var key = context.Request.Headers.TryGetValue(KeyHeader, out var given) ? given.ToString() : null;
        var made = await batches.CreateAsync(context.Actor(), body, key, cancel);
        if (made.Succeeded)
            context.Response.Headers.Location = $"{context.Request.PathBase}/api/v1/batch-predictions/{made.Value.Id}";
        return Answer.Accepted(made);
    }

    private static async Task<Answer<BatchPredictionPage>> ListAsync(
        string? state, string? model, int? limit, string? page_token, HttpContext context, BatchPredictions batches, CancellationToken cancel) =>
        await batches.ListAsync(context.Actor(), state, model, limit, page_token, cancel);

    private static async Task<Answer<BatchPrediction>> GetAsync(string id, HttpContext context, BatchPredictions batches, CancellationToken cancel) =>
        await batches.GetAsync(context.Actor(), id, cancel);

    private static async Task<Answer> DeleteAsync(string id, HttpContext context, BatchPredictions batches, CancellationToken cancel) =>
        await batches.DeleteAsync(context.Actor(), id, cancel);

    private static async Task<Answer<BatchPrediction>> CancelAsync(string id, HttpContext context, BatchPredictions batches, CancellationToken cancel) =>
        await batches.CancelAsync(context.Actor(), id, cancel);

    private static async Task<Answer<BatchPrediction>> RetryAsync(string id, HttpContext context, BatchPredictions batches, FurtherRights further, CancellationToken cancel) =>
        await RefusalAsync(context, further, cancel) is { } refused ? refused : await batches.RetryAsync(context.Actor(), id, cancel);

    private static async Task<Answer<BatchPartitionPage>> PartitionsAsync(
        string id, string? state, int? limit, string? page_token, HttpContext context, BatchPredictions batches, CancellationToken cancel) =>
        await batches.PartitionsAsync(context.Actor(), id, state, limit, page_token, cancel);

    private static async Task<Answer<BatchFilePage>> FilesAsync(string id, int? limit, string? page_token, HttpContext context, BatchPredictions batches, CancellationToken cancel) =>
        await batches.FilesAsync(context.Actor(), id, limit, page_token, cancel);

    private static async Task<IResult> DownloadAsync(string id, string name, HttpContext context, BatchPredictions batches, FurtherRights further, CancellationToken cancel)
    {
        if (await RefusalAsync(context, further, cancel) is { } refused)
            return (Answer<BatchFile>)refused;
        if ((await batches.OpenAsync(context.Actor(), id, name, cancel)).Failed(out var missing, out var found))
            return (Answer<BatchFile>)missing;
        context.Response.Headers[OrreryHeaders.Sha256] = found.File.Sha256;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.ContentLength = found.File.Size;
        context.Response.RegisterForDisposeAsync(found.Content);
        return Results.Stream(found.Content.Stream, ContentType(name), found.File.Name);
    }

    private static string ContentType(string name) => Path.GetExtension(name) switch
    {
        ".parquet" => "application/vnd.apache.parquet",
        ".csv" => "text/csv; charset=utf-8",
        _ => "application/x-ndjson",
    };

    // As downloading a file of the workspace does.
    private static async ValueTask<Failure?> RefusalAsync(HttpContext context, FurtherRights further, CancellationToken cancel) =>
        await further.OfAsync(context, Permissions.Restricted, Permissions.ViewKind, cancel) is (true, null)
            ? null
            : new Failure(FailureKind.Denied, "serving.batch_restricted", $"Batch predictions read and give rows that may hold anything: they need the permission {Permissions.Restricted} in the whole workspace, too.");
}
