using Microsoft.AspNetCore.Http;

namespace Orrery.Tenancy;

/// <summary>The workspace a request names; null when it names none.</summary>
internal sealed record WantedWorkspace(string? Name);

/// <summary>
/// Finds the workspace a request names: the path prefix <c>/w/{workspace}</c> (taken off the path), else the header
/// <c>X-Orrery-Workspace</c> or <c>X-MLFLOW-WORKSPACE</c>. Whether there is one of that name, and for whom, is decided after routing.
/// </summary>
internal sealed class WorkspaceMiddleware(RequestDelegate next)
{
    private const string Prefix = "/w/";
    private static readonly string[] Headers = ["X-Orrery-Workspace", "X-MLFLOW-WORKSPACE"];

    public Task InvokeAsync(HttpContext context)
    {
        context.Features.Set(new WantedWorkspace(FromPath(context.Request) ?? FromHeader(context.Request)));
        return next(context);
    }

    private static string? FromPath(HttpRequest request)
    {
        var path = request.Path.Value;
        if (path is null || !path.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        var end = path.IndexOf('/', Prefix.Length);
        if (end < 0)
            end = path.Length;
        // Never by assigning a string: that would decode the path a second time.
        request.PathBase = request.PathBase.Add(new PathString(path[..end]));
        // A tracking URI that ends in a slash makes two of them.
        request.Path = new PathString(
            path.AsSpan(end).StartsWith("//") ? path[end..].Replace("//", "/", StringComparison.Ordinal) : path[end..]);
        return path[Prefix.Length..end];
    }

    private static string? FromHeader(HttpRequest request)
    {
        foreach (var header in Headers)
        {
            if (request.Headers.TryGetValue(header, out var value) && value.Count > 0 && !string.IsNullOrEmpty(value[0]))
                return value[0];
        }

        return null;
    }
}
