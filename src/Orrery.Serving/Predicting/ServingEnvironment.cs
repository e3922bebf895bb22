using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Orrery.Serving;

/// <summary>The environment that a request is to, from its path (<c>/staging/v1/...</c>), for gRPC its metadata, or its host.</summary>
/// <param name="Name">Such as <c>staging</c>.</param>
internal sealed record ServingEnvironment(string Name)
{
    /// <summary>Metadata of gRPC calls that names the environment; their paths are fixed.</summary>
    public const string Header = "X-Orrery-Environment";

    /// <summary>Takes the environment off the path, so that the same endpoints answer for all of them.</summary>
    public static void Use(IApplicationBuilder app, ServingOptions options)
    {
        var paths = options.Environments.Select(static name => (Path: new PathString("/" + name), Environment: new ServingEnvironment(name))).ToArray();
        var hosts = options.Hosts.ToDictionary(static host => host.Key, static host => new ServingEnvironment(host.Value), StringComparer.OrdinalIgnoreCase);
        app.Use((context, next) =>
        {
            if (hosts.Count > 0 && hosts.TryGetValue(context.Request.Host.Host, out var byHost))
                context.Features.Set(byHost);
            if (context.Request.Path.StartsWithSegments(GrpcEndpoints.Service, StringComparison.Ordinal))
                return Named(context, options) ? next(context) : ServingRefusals.WriteAsync(context, StatusCodes.Status400BadRequest, Unknown(context, options));
            foreach (var (path, environment) in paths)
            {
                if (!context.Request.Path.StartsWithSegments(path, out var rest) || !IsProtocol(rest))
                    continue;
                context.Features.Set(environment);
                context.Request.PathBase += path;
                context.Request.Path = rest;
                break;
            }

            return next(context);
        });
    }

    private static bool Named(HttpContext context, ServingOptions options)
    {
        if (!context.Request.Headers.TryGetValue(Header, out var name))
            return true;
        if (!options.Environments.Contains(name.ToString()))
            return false;
        context.Features.Set(new ServingEnvironment(name.ToString()));
        return true;
    }

    private static string Unknown(HttpContext context, ServingOptions options) =>
        $"{Header} is '{context.Request.Headers[Header]}'; the environments are {string.Join(", ", options.Environments)}.";

    private static bool IsProtocol(PathString path) => path.StartsWithSegments("/v1", StringComparison.Ordinal) || path.StartsWithSegments("/v2", StringComparison.Ordinal);
}
