using Microsoft.AspNetCore.HttpOverrides;

namespace Orrery.Server;

/// <summary>Everything between the socket and the first module.</summary>
internal static class EdgeModule
{
    public static void AddEdge(this WebApplicationBuilder builder, ServerOptions options)
    {
        builder.AddListening(options);
        builder.Services.AddRouting();
        // What is wrong with a request is told to its sender, in every environment.
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.AddSingleton(new Gate(options));
        builder.AddCompression(options.Http);
        builder.Services.AddSingleton(options.Http);
    }

    public static void UseEdge(this WebApplication app)
    {
        UseTrustedProxies(app);
        app.UseMiddleware<RequestEdge>();
        app.UseCompression();
    }

    // First of all: limits, the audit trail and cookies go by who the caller is, and by how they came.
    private static void UseTrustedProxies(WebApplication app)
    {
        var proxies = app.Services.GetRequiredService<HttpOptions>().TrustedProxies;
        if (proxies.Length == 0)
            return;
        var forwarded = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = null };
        forwarded.KnownIPNetworks.Clear();
        forwarded.KnownProxies.Clear();
        foreach (var proxy in proxies)
            forwarded.KnownIPNetworks.Add(HttpOptions.Network(proxy)!.Value);
        app.UseForwardedHeaders(forwarded);
    }
}
