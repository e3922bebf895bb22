using System.Buffers;

namespace Orrery.Server;

/// <summary>The id of a request: the caller's <c>X-Request-Id</c> when it is sane, the connection's id and a count otherwise. In every log line's scope and every answer.</summary>
internal static class RequestId
{
    public const string Header = "X-Request-Id";
    private const int Longest = 128;
    private static readonly SearchValues<char> Sane =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_.:");

    /// <summary>Takes the caller's id over. Before anything is logged.</summary>
    public static void Adopt(HttpContext context)
    {
        if (context.Request.Headers.TryGetValue(Header, out var given) && given.Count == 1 && IsSane(given[0]))
            context.TraceIdentifier = given[0]!;
    }

    /// <summary>1 to 128 characters of letters, digits and <c>- _ . :</c>; anything else could forge log lines or headers.</summary>
    public static bool IsSane(string? id) => id is { Length: > 0 and <= Longest } && !id.AsSpan().ContainsAnyExcept(Sane);
}
