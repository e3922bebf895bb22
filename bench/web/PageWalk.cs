using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Orrery.Web;

namespace Orrery.WebBench;

/// <summary>Finds pages as people do, by their links from Home: some addresses of each kind of page.</summary>
internal sealed partial class PageWalk(HttpClient client)
{
    private const int PerPage = 10;
    private readonly List<string> _routes = [.. Routes()];

    /// <summary>Addresses of each kind of page; none where no link leads to it.</summary>
    public async Task<IReadOnlyList<(string Route, IReadOnlyList<string> Paths)>> FindAsync()
    {
        var found = _routes.ToDictionary(static route => route, static _ => new List<string>(), StringComparer.Ordinal);
        var known = new HashSet<string>(StringComparer.Ordinal);
        var next = new Queue<string>();
        foreach (var begin in (string[])["/", "/sign-in", "/device", "/search?q=model", "/search/found?q=churn", "/models/churn-predictor", "/deployments/staging/churn-predictor", "/experiments/1"])
            Note(begin);
        while (next.TryDequeue(out var path))
        {
            using var answer = await client.GetAsync(path);
            if (!answer.IsSuccessStatusCode)
                throw new InvalidOperationException($"{path}: {(int)answer.StatusCode}");
            foreach (Match match in Link().Matches(await answer.Content.ReadAsStringAsync()))
            {
                var link = System.Net.WebUtility.HtmlDecode(match.Groups[1].Value).Split('#')[0];
                if (!link.Contains("csv=", StringComparison.Ordinal))
                    Note(link);
            }
        }

        return [.. _routes.Select(route => (route, (IReadOnlyList<string>)found[route]))];

        void Note(string link)
        {
            if (RouteOf(link) is not { } route || found[route].Count >= PerPage || !known.Add(link))
                return;
            found[route].Add(link);
            next.Enqueue(link);
        }
    }

    private string? RouteOf(string path)
    {
        var parts = path.Split('?')[0].Split('/');
        return _routes.Where(route => Fits(route.Split('/'), parts)).MinBy(static route => route.Count(static letter => letter == '{'));
    }

    private static bool Fits(string[] route, string[] parts) =>
        route.Length == parts.Length && route.Zip(parts).All(static pair => pair.First.StartsWith('{') ? pair.Second.Length > 0 : pair.First == pair.Second);

    private static IEnumerable<string> Routes()
    {
        var app = WebApplication.CreateSlimBuilder().Build();
        app.MapWeb();
        return ((IEndpointRouteBuilder)app).DataSources.SelectMany(static source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(static endpoint => endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName is { } name && name.StartsWith("Show", StringComparison.Ordinal))
            .Select(static endpoint => endpoint.RoutePattern.RawText!);
    }

    [GeneratedRegex("<a [^>]*href=\"(/[^\"]*)\"")]
    private static partial Regex Link();
}
