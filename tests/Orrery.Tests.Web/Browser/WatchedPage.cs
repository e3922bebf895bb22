using System.Text.Json;
using Microsoft.Playwright;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Web;

/// <summary>
/// A page of a browser that is watched: errors on its console, exceptions, requests that fail or go elsewhere than to the server, and
/// what axe-core finds against WCAG 2.1 A and AA. Closing it fails with all of them.
/// </summary>
public sealed class WatchedPage : IAsyncDisposable
{
    private static readonly Lazy<string> Axe = new(static () => File.ReadAllText(Repository.PathOf("tests", "Orrery.Tests.Web", "node_modules", "axe-core", "axe.min.js")));
    private readonly IBrowserContext _context;
    private readonly List<string> _wrong = [];
    private readonly HashSet<string> _tolerated = new(StringComparer.Ordinal);

    private readonly bool _dark;

    private WatchedPage(IBrowserContext context, IPage page, Uri url, bool dark)
    {
        (_context, Page, Url, _dark) = (context, page, url, dark);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning" && !_tolerated.Any(message.Text.Contains))
                Blame($"{message.Type} on the console of {page.Url}: {message.Text}");
        };
        page.PageError += (_, error) => Blame($"exception on {page.Url}: {error}");
        page.RequestFailed += (_, request) =>
        {
            // The browser itself ends streams and requests of a page that is left.
            if (request.Failure is not "net::ERR_ABORTED")
                Blame($"{request.Url} failed: {request.Failure}");
        };
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(Url.ToString(), StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal) && !request.Url.StartsWith("blob:", StringComparison.Ordinal))
                Blame($"a request to elsewhere: {request.Url}");
        };
        page.Response += (_, response) =>
        {
            if (response.Status >= 400 && !_tolerated.Any(text => text == $"{response.Status}"))
                Blame($"{response.Status} of {response.Request.Method} {response.Url}");
        };
    }

    /// <summary>The page.</summary>
    public IPage Page { get; }

    /// <summary>The server's root.</summary>
    public Uri Url { get; }

    /// <summary>What has gone wrong so far.</summary>
    public IReadOnlyList<string> Wrong
    {
        get
        {
            lock (_wrong)
                return [.. _wrong];
        }
    }

    internal static async Task<WatchedPage> OpenAsync(Demo demo, string? person, bool dark, int width)
    {
        var context = await demo.Chrome.Browser.NewContextAsync(new()
        {
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            ViewportSize = new() { Width = width, Height = 900 },
            TimezoneId = "Europe/Berlin",
            Locale = "en-GB",
            AcceptDownloads = true,
        });
        context.SetDefaultTimeout(60_000);
        var page = new WatchedPage(context, await context.NewPageAsync(), demo.Url, dark);
        if (person is not null)
            await page.SignInAsync(person, demo.Password);
        return page;
    }

    /// <summary>Signs in as people do, by the form.</summary>
    public async Task SignInAsync(string person, string password)
    {
        await Page.GotoAsync(new Uri(Url, "sign-in").ToString());
        await Page.FillAsync("#name", person);
        await Page.FillAsync("#password", password);
        await Page.ClickAsync("button[type=submit]");
        await Page.WaitForURLAsync(Url.ToString());
    }

    /// <summary>Opens a path, and checks it as <see cref="CheckAsync"/> does.</summary>
    public async Task GoAsync(string path)
    {
        await Page.GotoAsync(new Uri(Url, path).ToString());
        await CheckAsync();
    }

    /// <summary>Clicks a link by its text, waits for its page and checks it.</summary>
    public async Task FollowAsync(string link, bool exact = false)
    {
        await Page.GetByRole(AriaRole.Link, new() { Name = link, Exact = exact }).First.ClickAsync();
        await Page.WaitForLoadStateAsync(LoadState.Load);
        await CheckAsync();
    }

    /// <summary>Expects a text to be seen.</summary>
    public Task SeesAsync(string text) => Assertions.Expect(Page.GetByText(text).First).ToBeVisibleAsync();

    /// <summary>What is refused on purpose is no fault: its status, and what the browser says of it on the console.</summary>
    public void Tolerate(int status)
    {
        _tolerated.Add($"{status}");
        _tolerated.Add($"the server responded with a status of {status}");
    }

    /// <summary>Looks for barriers in the page as it stands, and whether it is wider than the window.</summary>
    /// <param name="rules">Only these rules of axe; without, all of WCAG 2.1 A and AA, and in the dark theme what it changes: contrast.</param>
    public async Task CheckAsync(params string[] rules)
    {
        if (_dark && rules.Length == 0)
            rules = ["color-contrast"];
        var only = rules.Length > 0 ? JsonSerializer.Serialize(new { type = "rule", values = rules }) : """{"type":"tag","values":["wcag2a","wcag2aa","wcag21a","wcag21aa"]}""";
        // Colours on their way to others are not looked at.
        await Page.EvaluateAsync("() => document.getAnimations().forEach(a => a.finish())");
        if (!await Page.EvaluateAsync<bool>("() => 'axe' in window"))
            await Page.EvaluateAsync(Axe.Value);
        var found = await Page.EvaluateAsync<JsonElement>(
            "async (only) => (await axe.run(document, { runOnly: JSON.parse(only), resultTypes: ['violations'] })).violations.flatMap(v => v.nodes.map(n => `${v.id} (${v.impact}): ${n.html.slice(0, 200)} ${n.any.concat(n.all).map(c => c.message).join('; ').slice(0, 300)}`))", only);
        foreach (var one in found.EnumerateArray())
            Blame($"axe on {Page.Url}: {one.GetString()}");
        var over = await Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth");
        if (over > 0)
            Blame($"{Page.Url} is {over} pixels wider than its window of {Page.ViewportSize?.Width}.");
    }

    /// <summary>Notes something that is wrong; closing the page fails with it.</summary>
    public void Blame(string wrong)
    {
        lock (_wrong)
            _wrong.Add(wrong);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        if (TestContext.Current.TestState?.Result is not TestResult.Failed)
            Assert.True(Wrong.Count == 0, string.Join('\n', Wrong.Distinct()));
    }
}
