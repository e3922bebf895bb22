using Microsoft.Playwright;
using Xunit;

namespace Orrery.Tests.Web;

/// <summary>Ana, a data scientist: the best run, what made it best, its model, and the features behind it.</summary>
public sealed class DataScientistTests(Demo demo)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task She_finds_the_best_run_compares_it_and_registers_its_model(bool dark)
    {
        await using var watched = await demo.OpenAsync("ana", dark);
        var page = watched.Page;
        await watched.CheckAsync();
        await watched.FollowAsync("Experiments", exact: true);
        await watched.FollowAsync("churn", exact: true);
        await watched.FollowAsync("valid_auc", exact: true);
        var best = await page.Locator("#runs tbody tr").First.Locator("a.run-name").InnerTextAsync();
        Assert.Equal("boosting-depth-1-rate-0.1", best);
        await Assertions.Expect(page.Locator("#runs tbody tr").First.Locator("a[href$='/models/churn-predictor/versions/1']")).ToBeVisibleAsync();

        await page.FillAsync("#q", "params.kind");
        await page.GetByRole(AriaRole.Button, new() { Name = "Search", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator("#wrong")).ToBeVisibleAsync();
        await page.FillAsync("#q", "metrics.valid_auc > 0.83");
        await page.GetByRole(AriaRole.Button, new() { Name = "Search", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator("#wrong")).ToHaveCountAsync(0);

        await SaveViewAsync(watched, dark ? "good in the dark" : "good ones");
        await CompareAsync(watched);
        await page.GotoAsync(new Uri(demo.Url, "experiments/1").ToString());
        await watched.FollowAsync(best, exact: true);
        foreach (var tab in (string[])["Metrics", "Artifacts", "Environment"])
            await watched.FollowAsync(tab, exact: true);
        await RegisterAsync(watched, dark ? "ana-dark" : "ana-light");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task She_sees_which_features_version_1_uses_and_how_fresh_they_are(bool dark)
    {
        await using var watched = await demo.OpenAsync("ana", dark);
        await watched.FollowAsync("Models", exact: true);
        await watched.FollowAsync("churn-predictor", exact: true);
        await watched.GoAsync("/models/churn-predictor/versions/1");
        await watched.Page.Locator("main a[href*='/features/churn/']").First.ClickAsync();
        await watched.Page.WaitForURLAsync("**/features/churn/**");
        await watched.CheckAsync();
        await watched.GoAsync("/features/freshness");
        await watched.SeesAsync("account");
    }

    private static async Task SaveViewAsync(WatchedPage watched, string name)
    {
        var page = watched.Page;
        await page.ClickAsync("[data-opens=save-view]");
        await watched.CheckAsync();
        await page.FillAsync("#view-name", name);
        await page.ClickAsync("#save-view button[type=submit]");
        await Assertions.Expect(page.GetByRole(AriaRole.Navigation, new() { Name = "Saved views" }).GetByRole(AriaRole.Link, new() { Name = name, Exact = true })).ToHaveAttributeAsync("aria-current", "page");
    }

    private static async Task CompareAsync(WatchedPage watched)
    {
        var page = watched.Page;
        var boxes = page.Locator("#runs tbody input[name=run]");
        for (var at = 0; at < 3; at++)
            await boxes.Nth(at).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Compare" }).ClickAsync();
        await page.WaitForURLAsync("**/compare?*");
        await watched.CheckAsync();
        foreach (var way in (string[])["Curves", "Parallel coordinates", "Scatter", "Heat map", "Significance"])
            await watched.FollowAsync(way, exact: true);
    }

    private static async Task RegisterAsync(WatchedPage watched, string model)
    {
        var page = watched.Page;
        await page.ClickAsync("[data-opens=register]");
        await watched.CheckAsync();
        await page.FillAsync("#register-name", model);
        await page.ClickAsync("#register button[type=submit]");
        await page.WaitForURLAsync($"**/models/{model}/versions/1");
        await watched.CheckAsync();
    }
}
