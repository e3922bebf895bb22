using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Tenancy;

// Above the modules' namespaces, so that their app.MapGet(...) means these before the framework's of the same names.
#pragma warning disable IDE0130
namespace Orrery;
#pragma warning restore IDE0130

/// <summary>
/// Endpoints whose handlers are compiled when they are first asked, not all at the first request of a server's life: the framework
/// makes an expression tree of each and compiles it, which for all of the platform's endpoints takes two seconds and thirty megabytes.
/// What is said of an endpoint (metadata, conventions, filters) is what the framework says of its own.
/// </summary>
public static class LazyRoutes
{
    private static readonly string[] Get = [HttpMethods.Get];
    private static readonly string[] Post = [HttpMethods.Post];
    private static readonly string[] Put = [HttpMethods.Put];
    private static readonly string[] Patch = [HttpMethods.Patch];
    private static readonly string[] Delete = [HttpMethods.Delete];

    /// <summary>GET of a pattern by a handler with bound parameters.</summary>
    public static RouteHandlerBuilder MapGet(this IEndpointRouteBuilder app, string pattern, Delegate handler) => app.MapMethods(pattern, Get, handler);

    /// <summary>GET of a pattern by a handler that takes the request as it comes.</summary>
    public static IEndpointConventionBuilder MapGet(this IEndpointRouteBuilder app, string pattern, RequestDelegate handler) => EndpointRouteBuilderExtensions.MapGet(app, pattern, handler);

    /// <summary>POST to a pattern, to a handler with bound parameters.</summary>
    public static RouteHandlerBuilder MapPost(this IEndpointRouteBuilder app, string pattern, Delegate handler) => app.MapMethods(pattern, Post, handler);

    /// <summary>POST to a pattern, to a handler that takes the request as it comes.</summary>
    public static IEndpointConventionBuilder MapPost(this IEndpointRouteBuilder app, string pattern, RequestDelegate handler) => EndpointRouteBuilderExtensions.MapPost(app, pattern, handler);

    /// <summary>PUT to a pattern, to a handler with bound parameters.</summary>
    public static RouteHandlerBuilder MapPut(this IEndpointRouteBuilder app, string pattern, Delegate handler) => app.MapMethods(pattern, Put, handler);

    /// <summary>PUT to a pattern, to a handler that takes the request as it comes.</summary>
    public static IEndpointConventionBuilder MapPut(this IEndpointRouteBuilder app, string pattern, RequestDelegate handler) => EndpointRouteBuilderExtensions.MapPut(app, pattern, handler);

    /// <summary>PATCH of a pattern, by a handler with bound parameters.</summary>
    public static RouteHandlerBuilder MapPatch(this IEndpointRouteBuilder app, string pattern, Delegate handler) => app.MapMethods(pattern, Patch, handler);

    /// <summary>PATCH of a pattern, by a handler that takes the request as it comes.</summary>
    public static IEndpointConventionBuilder MapPatch(this IEndpointRouteBuilder app, string pattern, RequestDelegate handler) => EndpointRouteBuilderExtensions.MapPatch(app, pattern, handler);

    /// <summary>DELETE of a pattern, by a handler with bound parameters.</summary>
    public static RouteHandlerBuilder MapDelete(this IEndpointRouteBuilder app, string pattern, Delegate handler) => app.MapMethods(pattern, Delete, handler);

    /// <summary>DELETE of a pattern, by a handler that takes the request as it comes.</summary>
    public static IEndpointConventionBuilder MapDelete(this IEndpointRouteBuilder app, string pattern, RequestDelegate handler) =>
        EndpointRouteBuilderExtensions.MapDelete(app, pattern, handler);

    /// <summary>Some methods of a pattern, by a handler that takes the request as it comes.</summary>
    public static IEndpointConventionBuilder MapMethods(this IEndpointRouteBuilder app, string pattern, IEnumerable<string> methods, RequestDelegate handler) =>
        EndpointRouteBuilderExtensions.MapMethods(app, pattern, methods, handler);

    /// <summary>Some methods of a pattern, by a handler with bound parameters.</summary>
    public static RouteHandlerBuilder MapMethods(this IEndpointRouteBuilder app, string pattern, IEnumerable<string> methods, Delegate handler)
    {
        var lazy = new LazyHandler(handler, app.ServiceProvider, [.. methods]);
        var route = EndpointRouteBuilderExtensions.MapMethods(app, pattern, methods, lazy.InvokeAsync);
        var own = new OwnConventions(route);
        // As with the framework: after the conventions of its groups, and before what is said of itself.
        route.Add(endpoint =>
        {
            lazy.Describe(endpoint);
            own.Apply(endpoint);
            lazy.TakeFilters(endpoint);
        });
        return new RouteHandlerBuilder([own]);
    }

    /// <summary>What is said of one endpoint, kept until it is built, so that something can be done after it.</summary>
    private sealed class OwnConventions(IEndpointConventionBuilder route) : IEndpointConventionBuilder
    {
        private readonly List<Action<EndpointBuilder>> _said = [];

        public void Add(Action<EndpointBuilder> convention) => _said.Add(convention);

        public void Finally(Action<EndpointBuilder> finallyConvention) => route.Finally(finallyConvention);

        public void Apply(EndpointBuilder endpoint) => _said.ForEach(say => say(endpoint));
    }
}
