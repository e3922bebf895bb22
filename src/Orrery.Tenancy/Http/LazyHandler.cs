using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Orrery.Tenancy;

/// <summary>A handler of one endpoint that <see cref="RequestDelegateFactory"/> compiles when it is first asked.</summary>
internal sealed class LazyHandler
{
    private static readonly string[] WithBody = [HttpMethods.Post, HttpMethods.Put, HttpMethods.Patch];
    private readonly Delegate _handler;
    private readonly IServiceProvider _services;
    private readonly bool _hasBody;
    private readonly Lazy<RequestDelegate> _compiled;
    private RoutePattern? _pattern;
    private Func<EndpointFilterFactoryContext, EndpointFilterDelegate, EndpointFilterDelegate>[] _filters = [];

    public LazyHandler(Delegate handler, IServiceProvider services, string[] methods)
    {
        (_handler, _services, _hasBody) = (handler, services, methods.All(static method => WithBody.Contains(method, StringComparer.OrdinalIgnoreCase)));
        _compiled = new(Compile);
    }

    public Task InvokeAsync(HttpContext context) => _compiled.Value(context);

    /// <summary>Says of the endpoint what the framework infers from its handler: parameters, body, answers, attributes.</summary>
    public void Describe(EndpointBuilder endpoint)
    {
        _pattern = ((RouteEndpointBuilder)endpoint).RoutePattern;
        endpoint.Metadata.Add(_handler.Method);
        _ = RequestDelegateFactory.InferMetadata(_handler.Method, Options(endpoint));
        foreach (var attribute in _handler.Method.GetCustomAttributes())
            endpoint.Metadata.Add(attribute);
    }

    /// <summary>Keeps the filters for the compiled handler: around this one they would see no arguments.</summary>
    public void TakeFilters(EndpointBuilder endpoint)
    {
        _filters = [.. endpoint.FilterFactories];
        endpoint.FilterFactories.Clear();
    }

    private RequestDelegate Compile()
    {
        var endpoint = new RouteEndpointBuilder(null, _pattern!, 0) { ApplicationServices = _services };
        foreach (var filter in _filters)
            endpoint.FilterFactories.Add(filter);
        return RequestDelegateFactory.Create(_handler, Options(endpoint)).RequestDelegate;
    }

    private RequestDelegateFactoryOptions Options(EndpointBuilder endpoint) => new()
    {
        ServiceProvider = _services,
        RouteParameterNames = _pattern!.Parameters.Select(static parameter => parameter.Name),
        ThrowOnBadRequest = _services.GetService<IOptions<RouteHandlerOptions>>()?.Value.ThrowOnBadRequest ?? false,
        DisableInferBodyFromParameters = !_hasBody,
        EndpointBuilder = endpoint,
    };
}
