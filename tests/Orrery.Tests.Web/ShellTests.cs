using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;

namespace Orrery.Tests.Web;

/// <summary>What all pages have: search by keyboard, themes, the viewer's times, live parts, files of tables, questions before what cannot be undone.</summary>
public sealed partial class ShellTests(Demo demo)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/")]
    [InlineData("Control+k")]
    public async Task Keys_open_a_search_over_everything_and_go_where_the_arrows_choose(string key)
    {
        await using var watched = await demo.OpenAsync("ana");
        var page = watched.Page;
        await page.Keyboard.PressAsync(key);
        await page.Keyboard.TypeAsync("churn");
        var options = page.Locator("#palette [role=option]");
        foreach (var kind in (string[])["model", "experiment", "deployment", "service"])
            await Assertions.Expect(options.Filter(new() { Has = page.Locator(".badge", new() { HasTextRegex = new($"^{kind}$") }) }).First).ToBeVisibleAsync();
        await watched.CheckAsync();
        var second = await options.Nth(1).GetAttributeAsync("href");
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync($"**{second}");
    }

    [Fact]
    public async Task Search_without_scripts_answers_a_page()
    {
        await using var context = await demo.Chrome.Browser.NewContextAsync(new() { JavaScriptEnabled = false });
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(demo.Url, "search?q=churn").ToString());
        await Assertions.Expect(page.Locator("#name")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_theme_that_was_chosen_stays()
    {
        await using var watched = await demo.OpenAsync("ana");
        var page = watched.Page;
        var html = page.Locator("html");
        await Assertions.Expect(html).ToHaveAttributeAsync("data-bs-theme", "light");
        await page.ClickAsync("[data-theme-toggle]");
        await page.GotoAsync(new Uri(demo.Url, "models").ToString());
        await Assertions.Expect(html).ToHaveAttributeAsync("data-bs-theme", "dark");
    }

    [Fact]
    public async Task Times_are_those_of_the_viewers_zone()
    {
        await using var watched = await demo.OpenAsync("ana");
        await watched.GoAsync("/experiments");
        var time = watched.Page.Locator("time").First;
        var utc = DateTime.Parse((await time.GetAttributeAsync("datetime"))!, null, System.Globalization.DateTimeStyles.AdjustToUniversal);
        var berlin = TimeZoneInfo.ConvertTimeFromUtc(utc, TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"));
        Assert.EndsWith($"{berlin:HH:mm}", await time.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("UTC", await time.GetAttributeAsync("title"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_shows_what_happens_elsewhere_without_being_loaded_again()
    {
        await using var watched = await demo.OpenAsync("root");
        var page = watched.Page;
        await page.EvaluateAsync("() => window.sameDocument = true");
        using var made = await demo.SendAsync("root", HttpMethod.Post, "api/2.0/mlflow/runs/create", new { experiment_id = "1", run_name = "made-meanwhile", user_id = "root", start_time = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() }, Cancel);
        await Assertions.Expect(page.GetByText("made-meanwhile")).ToBeVisibleAsync(new() { Timeout = 20_000 });
        Assert.True(await page.EvaluateAsync<bool>("() => window.sameDocument === true"));
        await watched.CheckAsync();
    }

    [Fact]
    public async Task A_table_is_a_file_with_all_its_rows()
    {
        await using var watched = await demo.OpenAsync("ana");
        await watched.GoAsync("/experiments/1");
        var download = await watched.Page.RunAndWaitForDownloadAsync(() => watched.Page.GetByRole(AriaRole.Link, new() { Name = "CSV" }).First.ClickAsync());
        await using var file = await download.CreateReadStreamAsync();
        using var reader = new StreamReader(file);
        var lines = (await reader.ReadToEndAsync(Cancel)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.True(lines.Length > 9, string.Join('\n', lines));
        Assert.Contains(lines, static line => line.Contains("boosting-depth-1-rate-0.1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_first_thing_a_keyboard_reaches_leads_past_the_navigation()
    {
        await using var watched = await demo.OpenAsync("eva");
        await watched.Page.Keyboard.PressAsync("Tab");
        Assert.Equal("Skip to the content", await watched.Page.EvaluateAsync<string>("() => document.activeElement.textContent"));
    }

    [Fact]
    public async Task Signing_out_ends_the_session_and_pages_ask_to_sign_in_and_lead_back()
    {
        await using var watched = await demo.OpenAsync("eva");
        var page = watched.Page;
        await page.ClickAsync("[data-sign-out]");
        await page.WaitForURLAsync("**/sign-in");
        await page.GotoAsync(new Uri(demo.Url, "models/churn-predictor").ToString());
        await Assertions.Expect(page).ToHaveURLAsync(SignInWithNext());
        await watched.CheckAsync();
        await page.FillAsync("#name", "eva");
        await page.FillAsync("#password", demo.Password);
        await page.ClickAsync("button[type=submit]");
        await page.WaitForURLAsync("**/models/churn-predictor");
    }

    [Fact]
    public async Task A_wrong_password_is_told_and_nothing_else()
    {
        await using var watched = await demo.OpenAsync(null);
        watched.Tolerate(401);
        var page = watched.Page;
        await watched.GoAsync("/sign-in");
        await page.FillAsync("#name", "ana");
        await page.FillAsync("#password", "not the password");
        await page.ClickAsync("button[type=submit]");
        await Assertions.Expect(page.Locator("#problem")).ToBeVisibleAsync();
        await watched.CheckAsync();
    }

    [GeneratedRegex("/sign-in\\?next=.*churn-predictor")]
    private static partial Regex SignInWithNext();
}
