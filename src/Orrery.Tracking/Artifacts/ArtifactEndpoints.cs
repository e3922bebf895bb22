using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Tracking;

/// <summary>MLflow's artifacts: the proxied store, a run's list, and single downloads.</summary>
internal sealed class ArtifactEndpoints(Artifacts artifacts, ArtifactContent content, Runs runs, Quotas quotas, ExperimentRules rules)
{
    private const string Proxy = "/api/2.0/mlflow-artifacts/";
    private const string UiProxy = "/ajax-api/2.0/mlflow-artifacts/";

    public void Map(IEndpointRouteBuilder app)
    {
        foreach (var root in new[] { Proxy, UiProxy })
        {
            app.MapMlflowAt("GET", root + "artifacts", Permissions.Read, ListAsync);
            MapRaw(app, "PUT", root + "artifacts/{**path}", Permissions.Write, PutAsync, ExperimentRules.Kind);
            MapRaw(app, "GET,HEAD", root + "artifacts/{**path}", Permissions.Read, GetAsync, ExperimentRules.Kind);
            MapRaw(app, "DELETE", root + "artifacts/{**path}", Permissions.Write, DeleteAsync);
            app.MapMlflowAt("POST", root + "mpu/create/{**path}", Permissions.Write, CreateUploadAsync);
            app.MapMlflowAt("POST", root + "mpu/complete/{**path}", Permissions.Write, CompleteUploadAsync);
            app.MapMlflowAt("POST", root + "mpu/abort/{**path}", Permissions.Write, AbortUploadAsync);
        }

        app.MapMlflow("GET", "artifacts/list", Permissions.Read, ListOfRunAsync, rules.ByRun);
        MapRaw(app, "GET,HEAD", "/get-artifact", Permissions.Read, GetOfRunAsync, ExperimentRules.Kind);
        MapRaw(app, "POST", "/ajax-api/2.0/mlflow/upload-artifact", Permissions.Write, UploadAsync);
    }

