using System.Reflection;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>Endpoints that are compiled late are what the framework's are: this is the oracle.</summary>
public sealed class LazyRoutesTests : IAsyncDisposable
{
    private readonly WebApplication _app;

    public LazyRoutesTests()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRouting();
        _app = builder.Build();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("GET")]
    [InlineData("DELETE")]
    public void The_framework_says_the_same_of_them_in_the_same_order(string method)
    {
        Delegate handler = method is "GET" or "DELETE" ? Named : Posted;
        var group = _app.MapGroup("/g/{name}").WithTags("group");
        Told((method switch
        {
            "POST" => group.MapPost("ours", handler),
            "PUT" => group.MapPut("ours", handler),
            "PATCH" => group.MapPatch("ours", handler),
            "GET" => group.MapGet("ours", handler),
            _ => group.MapDelete("ours", handler),
        }).WithDisplayName("one"));
        Told(EndpointRouteBuilderExtensions.MapMethods(group, "theirs", [method], handler).WithDisplayName("one"));

        var (ours, theirs) = (Endpoint("ours"), Endpoint("theirs"));

        // Methods and names differ as they must: ours is the handler's and one of its own before it.
        Assert.Equal(theirs.Metadata.Where(static one => one is not MethodInfo).Select(Name), ours.Metadata.Where(static one => one is not MethodInfo).Select(Name));
        Assert.Same(handler.Method, ours.Metadata.GetMetadata<MethodInfo>());
        Assert.Equal([method], ours.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods);
        Assert.Equal(3, ours.Metadata.Count(static one => one is SaidAttribute));

        static void Told(RouteHandlerBuilder one) => one.WithSummary("does it").WithMetadata(new SaidAttribute()).Produces<string>().Add(static endpoint => endpoint.Metadata.Add(new SaidAttribute()));
    }

    [Fact]
    public async Task Parameters_come_from_the_path_the_query_the_body_and_the_services()
    {
        _app.MapPost("/g/{name}/ours", Posted);

        Assert.Equal("ann 7 text", await AskAsync("POST", new() { ["name"] = "ann" }, "?times=7", "{\"text\":\"text\"}"));
        Assert.Equal("bob 0 ", await AskAsync("POST", new() { ["name"] = "bob" }, "", "{}"));
    }

    [Fact]
    public void What_cannot_be_bound_is_told_before_it_is_asked()
    {
        _app.MapGet("/g/{name}/ours", Posted);

        Assert.Contains("Body was inferred", Assert.Throws<InvalidOperationException>(() => Endpoint("ours")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Filters_of_the_group_and_the_endpoint_see_the_arguments_in_their_order()
    {
        List<string> seen = [];
        var group = _app.MapGroup("/g/{name}");
        group.AddEndpointFilter((call, next) => Seen("group", call, next));
        group.MapPost("ours", Posted).AddEndpointFilter((call, next) => Seen("endpoint", call, next));

        await AskAsync("POST", new() { ["name"] = "ann" }, "", "{}");

        Assert.Equal(["group ann", "endpoint ann"], seen);

        ValueTask<object?> Seen(string who, EndpointFilterInvocationContext call, EndpointFilterDelegate next)
        {
            seen.Add($"{who} {call.GetArgument<string>(0)}");
            return next(call);
        }
    }

    [Fact]
    public async Task Handlers_of_the_request_itself_stay_the_frameworks()
    {
        _app.MapGet("/g/ours", static context => context.Response.WriteAsync("here"));

        Assert.Equal("here", await AskAsync("GET", [], "", ""));
        Assert.DoesNotContain("Lazy", Endpoint("ours").RequestDelegate!.Target?.GetType().Name ?? "", StringComparison.Ordinal);
    }

    [Said]
    private static string Posted(string name, int? times, Text body) => $"{name} {times ?? 0} {body.Value}";

    [Said]
    private static string Named(string name, int? times) => $"{name} {times ?? 0}";

    private static string Name(object metadata) => $"{metadata.GetType().Name} {metadata}".Replace("ours", "theirs", StringComparison.Ordinal);

    private RouteEndpoint Endpoint(string end) => ((IEndpointRouteBuilder)_app).DataSources.SelectMany(static source => source.Endpoints).OfType<RouteEndpoint>()
        .Single(one => one.RoutePattern.RawText!.EndsWith(end, StringComparison.Ordinal));

    private async Task<string> AskAsync(string method, RouteValueDictionary route, string query, string body)
    {
        using var answer = new MemoryStream();
        var context = new DefaultHttpContext { RequestServices = _app.Services };
        context.Request.Method = method;
        context.Request.RouteValues = route;
        context.Request.QueryString = new(query);
        context.Request.ContentType = "application/json";
        context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        context.Request.ContentLength = body.Length;
        context.Features.Set<Microsoft.AspNetCore.Http.Features.IHttpRequestBodyDetectionFeature>(new HasBody());
        context.Response.Body = answer;
        await Endpoint("ours").RequestDelegate!(context);
        return Encoding.UTF8.GetString(answer.ToArray());
    }

    private sealed record Text([property: System.Text.Json.Serialization.JsonPropertyName("text")] string? Value);

    [AttributeUsage(AttributeTargets.Method)]
    private sealed class SaidAttribute : Attribute;

    private sealed class HasBody : Microsoft.AspNetCore.Http.Features.IHttpRequestBodyDetectionFeature
    {
        public bool CanHaveBody => true;
    }
}
