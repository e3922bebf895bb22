using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;
using Job = Orrery.Storage.Job;
using JobState = Orrery.Storage.JobState;

namespace Orrery.Features;

/// <summary>Training sets over HTTP. Making one is a job; who asks waits a while for it and is told its id when it takes longer.</summary>
internal sealed class TrainingSetEndpoints(
    TrainingSets sets, Reproductions reproductions, HistoricalReading reading, HistoricalRights rights, Projects projects, FeatureUsage usage, Jobs jobs, IBlobs blobs, TrainingSetCsv csv)
{
    private const string Root = "/api/v1/features/projects/{project}/training-sets";
    private const long MostReproduction = 256L << 20;
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(20);

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapPost(Root, CreateAsync).WithName("CreateTrainingSet").WithTags("Features").RequirePermission(Permissions.Query, Permissions.ViewKind)
            .WithSummary("Joins features to entity rows and keeps the result with a manifest of what it was made of.")
            .Writes<TrainingSetDetail>(StatusCodes.Status201Created).Writes<TrainingSetDetail>(StatusCodes.Status202Accepted);
        app.MapGet(Root, ListAsync).WithName("ListTrainingSets").WithTags("Features").RequirePermission(Permissions.Read).WithSummary("Training sets, newest first.")
            .Writes<TrainingSetPage>();
        app.MapGet(Root + "/{id}", GetAsync).WithName("GetTrainingSet").WithTags("Features").RequirePermission(Permissions.Read)
            .WithSummary("A training set: manifest, statistics, and the dataset input for a run.").Writes<TrainingSetDetail>();
        app.MapGet(Root + "/{id}/manifest", ManifestAsync).WithName("GetTrainingSetManifest").WithTags("Features").RequirePermission(Permissions.Read)
            .WithSummary("What a training set was made of, for making it again elsewhere.").Writes<TrainingSetManifest>();
        app.MapGet(Root + "/{id}/data", DataAsync).WithName("DownloadTrainingSet").WithTags("Features").RequirePermission(Permissions.Query, Permissions.ViewKind)
            .WithSummary("A training set's rows as Parquet, or with format=csv as CSV.").WritesBytes(ResultWriter.ContentType(OutputFormat.Parquet), ResultWriter.ContentType(OutputFormat.Csv));
        app.MapGet(Root + "/{id}/entities", EntitiesAsync).WithName("DownloadTrainingSetEntities").WithTags("Features").RequirePermission(Permissions.Query, Permissions.ViewKind)
            .WithSummary("The entity rows that a training set was made for, as they came.").WritesBytes("application/octet-stream");
        app.MapDelete(Root + "/{id}", DeleteAsync).WithName("DeleteTrainingSet").WithTags("Features").RequirePermission(Permissions.Write).WithSummary("Deletes a training set with its rows.")
            .WritesNothing();
        app.MapPost(Root + "/{id}/reproduce", ReproduceAsync).WithName("ReproduceTrainingSet").WithTags("Features").RequirePermission(Permissions.Query, Permissions.ViewKind)
            .WithSummary("Makes a training set again and compares the hashes.").Writes<TrainingSetReproduction>().Writes<TrainingSetReproduction>(StatusCodes.Status202Accepted);
        app.MapPost(Root + "/reproduce", ReproduceManifestAsync).WithName("ReproduceManifest").WithTags("Features").RequirePermission(Permissions.Query, Permissions.ViewKind)
            .WithSummary("Makes a training set of a manifest, perhaps another server's, and compares the hashes.")
            .Writes<TrainingSetReproduction>().Writes<TrainingSetReproduction>(StatusCodes.Status202Accepted);
    }

    private static string Id(HttpContext context) => (string)context.Request.RouteValues["id"]!;

    private static string Project(HttpContext context) => (string)context.Request.RouteValues["project"]!;

    private async Task CreateAsync(HttpContext context)
    {
        var (actor, cancel) = (context.Actor(), context.RequestAborted);
        if ((await reading.ReadAsync(context, actor.Workspace, knownAt: true)).Failed(out var wrong, out var call))
        {
            await Refusals.WriteAsync(context, wrong);
            return;
        }

        using (call)
        {
            if ((await projects.FindAsync(actor, Project(context), cancel)).Failed(out wrong, out var project)
                || call.Request.Select(project).Failed(out wrong, out var selection)
                || (wrong = await rights.CheckAsync(context, actor, selection, cancel)) is not null
                || (await sets.CreateAsync(actor, project, call, cancel)).Failed(out wrong, out var made))
            {
                await Refusals.WriteAsync(context, wrong);
                return;
            }

            usage.Count(selection);
            await AnswerAsync(context, made.Set, made.Job);
        }
    }

    private async Task AnswerAsync(HttpContext context, TrainingSet set, JobId id)
    {
        var actor = context.Actor();
        context.Response.Headers.Location = $"{context.Request.PathBase}/api/v1/features/projects/{set.Project}/training-sets/{set.Id}";
        if (await EndedAsync(context, id) is not { } job)
        {
            context.Response.StatusCode = StatusCodes.Status202Accepted;
            await Answers.WriteAsync(context, json => TrainingSetJson.Members(json, set));
            return;
        }

        if (job.State is JobState.Failed && (await sets.FindAsync(actor, set.Project, set.Id, context.RequestAborted)) is { Succeeded: true, Value.State: TrainingSet.Failed } failed)
        {
            await Refusals.WriteAsync(context, Failure.Invalid(job.ErrorCode ?? "features.training_set_failed", job.Error ?? failed.Value.Problem ?? "It could not be made."));
            return;
        }

        if ((await sets.FindAsync(actor, set.Project, set.Id, context.RequestAborted)).Failed(out var gone, out var done))
        {
            await Refusals.WriteAsync(context, gone);
            return;
        }

        context.Response.StatusCode = done.State == TrainingSet.Ready ? StatusCodes.Status201Created : StatusCodes.Status202Accepted;
        await Answers.WriteAsync(context, json => TrainingSetJson.Members(json, done));
    }

    /// <summary>Waits for a job's end; null when it takes too long, or the caller does not want to wait.</summary>
    private async ValueTask<Job?> EndedAsync(HttpContext context, JobId id)
    {
        if (context.Request.Headers["Prefer"].ToString().Contains("respond-async", StringComparison.OrdinalIgnoreCase))
            return null;
        var until = Environment.TickCount64 + (long)Wait.TotalMilliseconds;
        for (var pause = 20; Environment.TickCount64 < until; pause = Math.Min(pause * 2, 500))
        {
            if (await jobs.FindAsync(context.Actor(), id, context.RequestAborted) is { State: JobState.Succeeded or JobState.Failed or JobState.Cancelled } ended)
                return ended;
            await Task.Delay(pause, context.RequestAborted);
        }

        return null;
    }

    private async Task ListAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var limit = int.TryParse(query["limit"].FirstOrDefault(), out var asked) ? Math.Clamp(asked, 1, 1000) : 100;
        var token = query["page_token"].FirstOrDefault();
        if ((string.IsNullOrEmpty(token) ? "~" : PageToken.Decode(token, 1) is [string key] ? key : null) is not { } before)
        {
            await Refusals.WriteAsync(context, Failure.Invalid("features.request_invalid", "The page token is not one that this listing gave."));
            return;
        }

        if ((await sets.FindAllAsync(context.Actor(), Project(context), before, limit + 1, context.RequestAborted)).Failed(out var unknown, out var found))
        {
            await Refusals.WriteAsync(context, unknown);
            return;
        }

        await Answers.WriteAsync(context, json =>
        {
            json.WriteStartArray("training_sets"u8);
            foreach (var set in found.Take(limit))
            {
                json.WriteStartObject();
                TrainingSetJson.Summary(json, set);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            if (found.Count > limit)
                json.WriteString("next_page_token"u8, PageToken.Encode(found[limit - 1].Id));
        });
    }

    private async Task GetAsync(HttpContext context)
    {
        if ((await sets.FindAsync(context.Actor(), Project(context), Id(context), context.RequestAborted)).Failed(out var missing, out var set))
        {
            await Refusals.WriteAsync(context, missing);
            return;
        }

        var shown = await ShownAsync(context, set);
        await Answers.WriteAsync(context, json => TrainingSetJson.Members(json, shown));
    }

    private async Task ManifestAsync(HttpContext context)
    {
        if ((await ReadyAsync(context)).Failed(out var refused, out var set))
        {
            await Refusals.WriteAsync(context, refused);
            return;
        }

        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(set.Manifest!, context.RequestAborted);
    }

    private async Task DataAsync(HttpContext context)
    {
        if ((await ReadyAsync(context)).Failed(out var refused, out var set) || (refused = await ForbiddenAsync(context, set)) is not null)
            await Refusals.WriteAsync(context, refused);
        else if (!context.Request.Query["format"].ToString().Equals("csv", StringComparison.OrdinalIgnoreCase))
            await SendAsync(context, set.BlobKey!, "application/vnd.apache.parquet", $"{set.Id}.parquet");
        else if (await csv.WriteAsync(context, context.Actor().Workspace, set) is { } failed)
            await Refusals.WriteAsync(context, failed);
    }

    private async Task EntitiesAsync(HttpContext context)
    {
        if ((await ReadyAsync(context)).Failed(out var refused, out var set) || (refused = await ForbiddenAsync(context, set)) is not null)
            await Refusals.WriteAsync(context, refused);
        else if (set.Entities is { } entities)
            await SendAsync(context, entities.BlobKey, "application/octet-stream", $"{set.Id}-entities{Path.GetExtension(entities.BlobKey)}");
        else
            await Refusals.WriteAsync(context, Failure.NotFound("features.entities_missing", "The sources gave the entity rows of this training set; there are none of its own."));
    }

    private async Task DeleteAsync(HttpContext context)
    {
        if ((await sets.DeleteAsync(context.Actor(), Project(context), Id(context), context.RequestAborted)).Failed(out var failure, out _))
            await Refusals.WriteAsync(context, failure);
        else
            context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task ReproduceAsync(HttpContext context)
    {
        if ((await ReadyAsync(context)).Failed(out var refused, out var set) || (refused = await ForbiddenAsync(context, set)) is not null)
            await Refusals.WriteAsync(context, refused);
        else
            await ReproduceAsync(context, TrainingSets.ManifestOf(set)!.With(set.Entities), entities: null);
    }

    private async Task ReproduceManifestAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = MostReproduction;
        Manifest manifest;
        byte[]? entities;
        try
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            if (body.RootElement.ValueKind is JsonValueKind.Object && BodyMembers.Problem(body.RootElement, ["manifest", "entities_base64"]) is { } unknown)
            {
                await Refusals.WriteAsync(context, unknown);
                return;
            }

            manifest = body.RootElement.GetProperty("manifest").Deserialize(ManifestJson.Default.Manifest) ?? throw new JsonException("it is null");
            entities = body.RootElement.TryGetProperty("entities_base64", out var text) && text.ValueKind is JsonValueKind.String ? text.GetBytesFromBase64() : null;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            await Refusals.WriteAsync(context, Failure.Invalid("features.manifest_invalid", $"The body must have a 'manifest' as this API gives it: {e.Message}"));
            return;
        }

        if (ManifestCheck.Of(manifest) is { } wrong)
            await Refusals.WriteAsync(context, wrong);
        else
            await ReproduceAsync(context, manifest with { Project = Project(context) }, entities);
    }

    private async Task ReproduceAsync(HttpContext context, Manifest manifest, byte[]? entities)
    {
        var (actor, cancel) = (context.Actor(), context.RequestAborted);
        if ((await projects.FindAsync(actor, manifest.Project, cancel)).Failed(out var wrong, out var project)
            || Manifests.Select(project, manifest).Failed(out wrong, out var selection)
            || (wrong = await rights.CheckAsync(context, actor, selection, cancel)) is not null
            || (await reproductions.EnqueueAsync(actor, manifest, entities, cancel)).Failed(out wrong, out var id))
        {
            await Refusals.WriteAsync(context, wrong);
            return;
        }

        var job = await EndedAsync(context, id);
        if (job is { State: JobState.Failed })
        {
            await Refusals.WriteAsync(context, Failure.Invalid(job.ErrorCode ?? "features.reproduction_failed", job.Error ?? "It could not be made again."));
            return;
        }

        if (job?.Result is { } result)
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(result, cancel);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status202Accepted;
        context.Response.Headers.Location = $"{context.Request.PathBase}/api/v1/jobs/{id}";
        await Answers.WriteAsync(context, json => json.WriteString("job_id"u8, id.ToString()));
    }

    private async ValueTask<Result<TrainingSet>> ReadyAsync(HttpContext context)
    {
        if ((await sets.FindAsync(context.Actor(), Project(context), Id(context), context.RequestAborted)).Failed(out var missing, out var set))
            return missing;
        return set.State == TrainingSet.Ready ? set : Failure.Conflict("features.training_set_not_ready", $"Training set {set.Id} is {set.State}{(set.Problem is { } why ? $": {why}" : ".")}");
    }

    // What its features are is what its rows may be read by; of features that are gone, what they were.
    private async ValueTask<Failure?> ForbiddenAsync(HttpContext context, TrainingSet set)
    {
        var manifest = TrainingSets.ManifestOf(set)!;
        var now = await SelectionAsync(context, set, manifest);
        var was = manifest.RestrictedColumns is { } columns ? columns.Count > 0 : (bool?)null;
        return await rights.CheckKeptAsync(context, context.Actor(), now, was, TrainingSet.NotFound(set.Id), context.RequestAborted);
    }

    private async ValueTask<FeatureSelection?> SelectionAsync(HttpContext context, TrainingSet set, Manifest manifest) =>
        (await projects.FindAsync(context.Actor(), set.Project, context.RequestAborted)).Failed(out _, out var project)
        || Manifests.Select(project, manifest).Failed(out _, out var selection) ? null : selection;

    // Without the statistics that the caller may not see.
    private async ValueTask<TrainingSet> ShownAsync(HttpContext context, TrainingSet set)
    {
        if (set.Statistics is not { } statistics || TrainingSets.ManifestOf(set) is not { } manifest)
            return set;
        if (await SelectionAsync(context, set, manifest) is not { } selection)
            return set with { Statistics = null };
        var hidden = new HashSet<string>(await rights.HiddenColumnsAsync(context, selection, context.RequestAborted), StringComparer.Ordinal);
        var otherwise = (manifest.RestrictedColumns ?? []).Except(HistoricalRights.RestrictedColumns(selection)).ToList();
        if (otherwise.Count > 0 && !await rights.MayAllAsync(context, context.RequestAborted))
            hidden.UnionWith(otherwise);
        return hidden.Count == 0 ? set : set with { Statistics = ColumnStatistics.Without(statistics, hidden) };
    }

    private async Task SendAsync(HttpContext context, string key, string type, string name)
    {
        await using var blob = await blobs.OpenAsync(key, range: null, context.RequestAborted);
        if (blob is null)
        {
            await Refusals.WriteAsync(context, TrainingSet.NotFound(Id(context)));
            return;
        }

        context.Response.ContentType = type;
        context.Response.ContentLength = blob.Count;
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}\"";
        await blob.Stream.CopyToAsync(context.Response.Body, 128 * 1024, context.RequestAborted);
    }
}
