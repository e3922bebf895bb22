using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Tenancy;

namespace Orrery.Features;

/// <summary>Source files over HTTP.</summary>
internal sealed class FileEndpoints(WorkspaceFiles files, Quotas quotas)
{
    private const string Root = "/api/v1/features/files";

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(Root, ListAsync).WithName("ListFeatureFiles").WithTags("Features").RequirePermission(Permissions.Read).WithSummary("Files that sources may name.")
            .Writes<FeatureFilePage>();
        app.MapPut(Root + "/{**path}", PutAsync).WithName("PutFeatureFile").WithTags("Features").RequirePermission(Permissions.Write).WithSummary("Uploads a file, replacing one of that path.")
            .Writes<FeatureFile>();
        app.MapGet(Root + "/{**path}", GetAsync).WithName("GetFeatureFile").WithTags("Features").RequirePermission(Permissions.Restricted).WithSummary("Downloads a file, whose rows may hold anything.")
            .WritesBytes("application/octet-stream");
        app.MapDelete(Root + "/{**path}", DeleteAsync).WithName("DeleteFeatureFile").WithTags("Features").RequirePermission(Permissions.Write).WithSummary("Deletes a file.").WritesNothing();
    }

    private static string PathOf(HttpContext context) => (string?)context.Request.RouteValues["path"] ?? "";

    private async Task ListAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var limit = int.TryParse(query["limit"].FirstOrDefault(), out var asked) ? asked : 100;
        var token = query["page_token"].FirstOrDefault();
        var after = string.IsNullOrEmpty(token) ? "" : PageToken.Decode(token, 1) is [string key] ? key : null;
        if (limit is < 1 or > 1000 || after is null)
        {
            await Refusals.WriteAsync(context, Failure.Invalid(
                "features.request_invalid", after is null ? "The page token is not one that this listing gave." : $"The limit is {limit}; it must be 1 to 1000."));
            return;
        }

        var found = await files.ListAsync(context.Actor().Workspace, query["prefix"].FirstOrDefault() ?? "", after, limit + 1, context.RequestAborted);
        await Answers.WriteAsync(context, json =>
        {
            json.WriteStartArray("files"u8);
            foreach (var file in found.Take(limit))
                Write(json, file);
            json.WriteEndArray();
            if (found.Count > limit)
                json.WriteString("next_page_token"u8, PageToken.Encode(found[limit - 1].Path));
        });
    }

    private async Task PutAsync(HttpContext context)
    {
        var (actor, path, cancel) = (context.Actor(), PathOf(context), context.RequestAborted);
        // "If-None-Match: *" means that there must be no such file yet.
        if (context.Request.Headers.IfNoneMatch == "*" && (await files.FindAsync(actor, path, cancel)).Succeeded)
        {
            await Refusals.WriteAsync(context, StatusCodes.Status412PreconditionFailed, "features.file_exists", $"There is a file '{path}' already.");
            return;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;
        if ((await files.PutAsync(actor, path, context.Request.Body, context.Request.ContentLength, cancel)).Failed(out var failure, out var file))
        {
            await Refusals.WriteAsync(context, failure);
            return;
        }

        quotas.Warn(context, QuotaKinds.StorageBytes);
        context.Response.Headers.ETag = $"\"{file.Sha256}\"";
        await Answers.WriteAsync(context, json => Members(json, file));
    }

    private async Task GetAsync(HttpContext context)
    {
        if ((await files.OpenAsync(context.Actor(), PathOf(context), context.RequestAborted)).Failed(out var missing, out var found))
        {
            await Refusals.WriteAsync(context, missing);
            return;
        }

        await using var content = found.Content;
        context.Response.Headers.ETag = $"\"{found.File.Sha256}\"";
        if (context.Request.GetTypedHeaders().IfNoneMatch is { Count: > 0 } tags && tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Tag == $"\"{found.File.Sha256}\""))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(Path.GetFileName(found.File.Path));
        context.Response.Headers.ContentDisposition = disposition.ToString();
        context.Response.ContentType = "application/octet-stream";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers[Contracts.OrreryHeaders.Sha256] = found.File.Sha256;
        context.Response.ContentLength = content.Count;
        await content.Stream.CopyToAsync(context.Response.Body, 128 * 1024, context.RequestAborted);
    }

    private async Task DeleteAsync(HttpContext context)
    {
        if ((await files.DeleteAsync(context.Actor(), PathOf(context), context.RequestAborted)).Failed(out var failure, out _))
            await Refusals.WriteAsync(context, failure);
        else
            context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static void Write(Utf8JsonWriter json, WorkspaceFile file)
    {
        json.WriteStartObject();
        Members(json, file);
        json.WriteEndObject();
    }

    private static void Members(Utf8JsonWriter json, WorkspaceFile file)
    {
        json.WriteString("path"u8, file.Path);
        json.WriteNumber("size"u8, file.Size);
        json.WriteString("sha256"u8, file.Sha256);
        json.WriteString("uploaded_by"u8, file.UploadedBy);
        json.WriteNumber("uploaded_at"u8, file.UploadedAt);
    }
}
