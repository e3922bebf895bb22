using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Client;
using Orrery.Contracts;

namespace Orrery.Web;

/// <summary>The request that a page is made for: who looks, and a client in their name.</summary>
public sealed class PageContext : IDisposable
{
    private readonly HttpContext _context;
    private readonly InProcessHandler _handler;

    /// <summary>Of the request at hand.</summary>
    public PageContext(IHttpContextAccessor accessor)
    {
        _context = accessor.HttpContext ?? throw new InvalidOperationException("Pages are made for requests.");
        var services = _context.RequestServices;
        _handler = new(services.GetRequiredService<ServerPipeline>(), services.GetRequiredService<IServiceScopeFactory>(), _context);
        Client = new(new Uri($"http://in.process{_context.Request.PathBase.ToUriComponent()}"), new() { Handler = _handler, Retries = 0 });
    }

    /// <summary>Asks the server in the name of who looks.</summary>
    public OrreryClient Client { get; }

    /// <summary>Ends when the browser goes away.</summary>
    public CancellationToken Cancel => _context.RequestAborted;

    /// <summary>Who looks; null where nobody has signed in and somebody has to.</summary>
    public Me? Me { get; private set; }

    /// <summary>The browser's session; null where there is none.</summary>
    public WebSession? Session { get; private set; }

    /// <summary>The table that is asked for as a file instead of the page; a table sets it.</summary>
    internal CsvExport? Export { get; set; }

    /// <summary>The server's time.</summary>
    public DateTimeOffset Now => _context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();

    /// <summary>Path and query as asked, for links to itself.</summary>
    public string Here => _context.Request.Path.ToUriComponent() + _context.Request.QueryString.ToUriComponent();

    /// <summary>The path's begin that names the workspace, such as <c>/w/team</c>; empty for the default one.</summary>
    public string Base => _context.Request.PathBase.ToUriComponent();

    /// <summary>A path in the same workspace; parts are escaped.</summary>
    public string To(params string[] parts) => $"{Base}/{string.Join('/', parts.Select(Uri.EscapeDataString))}";

    /// <summary>A path in the same workspace with a query; what is null is left out.</summary>
    public string Find(string path, params (string Key, string? Value)[] query) => Link($"{Base}/{path}", query.Where(static one => one.Value is not null));

    /// <summary>The same page with one thing in its query changed; null takes it away.</summary>
    public string With(string key, string? value) => With((key, value));

    /// <summary>The same page with things in its query changed; null takes one away.</summary>
    public string With(params (string Key, string? Value)[] changes)
    {
        var kept = _context.Request.Query.Where(one => one.Key != "csv" && changes.All(change => change.Key != one.Key)).SelectMany(static one => one.Value.Select(text => (one.Key, text)));
        return Link(Base + _context.Request.Path.ToUriComponent(), [.. kept, .. changes.Where(static change => change.Value is not null)]);
    }

    private static string Link(string path, IEnumerable<(string Key, string? Value)> query)
    {
        var text = string.Join('&', query.Select(static one => $"{Uri.EscapeDataString(one.Key)}={Uri.EscapeDataString(one.Value ?? "")}"));
        return text.Length == 0 ? path : $"{path}?{text}";
    }

    /// <summary>A part of the page's path.</summary>
    public string Route(string name) => _context.GetRouteValue(name) as string ?? "";

    /// <summary>A value of the query; null where it is not there or empty.</summary>
    public string? Query(string name) => _context.Request.Query[name].ToString() is { Length: > 0 } text ? text : null;

    /// <summary>All values of the query by that name.</summary>
    public IReadOnlyList<string> QueryAll(string name) => [.. _context.Request.Query[name].OfType<string>().Where(static text => text.Length > 0)];

    /// <summary>Whether who looks has a permission on all of the workspace; true for null. For what is offered, not for what is allowed: the API decides that.</summary>
    public bool May(string? permission) => permission is null || (Me?.Permissions.Contains(permission) ?? true);

    /// <summary>What a call answers, or null where it is refused or not there: for parts of a page that not everybody may see.</summary>
    /// <param name="call">The question.</param>
    /// <param name="part">False for what the page is about: a refusal of it is an entry of the audit trail, as everywhere.</param>
    public static async Task<T?> TryAsync<T>(Func<Task<T>> call, bool part = true)
        where T : class
    {
        try
        {
            // Ends with this method: what is set in it is seen by what it calls alone.
            InProcessHandler.IsPart.Value = part;
            return await call();
        }
        catch (OrreryApiException refused) when (refused.Status is System.Net.HttpStatusCode.Forbidden or System.Net.HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Asks who looks. Once, before the page.</summary>
    internal async Task LookAsync()
    {
        Session = await MaybeAsync(() => Client.Identity.GetSessionAsync(Cancel));
        _handler.Csrf = Session?.CsrfToken;
        Me = await MaybeAsync(() => Client.Identity.GetMeAsync(Cancel));
    }

    private static async Task<T?> MaybeAsync<T>(Func<Task<T>> call)
        where T : class
    {
        try
        {
            return await call();
        }
        catch (OrreryApiException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Client.Dispose();
}
