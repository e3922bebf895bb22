using System.Net.Mime;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Tracking;

/// <summary>Sends artifacts so that a browser downloads them and never runs them: they are untrusted.</summary>
public sealed class ArtifactContent(Artifacts artifacts)
{
    private const string Sandbox = "sandbox; default-src 'none'";

    private static readonly HashSet<string> TextExtensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".txt", ".log", ".err", ".cfg", ".conf", ".cnf", ".cf", ".ini", ".properties", ".prop", ".hocon", ".toml", ".yaml", ".yml", ".xml", ".json",
        ".js", ".py", ".py3", ".csv", ".tsv", ".md", ".rst",
    };

    private static readonly HashSet<string> TextNames = new(StringComparer.OrdinalIgnoreCase) { "MLmodel", "MLproject" };

    private static readonly FileExtensionContentTypeProvider KnownTypes = new();

    /// <summary>Answers a GET or HEAD with the file: ranges, conditional requests, its hash as ETag.</summary>
    public async Task SendAsync(HttpContext context, ArtifactPath path)
    {
        var cancel = context.RequestAborted;
        var found = await artifacts.FindAsync(context.Actor(), path, cancel);
        if (found.Failed(out var failure, out var artifact))
        {
            await Refusals.WriteAsync(context, failure);
            return;
        }

        var range = Range(context.Request, artifact);
        var opened = await artifacts.OpenAsync(context.Actor(), path, range, cancel);
        if (opened.Failed(out failure, out var file))
        {
            await Refusals.WriteAsync(context, failure);
            return;
        }

        await using var content = file.Content;
        SetHeaders(context.Response, file.Artifact);
        if (NotModified(context.Request, file.Artifact))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        await SendAsync(context, content, range is not null);
    }

    /// <summary>The type that a file's name suggests, as MLflow guesses it: text for what people read, else by extension.</summary>
    public static string ContentType(string name)
    {
        if (TextNames.Contains(name) || TextExtensions.Contains(Path.GetExtension(name)))
            return MediaTypeNames.Text.Plain;
        return KnownTypes.TryGetContentType(name, out var type) ? type : MediaTypeNames.Application.Octet;
    }

    private static async Task SendAsync(HttpContext context, BlobRead content, bool ranged)
    {
        var response = context.Response;
        if (content.BeyondEnd)
        {
            response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
            response.Headers.ContentRange = new ContentRangeHeaderValue(content.Total).ToString();
            return;
        }

        if (ranged)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = new ContentRangeHeaderValue(content.Offset, content.Offset + content.Count - 1, content.Total).ToString();
        }

        response.ContentLength = content.Count;
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        if (content.LocalPath is { } file)
            await response.SendFileAsync(file, content.Offset, content.Count, context.RequestAborted);
        else
            await content.Stream.CopyToAsync(response.Body, 128 * 1024, context.RequestAborted);
    }

    private static void SetHeaders(HttpResponse response, Artifact artifact)
    {
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(artifact.Path.Name);
        response.ContentType = ContentType(artifact.Path.Name);
        response.Headers.ContentDisposition = disposition.ToString();
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = Sandbox;
        response.Headers.AcceptRanges = "bytes";
        response.Headers.ETag = $"\"{artifact.Sha256}\"";
        response.Headers["X-Orrery-Sha256"] = artifact.Sha256;
    }

    private static bool NotModified(HttpRequest request, Artifact artifact) =>
        request.GetTypedHeaders().IfNoneMatch is { Count: > 0 } tags
        && tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Tag == $"\"{artifact.Sha256}\"");

    /// <summary>The one range asked for; null for the whole file, as also for several ranges, which a server may ignore (RFC 9110, 14.2).</summary>
    private static BlobRange? Range(HttpRequest request, Artifact artifact)
    {
        var headers = request.GetTypedHeaders();
        if (headers.Range is not { Ranges.Count: 1 } asked || asked.Unit != "bytes")
            return null;
        if (headers.IfRange is { } condition && condition.EntityTag?.Tag != $"\"{artifact.Sha256}\"")
            return null;
        var range = asked.Ranges.First();
        if (range.From is { } from)
            return BlobRange.From(from, range.To is { } to ? to - from + 1 : null);
        return range.To is { } last ? BlobRange.Last(last) : null;
    }
}
