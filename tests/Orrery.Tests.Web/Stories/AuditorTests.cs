using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;

namespace Orrery.Tests.Web;

/// <summary>Eva, an auditor: the evidence of an approval, the trail and its proof, the compliance report, and where production's version came from.</summary>
public sealed class AuditorTests(Demo demo)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task She_reads_the_evidence_verifies_the_trail_and_opens_the_report(bool dark)
    {
        await using var watched = await demo.OpenAsync("eva", dark);
        var page = watched.Page;
        await watched.FollowAsync("Governance", exact: true);
        await watched.GoAsync("/approvals?state=approved&mine=false");
        await page.Locator("main a[href*='/approvals/']").First.ClickAsync();
        await page.WaitForURLAsync("**/approvals/*");
        await watched.CheckAsync();
        foreach (var told in (string[])["mia", "sam", "The retention team is ready.", "Seen the evaluation and the card."])
            await watched.SeesAsync(told);

        await watched.FollowAsync("Audit", exact: true);
        await page.FillAsync("[name=actor]", "sam");
        await page.FillAsync("[name=action]", "approval.decide");
        await page.GetByRole(AriaRole.Button, new() { Name = "Filter", Exact = true }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/audit\\?.*actor=sam"));
        await watched.CheckAsync();
        await Assertions.Expect(page.Locator("#audit tbody tr").First).ToContainTextAsync("sam");
        await Assertions.Expect(page.Locator("#audit tbody")).Not.ToContainTextAsync("mia");
        await page.Locator("#audit tbody a[href*='/audit/']").First.ClickAsync();
        await page.WaitForURLAsync("**/audit/*");
        await watched.CheckAsync();
        await watched.FollowAsync("Audit", exact: true);
        await page.GetByRole(AriaRole.Button, new() { Name = "Verify the whole trail" }).ClickAsync();
        await Assertions.Expect(page.Locator("#verdict")).ToContainTextAsync("The chain holds");
        await watched.CheckAsync();

        await watched.FollowAsync("Reports", exact: true);
        await page.Locator("main a[href*='/compliance-reports/']").First.ClickAsync();
        await page.WaitForURLAsync("**/compliance-reports/*");
        await watched.CheckAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task She_follows_production_back_to_its_run_and_features(bool dark)
    {
        await using var watched = await demo.OpenAsync("eva", dark);
        await watched.FollowAsync("Lineage", exact: true);
        await watched.FollowAsync("churn-predictor 1", exact: true);
        foreach (var origin in (string[])["boosting-depth-1-rate-0.1", "account", "services", "billing", "subscriptions"])
            await Assertions.Expect(watched.Page.Locator("#lineage")).ToContainTextAsync(origin);
    }
}
