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
    }

    public static void UseEdge(this WebApplication app)
    {
        app.UseMiddleware<RequestEdge>();
        app.UseCompression();
    }
}
