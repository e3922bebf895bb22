using System.Buffers;

namespace Orrery.Server;

/// <summary>The id of a request: the caller's <c>X-Request-Id</c> when it is sane, the connection's id and a count otherwise. In every log line's scope and every answer.</summary>
internal static class RequestId
{
    public const string Header = "X-Request-Id";
    private const int Longest = 128;
    private static readonly Func<ILogger, string, IDisposable?> Scope = LoggerMessage.DefineScope<string>("RequestId:{RequestId}");
    private static readonly SearchValues<char> Sane =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_.:");

    /// <summary>Takes the caller's id over. Before anything is logged.</summary>
    /// <returns>The scope of log lines, when there was one to take over: the id that ASP.NET Core puts there is fixed by then.</returns>
    public static IDisposable? Adopt(HttpContext context, ILogger logger)
    {
        if (!context.Request.Headers.TryGetValue(Header, out var given) || given.Count != 1 || !IsSane(given[0]))
            return null;
        context.TraceIdentifier = given[0]!;
        return Scope(logger, given[0]!);
    }

    /// <summary>1 to 128 characters of letters, digits and <c>- _ . :</c>; anything else could forge log lines or headers.</summary>
    public static bool IsSane(string? id) => id is { Length: > 0 and <= Longest } && !id.AsSpan().ContainsAnyExcept(Sane);
}
