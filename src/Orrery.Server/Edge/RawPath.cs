using Microsoft.AspNetCore.Http.Features;

namespace Orrery.Server;

/// <summary>The path as it stands in the request line. Kestrel resolves its dot segments, after which a file's path may be that of its folder.</summary>
internal static class RawPath
{
    /// <summary>The path, when a segment of it is <c>..</c>, plain or percent-encoded; null for all others.</summary>
    public static PathString? Climbing(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.AsSpan();
        var query = target.IndexOf('?');
        var path = query < 0 ? target : target[..query];
        if (!path.Contains('.') && !path.Contains('%'))
            return null;
        if (path is not ['/', ..])
        {
            // What a proxy is sent: a whole address.
            var authority = path.IndexOf("://");
            var start = authority < 0 ? -1 : path[(authority + 3)..].IndexOf('/');
            if (start < 0)
                return null;
            path = path[(authority + 3 + start)..];
        }

        foreach (var range in path.Split('/'))
        {
            if (IsParent(path[range]))
                return PathString.FromUriComponent(path.ToString());
        }

        return null;
    }

    private static bool IsParent(ReadOnlySpan<char> segment) => IsDot(ref segment) && IsDot(ref segment) && segment.IsEmpty;

    private static bool IsDot(ref ReadOnlySpan<char> rest)
    {
        var length = rest is ['.', ..] ? 1 : rest.StartsWith("%2e", StringComparison.OrdinalIgnoreCase) ? 3 : 0;
        rest = rest[length..];
        return length > 0;
    }
}
