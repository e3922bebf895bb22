using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Orrery.Serving;

/// <summary>The header <c>grpc-timeout</c>: up to eight digits and a unit.</summary>
internal static class GrpcTimeout
{
    /// <summary>How long the caller waits; null when it does not say.</summary>
    /// <exception cref="TensorException">It is none.</exception>
    public static TimeSpan? Of(HttpRequest request) => request.Headers.TryGetValue("grpc-timeout", out var header) ? Parse(header.ToString()) : null;

    /// <summary>Reads <c>250m</c>, a quarter of a second.</summary>
    public static TimeSpan Parse(string text)
    {
        if (text.Length is < 2 or > 9 || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            throw Wrong(text);
        return text[^1] switch
        {
            'H' => TimeSpan.FromHours(Math.Min(count, 10_000)),
            'M' => TimeSpan.FromMinutes(Math.Min(count, 1_000_000)),
            'S' => TimeSpan.FromSeconds(count),
            'm' => TimeSpan.FromMilliseconds(count),
            'u' => TimeSpan.FromMicroseconds(count),
            'n' => TimeSpan.FromTicks((count + 99) / 100),
            _ => throw Wrong(text),
        };
    }

    private static TensorException Wrong(string text) => new($"grpc-timeout is '{text}'; it must be one to eight digits and one of H, M, S, m, u, n.");
}
