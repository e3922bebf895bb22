using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Client;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Pages of costs over a ledger with two months, as who pays sees them; and the days behind their charts.</summary>
public sealed class CostPagesTests(OneServerInProcess one) : IClassFixture<OneServerInProcess>, IDisposable
{
    private const string Script = "<script>alert(1)</script>";
    private readonly string _workspace = "w" + Foreign.NewId()[16..];
    private readonly CancellationToken _cancel = TestContext.Current.CancellationToken;
    private readonly HttpClient _http = new() { BaseAddress = one.Server.Address };

    public void Dispose() => _http.Dispose();

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task What_a_model_cost_last_month_stands_on_the_first_page_and_on_its_own()
    {
        await SpendAsync();
        var (this_, last) = (Now.ToString("yyyy-MM", CultureInfo.InvariantCulture), new DateTimeOffset(Now.Year, Now.Month, 1, 0, 0, 0, TimeSpan.Zero).AddDays(-1).ToString("yyyy-MM", CultureInfo.InvariantCulture));

        var overview = await PageAsync("costs");
        // One core for a month of 730 hours is 70 dollars.
        Assert.Contains("$70.00", overview, StringComparison.Ordinal);
        Assert.Contains($"costs/models/churn", overview, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", overview, StringComparison.Ordinal);
        Assert.Contains("$140.00", await PageAsync($"costs?month={last}"), StringComparison.Ordinal);
        var model = await PageAsync("costs/models/churn");
        Assert.Contains("<strong>$140.00</strong>", model, StringComparison.Ordinal);
        Assert.Contains($"costs/statement?month={last}&amp;model=churn", model, StringComparison.Ordinal);
        var lines = await PageAsync($"costs/statement?month={last}&model=churn");
        Assert.Contains("5,256,000 core-seconds", lines, StringComparison.Ordinal);
        Assert.Contains("Close the month", lines, StringComparison.Ordinal);
        Assert.DoesNotContain("Close the month", await PageAsync($"costs/statement?month={this_}"), StringComparison.Ordinal);
        Assert.Contains("No lines", await PageAsync($"costs/statement?month={last}&model=other"), StringComparison.Ordinal);
        var file = await PageAsync($"costs/statement?month={last}&csv=statement");
        Assert.StartsWith("Used by,Team,What,Quantity,Price,Of,Amount\r\nmodel churn,", file, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Budgets_prices_idle_things_and_the_leaderboard_have_pages()
    {
        await SpendAsync();
        using var client = Client();
        await client.Costs.SetBudgetAsync(new() { Amount = 60 }, _cancel);
        await client.Quotas.SetAsync("cpu-cores", new() { Hard = 2 }, _cancel);
        Assert.Contains(">spent<", await PageAsync("costs/budgets"), StringComparison.Ordinal);
        Assert.Contains("core-month", await PageAsync("costs/prices"), StringComparison.Ordinal);
        Assert.Contains("cpu-cores", await PageAsync("costs/idle"), StringComparison.Ordinal);
        Assert.Contains($"/w/{_workspace}/costs", await PageAsync("costs/leaderboard?least=1"), StringComparison.Ordinal);
        Assert.Contains("Nobody is ranked", await PageAsync("costs/leaderboard?least=100000000"), StringComparison.Ordinal);
        Assert.Contains("Processor cores", await PageAsync("admin/quotas"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Days_add_up_to_the_month_and_tell_of_one_model()
    {
        await SpendAsync();
        using var client = Client();
        var first = new DateOnly(Now.Year, Now.Month, 1);
        var all = await client.Costs.GetDaysAsync(first, first.AddMonths(1).AddDays(-1), null, _cancel);
        var statement = await client.Costs.GetStatementAsync(first.ToString("yyyy-MM", CultureInfo.InvariantCulture), _cancel);
        Assert.Equal(statement.Total, decimal.Round(all.Days.Sum(static day => day.Amount), 2));
        var model = await client.Costs.GetDaysAsync(first, first.AddMonths(1).AddDays(-1), "churn", _cancel);
        Assert.Equal(["core-seconds", "predictions"], model.Days.Select(static day => day.Meter).Order(StringComparer.Ordinal));
        Assert.Equal(70m, model.Days.Sum(static day => day.Amount));
        Assert.Empty((await client.Costs.GetDaysAsync(first, first, "nowhere", _cancel)).Days);
        foreach (var query in new[] { "from=2026-1-1", "from=2026-02-01&to=2026-01-01", "from=2020-01-01&to=2026-01-01", "to=soon" })
        {
            using var answer = await _http.GetAsync($"/w/{_workspace}/api/v1/costs/days?{query}", _cancel);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Contains("tenancy.invalid_days", await answer.Content.ReadAsStringAsync(_cancel), StringComparison.Ordinal);
        }
    }

    private async Task SpendAsync()
    {
        using var everywhere = new OrreryClient(one.Server.Address);
        await everywhere.Access.CreateWorkspaceAsync(new() { Name = _workspace }, _cancel);
        var (id, name) = (await one.Server.Services.GetRequiredService<Workspaces>().ListAsync(_cancel)).Single(found => found.Name == _workspace);
        var ledger = one.Server.Services.GetRequiredService<UsageLedger>();
        var month = new DateTimeOffset(Now.Year, Now.Month, 1, 12, 0, 0, TimeSpan.Zero);
        UsageFact[] facts =
        [
            Fact("a", Meters.CoreSeconds, 730 * 3600, month),
            Fact("b", Meters.Predictions, 5000, month),
            Fact("c", Meters.CoreSeconds, 2 * 730 * 3600, month.AddDays(-3)),
        ];
        var written = await one.Server.Services.GetRequiredService<Db>().WriteAsync(session => ledger.AppendAsync(session, Actor.System(id, name), facts), _cancel);
        Assert.Equal(facts.Length, written.Value);
    }

    private OrreryClient Client() => new(one.Server.Address, new() { Workspace = _workspace, Retries = 0 });

    private static UsageFact Fact(string key, string meter, decimal quantity, DateTimeOffset at) =>
        new(key, meter, quantity, at, at.AddHours(1)) { ObjectKind = "model", ObjectId = "churn", CostCenter = Script };

    private async Task<string> PageAsync(string path)
    {
        using var answer = await _http.GetAsync($"/w/{_workspace}/{path}", _cancel);
        var page = await answer.Content.ReadAsStringAsync(_cancel);
        Assert.True(answer.StatusCode is HttpStatusCode.OK, $"{path}: {(int)answer.StatusCode} {page}");
        if (!path.Contains("csv=", StringComparison.Ordinal))
            Assert.DoesNotContain(Script, page, StringComparison.Ordinal);
        return page;
    }
}