    /// <summary>Writes a listing as MLflow does: folders and files together by path, each path behind <paramref name="prefix"/>.</summary>
    internal static void WriteFiles(Utf8JsonWriter json, ArtifactListing listing, string prefix)
    {
        if (listing.Folders.Count + listing.Files.Count == 0)
            return;
        json.WriteStartArray("files"u8);
        var entries = listing.Folders.Select(f => (Name: f, Size: (long?)null)).Concat(listing.Files.Select(f => (f.Path.Name, Size: (long?)f.Size)));
        foreach (var (name, size) in entries.OrderBy(static e => e.Name, StringComparer.Ordinal))
        {
            json.WriteStartObject();
            json.WriteString("path"u8, prefix.Length == 0 ? name : $"{prefix}/{name}");
            json.WriteBoolean("is_dir"u8, size is null);
            if (size is { } bytes)
                json.WriteNumber("file_size"u8, bytes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void MapRaw(IEndpointRouteBuilder app, string method, string path, string permission, RequestDelegate handler, string? on = null) => app
        .MapMethods(path, method.Split(','), handler).WithTags("MLflow").RequirePermission(permission, on);

    // Outside the limits is nothing to be read, and nothing can be put.
    private static Result<ArtifactPath> PathOf(HttpContext context)
    {
        var parsed = ArtifactPath.Parse((string?)context.Request.RouteValues["path"]);
        return parsed.Succeeded && !ExperimentRules.Allows(context.Actor(), parsed.Value) ? Artifacts.NotFound(parsed.Value) : parsed;
    }

    private async ValueTask<Failure?> ListAsync(MlflowCall call)
    {
        if (ArtifactPath.ParseFolder(call.Fields.Text("path")).Failed(out var wrong, out var folder))
            return wrong;
        WriteFiles(call.Json, await artifacts.ListAsync(call.Actor, folder, call.Cancel), prefix: "");
        return null;
    }

    private async ValueTask<Failure?> ListOfRunAsync(MlflowCall call)
    {
        var runId = call.Fields.RunId();
        if (call.Fields.Failure is { } missing)
            return missing;
        if (ArtifactPath.ParseFolder(call.Fields.Text("path")).Failed(out var wrong, out var folder))
            return wrong;
        if ((await runs.FindAsync(call.Actor, runId, call.Cancel)).Failed(out var unknown, out var run))
            return unknown;
        if (ArtifactUri.PathOf(run.ArtifactUri) is not { } root)
            return ArtifactUri.Elsewhere(run.ArtifactUri);
        call.Json.WriteString("root_uri"u8, run.ArtifactUri);
        WriteFiles(call.Json, await artifacts.ListAsync(call.Actor, folder.Length == 0 ? root : $"{root}/{folder}", call.Cancel), folder);
        return null;
    }

    private async Task PutAsync(HttpContext context)
    {
        if (PathOf(context).Failed(out var wrong, out var path))
        {
            await Refusals.WriteAsync(context, wrong);
            return;
        }

        // Streamed to the store as it comes, so there is no bound on its size but the disk's.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;
        var stored = await artifacts.PutAsync(context.Actor(), path, context.Request.Body, context.Request.ContentLength, context.RequestAborted);
        if (stored.Failed(out var failure, out var artifact))
        {
            await Refusals.WriteAsync(context, failure);
            return;
        }

        context.Response.Headers["X-Orrery-Sha256"] = artifact.Sha256;
        quotas.Warn(context, QuotaKinds.StorageBytes);
        await WriteEmptyAsync(context);
    }

    private async Task GetAsync(HttpContext context)
    {
        if (PathOf(context).Failed(out var wrong, out var path))
            await Refusals.WriteAsync(context, wrong);
        else
            await content.SendAsync(context, path);
    }

    private async Task DeleteAsync(HttpContext context)
    {
        if (PathOf(context).Failed(out var wrong, out var path)
            || (await artifacts.DeleteAsync(context.Actor(), path, context.RequestAborted)).Failed(out wrong, out _))
        {
            await Refusals.WriteAsync(context, wrong);
            return;
        }

        await WriteEmptyAsync(context);
    }

    private async Task GetOfRunAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var runId = query["run_id"].FirstOrDefault() ?? query["run_uuid"].FirstOrDefault();
        var found = await FindInRunAsync(context, runId, query["path"].FirstOrDefault(), "run_id or run_uuid");
        if (found.Failed(out var failure, out var path))
            await Refusals.WriteAsync(context, failure);
        else
            await content.SendAsync(context, path);
    }

    private async Task UploadAsync(HttpContext context)
    {
        const long MaxUpload = 10 << 20;
        var query = context.Request.Query;
        var found = await FindInRunAsync(context, query["run_uuid"].FirstOrDefault(), query["path"].FirstOrDefault(), "run_uuid");
        if (found.Succeeded && context.Request.ContentLength is not (> 0 and <= MaxUpload))
        {
            found = Failure.Invalid("tracking.invalid_upload", context.Request.ContentLength > MaxUpload
                ? "Artifact size is too large. Max size is 10MB."
                : "Request must specify data.");
        }

        if (found.Failed(out var failure, out var path)
            || (await artifacts.PutAsync(context.Actor(), path, context.Request.Body, context.Request.ContentLength, context.RequestAborted)).Failed(out failure, out _))
        {
            await Refusals.WriteAsync(context, failure);
            return;
        }

        await WriteEmptyAsync(context);
    }

    private async ValueTask<Result<ArtifactPath>> FindInRunAsync(HttpContext context, string? runId, string? path, string runField)
    {
        if (string.IsNullOrEmpty(runId))
            return Failure.Invalid("tracking.missing_field", $"Request must specify {runField}.");
        if (string.IsNullOrEmpty(path))
            return Failure.Invalid("tracking.missing_field", "Request must specify path.");
        if (KeepableText.Problem(context.Request.QueryString) is { } unkeepable)
            return unkeepable;
        if (ArtifactPath.Parse(path).Failed(out var wrong, out var inRun))
            return wrong;
        if ((await runs.FindAsync(context.Actor(), runId, context.RequestAborted)).Failed(out var unknown, out var run))
            return unknown;
        if (!ExperimentRules.Allows(context.Actor(), run.ExperimentId))
            return RunFailures.NotFound(runId);
        return ArtifactUri.PathOf(run.ArtifactUri) is { } root ? ArtifactPath.Parse($"{root}/{inRun.Full}") : ArtifactUri.Elsewhere(run.ArtifactUri);
    }

    private async ValueTask<Failure?> CreateUploadAsync(MlflowCall call)
    {
        if (UploadPath(call).Failed(out var wrong, out var path))
            return wrong;
        var parts = call.Fields.RequiredWhole("num_parts");
        if (call.Fields.Failure is { } missing)
            return missing;
        var made = await artifacts.CreateUploadAsync(call.Actor, path, (int)Math.Clamp(parts, 0, int.MaxValue), call.Cancel);
        if (made.Failed(out var failure, out var upload))
            return failure;
        call.Json.WriteString("upload_id"u8, upload.UploadId);
        call.Json.WriteStartArray("credentials"u8);
        for (var i = 0; i < upload.Urls.Count; i++)
        {
            call.Json.WriteStartObject();
            call.Json.WriteString("url"u8, upload.Urls[i].AbsoluteUri);
            call.Json.WriteNumber("part_number"u8, i + 1);
            call.Json.WriteStartObject("headers"u8);
            call.Json.WriteEndObject();
            call.Json.WriteEndObject();
        }

        call.Json.WriteEndArray();
        return null;
    }

    private async ValueTask<Failure?> CompleteUploadAsync(MlflowCall call)
    {
        if (UploadPath(call).Failed(out var wrong, out var path))
            return wrong;
        var id = call.Fields.Required("upload_id");
        var parts = call.Fields.Objects("parts").Select(static p => new BlobPart((int)p.RequiredWhole("part_number"), p.Required("etag"))).ToArray();
        return call.Fields.Failure ?? (await artifacts.CompleteUploadAsync(call.Actor, path, id, parts, call.Cancel)).Failure;
    }

    private async ValueTask<Failure?> AbortUploadAsync(MlflowCall call)
    {
        if (UploadPath(call).Failed(out var wrong, out var path))
            return wrong;
        var id = call.Fields.Required("upload_id");
        return call.Fields.Failure ?? (await artifacts.AbortUploadAsync(call.Actor, path, id, call.Cancel)).Failure;
    }

    /// <summary>The folder is in the URL, the file's own name in the body.</summary>
    private static Result<ArtifactPath> UploadPath(MlflowCall call)
    {
        var folder = (string?)call.Http.Request.RouteValues["path"];
        var name = call.Fields.Required("path");
        if (call.Fields.Failure is { } missing)
            return missing;
        return ArtifactPath.Parse(string.IsNullOrEmpty(folder) ? name : string.Create(CultureInfo.InvariantCulture, $"{folder}/{name}"));
    }

    private static async Task WriteEmptyAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = 2;
        await context.Response.Body.WriteAsync("{}"u8.ToArray(), context.RequestAborted);
    }
}
