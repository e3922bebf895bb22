using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Native;
using Orrery.Storage;
using Orrery.Tenancy;
using Job = Orrery.Storage.Job;
using JobState = Orrery.Storage.JobState;

namespace Orrery.Features;

/// <summary>Historical features over HTTP, and Feast's way of asking for them.</summary>
internal sealed class HistoricalEndpoints(Historical historical, HistoricalReading reading, HistoricalRights rights, Projects projects, FeatureUsage usage, Jobs jobs, IBlobs blobs, FeatureOptions options)
{
    private const string Path = "/api/v1/features/projects/{project}/historical";
    private const string DefaultProject = "default";

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapPost(Path, PostAsync).WithName("GetHistoricalFeatures").WithTags("Features").RequirePermission(Permissions.Query, Permissions.ViewKind)
            .WithSummary("Features as they were at each entity row's time: JSON, CSV or Parquet; a job when there are many rows or the caller prefers it.")
            .Writes<HistoricalRows>().WritesBytes(ResultWriter.ContentType(OutputFormat.Csv), ResultWriter.ContentType(OutputFormat.Parquet)).Writes<HistoricalJobStatus>(StatusCodes.Status202Accepted);
        app.MapGet(Path + "/{job}", GetAsync).WithName("GetHistoricalJob").WithTags("Features").RequirePermission(Permissions.Query, Permissions.ViewKind)
            .WithSummary("How far a historical request is that runs as a job.").Writes<HistoricalJobStatus>();
        app.MapGet(Path + "/{job}/result", ResultAsync).WithName("GetHistoricalResult").WithTags("Features").RequirePermission(Permissions.Query, Permissions.ViewKind)
            .WithSummary("What a historical request that ran as a job gave.")
            .Writes<HistoricalRows>().WritesBytes(ResultWriter.ContentType(OutputFormat.Csv), ResultWriter.ContentType(OutputFormat.Parquet));
        app.MapPost("/get-historical-features", PostAsync).WithName("GetHistoricalFeaturesAsFeast").WithTags("Feast").RequirePermission(Permissions.Query, Permissions.ViewKind)
            .WithSummary("The same beside Feast's API; 'project' stands in the body.")
            .Writes<HistoricalRows>().WritesBytes(ResultWriter.ContentType(OutputFormat.Csv), ResultWriter.ContentType(OutputFormat.Parquet)).Writes<HistoricalJobStatus>(StatusCodes.Status202Accepted);
    }

    private async Task PostAsync(HttpContext context)
    {
        var (actor, cancel) = (context.Actor(), context.RequestAborted);
        if ((await reading.ReadAsync(context, actor.Workspace, knownAt: false)).Failed(out var wrong, out var call))
        {
            await RefuseAsync(context, wrong);
            return;
        }

        using (call)
        {
            var name = (string?)context.Request.RouteValues["project"] ?? call.Project ?? context.Request.Query["project"].FirstOrDefault() ?? DefaultProject;
            if ((await projects.FindAsync(actor, name, cancel)).Failed(out wrong, out var project)
                || call.Request.Select(project).Failed(out wrong, out var selection)
                || (wrong = await rights.CheckAsync(context, actor, selection, cancel)) is not null)
            {
                await RefuseAsync(context, wrong);
                return;
            }

            if (Prefers(context.Request))
                await EnqueueAsync(context, actor, selection, call);
            else
                await AnswerInTimeAsync(context, actor, selection, call);
        }
    }

    private async Task AnswerInTimeAsync(HttpContext context, Actor actor, FeatureSelection selection, HistoricalCall call)
    {
        using var deadline = new QueryDeadline(options, context.RequestAborted);
        try
        {
            await AnswerAsync(context, actor, selection, call, deadline.Token);
        }
        catch (OperationCanceledException) when (deadline.IsOver && !context.Response.HasStarted)
        {
            await RefuseAsync(context, deadline.Failure);
        }
    }

    private async Task AnswerAsync(HttpContext context, Actor actor, FeatureSelection selection, HistoricalCall call, CancellationToken cancel)
    {
        var joined = await historical.JoinAsync(call, selection, cancel);
        if (joined.Failed(out var failure, out var rows))
        {
            if (failure.Code == Historical.TooMany)
                await EnqueueAsync(context, actor, selection, call);
            else
                await RefuseAsync(context, failure);
            return;
        }

        usage.Count(selection);
        using (rows)
        {
            try
            {
                await SendAsync(context, rows, selection.Project, call.Request, cancel);
            }
            catch (DuckException e) when (!context.Response.HasStarted)
            {
                await RefuseAsync(context, PointInTime.Failed(e));
            }
        }
    }

    private async Task SendAsync(HttpContext context, JoinedRows rows, FeatureProject project, HistoricalRequest request, CancellationToken cancel)
    {
        if (request.Output is OutputFormat.Json)
        {
            rows.Keep(cancel);
            context.Response.ContentType = ResultWriter.ContentType(request.Output);
            await ResultWriter.WriteJsonAsync(rows, request, project, context.Response.Body, context.RequestAborted);
            return;
        }

        if (ResultWriter.ToFile(rows, request.Output, cancel).Failed(out var failure, out var path))
        {
            await RefuseAsync(context, failure);
            return;
        }

        Attach(context.Response, request.Output, new FileInfo(path).Length);
        await context.Response.SendFileAsync(path, context.RequestAborted);
    }

    private async Task EnqueueAsync(HttpContext context, Actor actor, FeatureSelection selection, HistoricalCall call)
    {
        if ((await historical.EnqueueAsync(actor, selection, call, context.RequestAborted)).Failed(out var failure, out var id))
        {
            await RefuseAsync(context, failure);
            return;
        }

        usage.Count(selection);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        context.Response.Headers.Location = $"{context.Request.PathBase}/api/v1/features/projects/{selection.Project.Name}/historical/{id}";
        await Answers.WriteAsync(context, json =>
        {
            json.WriteString("job_id"u8, id.ToString());
            json.WriteString("state"u8, "queued"u8);
        });
    }

    // Beside Feast's own endpoints it refuses as they do.
    private Task RefuseAsync(HttpContext context, Failure failure)
    {
        if (context.Request.RouteValues.ContainsKey("project"))
            return Refusals.WriteAsync(context, failure);
        return FeastMode.Of(context.Request, options.Online).Failed(out var unknown, out var asFeast)
            ? FeastRefusals.WriteAsync(context, unknown, asFeast: false)
            : FeastRefusals.WriteAsync(context, failure, asFeast);
    }

    private async Task GetAsync(HttpContext context)
    {
        if ((await JobAsync(context)).Failed(out var refused, out var job))
        {
            await Refusals.WriteAsync(context, refused);
            return;
        }

        await Answers.WriteAsync(context, json =>
        {
            json.WriteString("job_id"u8, job.Id.ToString());
            json.WriteString("state"u8, job.State.ToString().ToLowerInvariant());
            json.WriteNumber("progress"u8, job.Progress);
            json.WriteString("message"u8, job.Message);
            if (job.Error is { } error)
            {
                json.WriteString("error_code"u8, job.ErrorCode);
                json.WriteString("error"u8, error);
            }

            if (job.State is JobState.Succeeded)
                json.WriteString("result"u8, $"{context.Request.PathBase}{context.Request.Path}/result");
        });
    }

    private async Task ResultAsync(HttpContext context)
    {
        var actor = context.Actor();
        if ((await JobAsync(context)).Failed(out var refused, out var job)
            || (await historical.FindAsync(actor, (string)context.Request.RouteValues["project"]!, job.Id, context.RequestAborted)).Failed(out refused, out var result))
        {
            await Refusals.WriteAsync(context, refused);
            return;
        }

        await using var blob = await blobs.OpenAsync(result.BlobKey, range: null, context.RequestAborted);
        if (blob is null)
        {
            await Refusals.WriteAsync(context, NoJob(context));
            return;
        }

        Attach(context.Response, result.Format, blob.Count);
        await blob.Stream.CopyToAsync(context.Response.Body, 128 * 1024, context.RequestAborted);
    }

    // A job of the project that is named; what it joins is asked for again by everybody who looks at it.
    private async ValueTask<Result<Job>> JobAsync(HttpContext context)
    {
        var (actor, cancel) = (context.Actor(), context.RequestAborted);
        if (!JobId.TryParse((string?)context.Request.RouteValues["job"], null, out var id)
            || await jobs.FindAsync(actor, id, cancel) is not { Kind: HistoricalJob.JobKind } job)
            return NoJob(context);
        var work = HistoricalPayload.Read(job.Payload);
        if (work.Project != (string?)context.Request.RouteValues["project"])
            return NoJob(context);
        var now = (await projects.FindAsync(actor, work.Project, cancel)).Failed(out _, out var project) || work.Request.Select(project).Failed(out _, out var selection) ? null : selection;
        return await rights.CheckKeptAsync(context, actor, now, work.Restricted, NoJob(context), cancel) is { } refused ? refused : job;
    }

    private static void Attach(HttpResponse response, OutputFormat format, long length)
    {
        response.ContentType = ResultWriter.ContentType(format);
        response.ContentLength = length;
        response.Headers.ContentDisposition = $"attachment; filename=\"features{ResultWriter.Extension(format)}\"";
    }

    private static bool Prefers(HttpRequest request) => request.Headers["Prefer"].ToString().Contains("respond-async", StringComparison.OrdinalIgnoreCase);

    private static Failure NoJob(HttpContext context) =>
        Failure.NotFound("features.result_not_found", $"There is no historical request {context.Request.RouteValues["job"]}.");
}
