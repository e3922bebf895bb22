using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Orrery.Features;

/// <summary>Small JSON answers.</summary>
internal static class Answers
{
    /// <summary>One object.</summary>
    public static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> members)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        context.Response.ContentType = "application/json";
        context.Response.ContentLength = buffer.Length;
        await context.Response.Body.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), context.RequestAborted);
    }
}
