using Microsoft.Playwright;
using Xunit;

namespace Orrery.Tests.Web;

/// <summary>Leo, an ML engineer: traffic moved after its verdict was seen, gone back on, tried and explained, and traced to its data.</summary>
public sealed class MlEngineerTests(Demo demo)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task He_moves_traffic_after_seeing_the_verdict_and_goes_back(bool dark)
    {
        await using var watched = await demo.OpenAsync("leo", dark);
        var page = watched.Page;
        await watched.FollowAsync("Deployments", exact: true);
        await watched.GoAsync("/deployments/staging/churn-predictor");
        var share = page.Locator("[data-share-number]").First;
        await share.FillAsync(dark ? "70" : "80");
        await share.BlurAsync();
        await Assertions.Expect(page.Locator("#traffic-apply")).ToBeEnabledAsync();
        await watched.CheckAsync();
        await page.FillAsync("#traffic-note", "more for the canary");
        await page.ClickAsync("#traffic-apply");
        await Assertions.Expect(page.GetByText("more for the canary").First).ToBeVisibleAsync();

        await page.Locator("[data-check-rollback]").First.ClickAsync();
        await watched.CheckAsync();
        await page.Locator("dialog[open] button[type=submit]").ClickAsync();
        await Assertions.Expect(page.Locator("[data-share-number]").First).ToHaveValueAsync("90");
        await watched.CheckAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task He_asks_for_a_prediction_has_it_explained_and_traces_it(bool dark)
    {
        await using var watched = await demo.OpenAsync("leo", dark);
        var page = watched.Page;
        await watched.GoAsync("/deployments/staging/churn-predictor");
        await page.ClickAsync("[data-try-begin]");
        await page.Locator("[data-try-form] input").First.FillAsync("C00022");
        await page.GetByRole(AriaRole.Button, new() { Name = "Predict", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator("[data-try-text]")).ToContainTextAsync("predictions");
        var id = await page.Locator("[data-try-id]").InnerTextAsync();
        // Until it is in its log, the server says that it is not.
        watched.Tolerate(404);
        await page.ClickAsync("[data-try-explain]");
        await Assertions.Expect(page.Locator("[data-try-values] tr").First).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await watched.CheckAsync();

        await demo.UntilAsync("leo", $"api/v1/lineage/predictions/{id}", Cancel);
        await page.ClickAsync("[data-try-id]");
        await page.WaitForURLAsync($"**/lineage/predictions/{id}");
        await watched.CheckAsync();
        await watched.SeesAsync("churn-predictor");
        await watched.SeesAsync("account");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task He_sees_how_a_version_came_to_production_stage_by_stage(bool dark)
    {
        await using var watched = await demo.OpenAsync("leo", dark);
        await watched.FollowAsync("Deployments", exact: true);
        await watched.FollowAsync("Deliveries", exact: true);
        await watched.Page.Locator("main a[href*='/deliveries/']").First.ClickAsync();
        await watched.Page.WaitForURLAsync("**/deliveries/*");
        await watched.CheckAsync();
        foreach (var stage in (string[])["Security scan", "Approval", "Smoke test", "Tell people"])
            await watched.SeesAsync(stage);
    }
}
