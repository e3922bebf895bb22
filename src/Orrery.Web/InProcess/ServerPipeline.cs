using Microsoft.AspNetCore.Http;

namespace Orrery.Web;

/// <summary>What a request goes through behind the edge: workspace, routing, access, endpoint. Pages ask it as a client would, without a connection.</summary>
internal sealed class ServerPipeline
{
    private RequestDelegate? _behindEdge;

    /// <summary>The pipeline; asked for once the server is put together.</summary>
    public RequestDelegate BehindEdge
    {
        get => _behindEdge ?? throw new InvalidOperationException("UseWeb comes before the pages are asked.");
        set => _behindEdge = value;
    }
}
