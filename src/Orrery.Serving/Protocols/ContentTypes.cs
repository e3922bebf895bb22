using Microsoft.AspNetCore.Http;

namespace Orrery.Serving;

/// <summary>Content types of requests. One without is taken as JSON.</summary>
internal static class ContentTypes
{
    public const string Json = "application/json";
    public const string Binary = "application/octet-stream";
    public const string CloudEvent = "application/cloudevents+json";

    private static readonly string[] Known = [Json, Binary, "application/ld+json", CloudEvent];

    /// <summary>Whether a request's type is this one, whatever its parameters.</summary>
    public static bool Is(HttpRequest request, string type) => Is(request.ContentType, type);

    /// <summary>Refuses what is no JSON (415).</summary>
    /// <exception cref="RefusedException">It is of another type.</exception>
    public static void Check(HttpRequest request)
    {
        if (string.IsNullOrEmpty(request.ContentType))
            return;
        foreach (var type in Known)
        {
            if (Is(request.ContentType, type))
                return;
        }

        throw new RefusedException(StatusCodes.Status415UnsupportedMediaType, $"The body is of type '{request.ContentType}'; send {Json} (header Content-Type).");
    }

    private static bool Is(string? given, string type) => given is not null
        && given.StartsWith(type, StringComparison.OrdinalIgnoreCase) && (given.Length == type.Length || given[type.Length] is ';' or ' ');
}
