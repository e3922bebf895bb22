using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Tenancy;

namespace Orrery.Web;

/// <summary>
/// Carries a page's questions through the server's own pipeline: the same permissions, limits, validation and audit as for any client, in
/// the name of whoever looks at the page, and without a connection (ADR 0034).
/// </summary>
internal sealed class InProcessHandler(ServerPipeline pipeline, IServiceScopeFactory scopes, HttpContext page) : HttpMessageHandler
{
    private const string CsrfHeader = "X-Orrery-CSRF";
    private static readonly string[] Carried = ["Cookie", "Authorization", "X-Orrery-Workspace", "User-Agent"];

    /// <summary>Whether what is asked now is a part of a page that not everybody may see.</summary>
    public static readonly AsyncLocal<bool> IsPart = new();

    /// <summary>The session's token, once it is known: MLflow's searches are POST. Pages read, they change nothing.</summary>
    public string? Csrf { get; set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        using var answer = new MemoryStream();
        var context = Context(request, scope.ServiceProvider, answer, cancellationToken);
        if (request.Content is { } content)
        {
            var body = await content.ReadAsByteArrayAsync(cancellationToken);
            context.Request.Body = new MemoryStream(body, writable: false);
            context.Request.ContentLength = body.Length;
            context.Request.ContentType = content.Headers.ContentType?.ToString();
        }

        if (IsPart.Value)
            context.Features.Set(PartOfPage.Instance);
        if (LiveStreams.AskedBy(page.Request))
            context.Features.Set(Unattended.Instance);
        context.Features.Set<IHttpRequestBodyDetectionFeature>(new BodyDetection(request.Content is not null));
        await pipeline.BehindEdge(context);
        // What was written to the body's writer stands in it until then.
        await context.Response.CompleteAsync();
        return Answer(request, context, answer.ToArray());
    }

    private DefaultHttpContext Context(HttpRequestMessage asked, IServiceProvider services, Stream answer, CancellationToken cancel)
    {
        var uri = asked.RequestUri!;
        var context = new DefaultHttpContext { RequestServices = services, RequestAborted = cancel, TraceIdentifier = page.TraceIdentifier };
        var request = context.Request;
        (request.Method, request.Scheme, request.Host) = (asked.Method.Method, page.Request.Scheme, page.Request.Host);
        (request.Path, request.QueryString) = (PathString.FromUriComponent(uri), QueryString.FromUriComponent(uri));
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = uri.PathAndQuery;
        foreach (var name in Carried)
            request.Headers[name] = page.Request.Headers[name];
        foreach (var (name, values) in asked.Headers.NonValidated)
        {
            if (!Carried.Contains(name, StringComparer.OrdinalIgnoreCase))
                request.Headers[name] = values.ToArray();
        }

        if (Csrf is not null)
            request.Headers[CsrfHeader] = Csrf;
        (context.Connection.RemoteIpAddress, context.Connection.LocalIpAddress) = (page.Connection.RemoteIpAddress, page.Connection.LocalIpAddress);
        context.Response.Body = answer;
        return context;
    }

    private static HttpResponseMessage Answer(HttpRequestMessage request, DefaultHttpContext context, byte[] body)
    {
        var response = new HttpResponseMessage((HttpStatusCode)context.Response.StatusCode) { RequestMessage = request, Content = new ByteArrayContent(body) };
        foreach (var (name, values) in context.Response.Headers)
        {
            if (!response.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
                response.Content.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        }

        return response;
    }

    private sealed record BodyDetection(bool CanHaveBody) : IHttpRequestBodyDetectionFeature;
}
