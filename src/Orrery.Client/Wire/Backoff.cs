using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace Orrery.Client;

/// <summary>How long to wait before the next try, and whether there shall be one.</summary>
internal static class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <summary>A server that asks for more patience than this is not waited for.</summary>
    public static readonly TimeSpan LongestAskedFor = TimeSpan.FromSeconds(60);

    /// <summary>Doubles from 0.2 s to 10 s; the actual wait lies between half of it and all of it.</summary>
    public static TimeSpan Delay(int attempt)
    {
        var whole = Math.Min(First.TotalMilliseconds * Math.Pow(2, attempt), Longest.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(whole / 2 + RandomNumberGenerator.GetInt32((int)(whole / 2) + 1));
    }

    public static TimeSpan? AskedFor(RetryConditionHeaderValue? header, DateTimeOffset now) =>
        header?.Delta ?? (header?.Date is { } date ? date > now ? date - now : TimeSpan.Zero : null);

    public static bool MayRepeat(HttpStatusCode status, bool askedToWait, Repeat repeat) => status switch
    {
        HttpStatusCode.TooManyRequests => true,
        HttpStatusCode.ServiceUnavailable => repeat is Repeat.Always || askedToWait,
        HttpStatusCode.RequestTimeout or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout => repeat is Repeat.Always,
        _ => false,
    };

    /// <summary>A connection that was never made carried nothing.</summary>
    public static bool MayRepeat(HttpRequestException failed, Repeat repeat) =>
        repeat is Repeat.Always
            || failed.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError;
}
