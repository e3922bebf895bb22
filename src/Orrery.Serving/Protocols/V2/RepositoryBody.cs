using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Orrery.Serving;

/// <summary>The body of <c>/v2/repository/index</c>.</summary>
internal static class RepositoryBody
{
    private const int Largest = 64 << 10;

    /// <summary>Whether only models that answer are asked for; null when the body is none.</summary>
    public static async ValueTask<bool?> ReadyOnlyAsync(HttpContext context)
    {
        using var body = new Prediction();
        if (!await body.ReadAsync(context.Request, Largest))
            return null;
        if (body.Body.IsEmpty)
            return false;
        try
        {
            using var json = JsonDocument.Parse(body.Body);
            if (json.RootElement.ValueKind is not JsonValueKind.Object)
                return null;
            return !json.RootElement.TryGetProperty("ready", out var ready) ? false : ready.ValueKind is JsonValueKind.True or JsonValueKind.False ? ready.GetBoolean() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
