using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Playwright;
using Orrery.Web;
using Xunit;

namespace Orrery.Tests.Web;

/// <summary>
/// Every page, found by following links from Home: it answers, has no barrier that axe-core finds, in both themes, fits a wide window and a
/// phone, and writes nothing to the console. With <c>ORRERY_SCREENSHOTS</c> set, pictures of each are left in that folder (eng/screenshots.sh).
/// </summary>
public sealed partial class EveryPageTests(Demo demo)
{
    private const int Wide = 1280;
    private const int Phone = 390;
    private const int Height = 900;
    private const int PerKind = 3;
    private static readonly string? Pictures = Environment.GetEnvironmentVariable("ORRERY_SCREENSHOTS");

    [Fact]
    public async Task Every_page_is_reached_by_links_and_has_no_barriers()
    {
        await using var watched = await demo.OpenAsync("root");
        var seen = await WalkAsync(watched, ["/", "/sign-in", "/device", "/search?q=churn", $"/lineage/predictions/{demo.Prediction}"]);
        var missed = Routes().Where(route => !seen.Contains(route)).ToList();
        Assert.True(missed.Count == 0, $"No link leads to {string.Join(", ", missed)}.");
    }

    private static async Task<HashSet<string>> WalkAsync(WatchedPage watched, IEnumerable<string> from)
    {
        var routes = Routes();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var asked = new HashSet<string>(StringComparer.Ordinal);
        var alike = new Dictionary<string, int>(StringComparer.Ordinal);
        var next = new Queue<string>(from);
        while (next.TryDequeue(out var path))
        {
            await watched.Page.GotoAsync(new Uri(watched.Url, path).ToString());
            await LookAsync(watched, NameOf(Shape(RouteOf(routes, path) ?? path, path)));
            var links = await watched.Page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('a[href]:not([download])')].map(a => a.href).filter(h => h.startsWith(location.origin)).map(h => h.slice(location.origin.length))");
            foreach (var link in links.Select(static one => one.Split('#')[0]))
            {
                if (RouteOf(routes, link) is { } route && seen.Add(Shape(route, link)))
                {
                    seen.Add(route);
                    next.Enqueue(link);
                }
                else if (asked.Add(link) && (alike[Kind(routes, link)] = alike.GetValueOrDefault(Kind(routes, link)) + 1) <= PerKind)
                {
                    var answer = await watched.Page.Context.APIRequest.GetAsync(new Uri(watched.Url, link).ToString());
                    if (answer.Status >= 400)
                        watched.Blame($"{path} links to {link}, which answers {answer.Status}.");
                    await answer.DisposeAsync();
                }
            }
        }

        return [.. seen, .. from.Select(path => RouteOf(routes, path)).OfType<string>()];
    }

    // In both themes and at both widths, without loading it four times.
    private static async Task LookAsync(WatchedPage watched, string name)
    {
        await watched.CheckAsync();
        await ShootAsync(watched, $"{name}-{Wide}-light");
        await watched.Page.EvaluateAsync("() => { document.documentElement.setAttribute('data-bs-theme', 'dark'); document.dispatchEvent(new CustomEvent('orrery:theme')); }");
        await watched.CheckAsync("color-contrast");
        await ShootAsync(watched, $"{name}-{Wide}-dark");
        await watched.Page.SetViewportSizeAsync(Phone, Height);
        await watched.CheckAsync("scrollable-region-focusable");
        await ShootAsync(watched, $"{name}-{Phone}-dark");
        await watched.Page.SetViewportSizeAsync(Wide, Height);
    }

    private static async Task ShootAsync(WatchedPage watched, string name)
    {
        if (Pictures is { Length: > 0 } folder)
            await watched.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png"), FullPage = true });
    }

    // Links with the same route and the same names of parameters.
    private static string Kind(IReadOnlyList<string> routes, string link) =>
        $"{RouteOf(routes, link) ?? Regex.Replace(link.Split('?')[0], "[0-9a-f]{16,}", "*")}?{string.Join('&', link.Split('?').Skip(1).SelectMany(static query => query.Split('&')).Select(static pair => pair.Split('=')[0]))}";

    // A page is looked at once for each kind of thing it shows, and for each tab.
    private static string Shape(string route, string link) => Tab().Match(link) is { Success: true } tab ? $"{route}?{tab.Value}" : route;

    private static string NameOf(string route) => route == "/" ? "home" : Regex.Replace(route, "[^a-z0-9]+", "-", RegexOptions.IgnoreCase).Trim('-');

    private static string? RouteOf(IReadOnlyList<string> routes, string link)
    {
        var parts = link.Split('?')[0].Split('/');
        return routes.Where(route => Fits(route.Split('/'), parts)).OrderBy(static route => route.Count(static letter => letter == '{')).FirstOrDefault();
    }

    private static bool Fits(string[] route, string[] parts) => route.Length == parts.Length && route.Zip(parts).All(static pair => pair.First.StartsWith('{') ? pair.Second.Length > 0 : pair.First == pair.Second);

    // What the module maps, without what is a part of a page or a file for one.
    private static List<string> Routes()
    {
        var app = WebApplication.CreateSlimBuilder().Build();
        app.MapWeb();
        return
        [
            .. ((IEndpointRouteBuilder)app).DataSources.SelectMany(static source => source.Endpoints).OfType<RouteEndpoint>()
                .Where(static endpoint => endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName is { } name && name.StartsWith("Show", StringComparison.Ordinal) && name is not "ShowFound")
                .Select(static endpoint => endpoint.RoutePattern.RawText!),
        ];
    }

    [GeneratedRegex("tab=[a-z-]+")]
    private static partial Regex Tab();
}
