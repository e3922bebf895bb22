using Xunit;

namespace Orrery.Tests.Web;

/// <summary>Mia, who owns the business case: what the model is for, how good and how fair it is, who approved it, and what it costs.</summary>
public sealed class BusinessOwnerTests(Demo demo)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task She_reads_what_the_model_is_for_who_approved_it_and_what_it_costs(bool dark)
    {
        await using var watched = await demo.OpenAsync("mia", dark);
        await watched.CheckAsync();
        await watched.SeesAsync("Did not get through this week");
        await watched.SeesAsync("nobody knows how fair it is");
        await watched.FollowAsync("Models", exact: true);
        await watched.FollowAsync("churn-predictor", exact: true);
        await watched.GoAsync("/models/churn-predictor/versions/1");
        await watched.SeesAsync("Whom the retention team calls");
        await watched.Page.Locator("main a[href*='/approvals/']").First.ClickAsync();
        await watched.Page.WaitForURLAsync("**/approvals/*");
        await watched.CheckAsync();
        await watched.SeesAsync("The retention team is ready.");
        await watched.FollowAsync("Costs", exact: true);
        await watched.Page.Locator("main a[href*='/costs/models/churn-predictor']").First.ClickAsync();
        await watched.Page.WaitForURLAsync("**/costs/models/churn-predictor*");
        await watched.CheckAsync();
        await watched.GoAsync("/models/churn-predictor/versions/2");
        await watched.SeesAsync("It has no evaluation of its own.");
        await watched.GoAsync("/models/churn-predictor/versions/2?tab=evaluation");
        await watched.SeesAsync("It has no evaluation of its own.");
    }
}
