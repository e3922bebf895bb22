using Microsoft.AspNetCore.Http;
using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>
/// How a request of Feast's API is answered: as Feast does, or strictly (truthful statuses, ttl, problem details). The query <c>mode=feast|strict</c>
/// counts before the header <c>X-Feast-Compat: true|false</c>, and that before the setting.
/// </summary>
internal static class FeastMode
{
    public const string Header = "X-Feast-Compat";

    /// <summary>True for errors in Feast's shape: where all is as Feast does, and below <c>/feast</c> unless the request itself says strict.</summary>
    public static bool ErrorsOf(HttpRequest request, bool asFeast) =>
        asFeast || (request.Path.StartsWithSegments("/feast", StringComparison.Ordinal) && !request.Headers.ContainsKey(Header) && !request.Query.ContainsKey("mode"));

    public static bool IsKnown(string mode) => mode is "feast" or "strict";

    /// <summary>True for as Feast does; <c>features.mode_invalid</c>.</summary>
    public static Result<bool> Of(HttpRequest request, OnlineSettings settings)
    {
        if (request.QueryString.HasValue && request.Query["mode"] is [{ } mode, ..])
            return IsKnown(mode) ? mode == "feast" : Failure.Invalid("features.mode_invalid", $"The query's mode is '{DefinitionNames.Clip(mode)}'; it must be feast or strict.");
        if (request.Headers.TryGetValue(Header, out var values) && values is [{ } value, ..])
        {
            return bool.TryParse(value, out var compatible)
                ? compatible
                : Failure.Invalid("features.mode_invalid", $"The header {Header} is '{DefinitionNames.Clip(value)}'; it must be true or false.");
        }

        return settings.Mode == "feast";
    }
}
