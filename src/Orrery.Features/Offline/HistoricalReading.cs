using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>A historical request as it came: what it asks for, and its entity rows as JSON or as a file.</summary>
internal sealed record HistoricalCall(HistoricalRequest Request, EntityColumns? Columns, RequestFile? File) : IDisposable
{
    /// <summary>Project that the body names; null for none.</summary>
    public string? Project { get; init; }

    /// <summary>What a training set is to be called; null for none.</summary>
    public string? Name { get; init; }

    /// <inheritdoc/>
    public void Dispose() => File?.Dispose();
}

/// <summary>Reads historical requests: a JSON document, or a CSV or Parquet body with the rest in the query string.</summary>
internal sealed class HistoricalReading(FeatureFolders folders)
{
    private const long MostJson = 64L << 20;
    private const long MostFile = 16L << 30;

    /// <summary>Reads a request; <c>features.request_invalid</c>, <c>features.request_too_large</c>. The caller disposes it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="workspace">Whose folder takes a file.</param>
    /// <param name="knownAt">Whether known-at is on when the request does not say.</param>
    public async ValueTask<Result<HistoricalCall>> ReadAsync(HttpContext context, WorkspaceId workspace, bool knownAt)
    {
        var type = (context.Request.ContentType ?? "").Split(';')[0].Trim().ToLowerInvariant();
        return type switch
        {
            "text/csv" => await FileAsync(context, workspace, isCsv: true, knownAt),
            "application/vnd.apache.parquet" or "application/x-parquet" or "application/parquet" => await FileAsync(context, workspace, isCsv: false, knownAt),
            _ => await JsonAsync(context, knownAt),
        };
    }

    private static async ValueTask<Result<HistoricalCall>> JsonAsync(HttpContext context, bool knownAt)
    {
        Limit(context, MostJson);
        try
        {
            using var document = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            return HistoricalJson.Read(document.RootElement, Output(context, null), knownAt, isNative: context.Request.RouteValues.ContainsKey("project"));
        }
        catch (JsonException e)
        {
            return Failure.Invalid("features.request_invalid", $"The body is not JSON: {e.Message}");
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return new Failure(FailureKind.TooLarge, "features.request_too_large", $"A JSON body has at most {MostJson >> 20} MiB; send the entity rows as Parquet or CSV.");
        }
    }

    private async ValueTask<Result<HistoricalCall>> FileAsync(HttpContext context, WorkspaceId workspace, bool isCsv, bool knownAt)
    {
        var query = context.Request.Query;
        var request = new HistoricalRequest
        {
            Features = [.. query["features"].SelectMany(static text => (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))],
            FeatureService = query["feature_service"].FirstOrDefault(),
            FullFeatureNames = IsTrue(query["full_feature_names"], otherwise: false),
            KnownAt = IsTrue(query["known_at"], knownAt),
            Timestamp = query["timestamp_column"].FirstOrDefault() ?? EntityLoader.DefaultTimestamp,
        };
        if (OutputOf(query["output"].FirstOrDefault()).Failed(out var wrong, out var output))
            return wrong;
        request = request with { Output = Output(context, output) };
        Limit(context, MostFile);
        var file = RequestFile.Create(folders, workspace, isCsv);
        try
        {
            await using (var stream = file.OpenWrite())
                await context.Request.Body.CopyToAsync(stream, 1 << 20, context.RequestAborted);
            return new HistoricalCall(request, null, file) { Name = query["name"].FirstOrDefault() };
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>A format by its name; null for none.</summary>
    internal static Result<OutputFormat?> OutputOf(string? name) => name switch
    {
        null or "" => (OutputFormat?)null,
        "json" => OutputFormat.Json,
        "csv" => OutputFormat.Csv,
        "parquet" => OutputFormat.Parquet,
        _ => Failure.Invalid("features.request_invalid", $"The output '{name}' is not one of json, csv and parquet."),
    };

    private static OutputFormat Output(HttpContext context, OutputFormat? asked)
    {
        if (asked is { } format)
            return format;
        var accept = context.Request.Headers.Accept.ToString();
        if (accept.Contains("text/csv", StringComparison.OrdinalIgnoreCase))
            return OutputFormat.Csv;
        return accept.Contains("parquet", StringComparison.OrdinalIgnoreCase) ? OutputFormat.Parquet : OutputFormat.Json;
    }

    private static bool IsTrue(Microsoft.Extensions.Primitives.StringValues value, bool otherwise) =>
        value.FirstOrDefault() is { Length: > 0 } text ? bool.TryParse(text, out var yes) ? yes : text == "1" : otherwise;

    private static void Limit(HttpContext context, long bytes)
    {
        if (context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = bytes;
    }
}
