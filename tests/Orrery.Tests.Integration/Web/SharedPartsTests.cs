using System.Net;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>What all pages share, met by what clients really send: odd times, formulas, streams of nothing, addresses that lead away.</summary>
public sealed class SharedPartsTests(ClientTests.Server fixture) : IClassFixture<ClientTests.Server>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private HttpClient Client => fixture.Process.Client;

    [Theory]
    [InlineData(1_795_370_385_172_000_000)]
    [InlineData(long.MaxValue)]
    [InlineData(-1)]
    public async Task A_run_that_began_in_another_age_breaks_no_page(long start)
    {
        var (experiment, run) = await RunAsync($"ages {start}", start);
        await Client.PostAsync("runs/update", new { run_id = run, status = "FINISHED", end_time = start }, Cancel);
        foreach (var path in (string[])["/", "/experiments", $"/experiments/{experiment}", $"/runs/{run}"])
            Assert.Contains($"ages {start}", await PageAsync(path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_keeps_numbers_below_zero_and_makes_formulas_text()
    {
        var (experiment, run) = await RunAsync("formulas", 1);
        await Client.PostAsync("runs/log-parameter", new { run_id = run, key = "note", value = "=HYPERLINK(1)" }, Cancel);
        await Client.PostAsync("runs/log-metric", new { run_id = run, key = "gain", value = -0.5, timestamp = 1, step = 0 }, Cancel);
        var file = await PageAsync($"/experiments/{experiment}?csv=runs", "text/csv");
        Assert.Contains("-0.5", file, StringComparison.Ordinal);
        Assert.DoesNotContain("'-0.5", file, StringComparison.Ordinal);
        Assert.Contains("'=HYPERLINK(1)", file, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_sends_its_live_parts_and_one_without_any_sends_nothing()
    {
        Assert.StartsWith("data: [\"home\",", await FirstAsync("/"), StringComparison.Ordinal);
        Assert.Equal("event: over", await FirstAsync("/sign-in"));
    }

    [Theory]
    [InlineData("/%09/elsewhere.example")]
    [InlineData("/%0A/elsewhere.example")]
    [InlineData("//elsewhere.example")]
    [InlineData("/%5Celsewhere.example")]
    [InlineData("https://elsewhere.example")]
    public async Task Signing_in_leads_to_this_server_alone(string next) =>
        Assert.Contains("data-next=\"/\"", await PageAsync($"/sign-in?next={next}"), StringComparison.Ordinal);

    private async Task<(string Experiment, string Run)> RunAsync(string name, long start)
    {
        var experiment = (await Client.PostAsync("experiments/create", new { name }, Cancel)).Json.GetProperty("experiment_id").GetString()!;
        var created = await Client.PostAsync("runs/create", new { experiment_id = experiment, run_name = name, start_time = start }, Cancel);
        return (experiment, created.Json.GetProperty("run").GetProperty("info").GetProperty("run_id").GetString()!);
    }

    private async Task<string> PageAsync(string path, string type = "text/html")
    {
        using var answer = await Client.GetAsync(path, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.StatusCode is HttpStatusCode.OK, $"{path}: {(int)answer.StatusCode} {text}");
        Assert.Equal(type, answer.Content.Headers.ContentType?.MediaType);
        return text;
    }

    // The first line after the stream's own settings.
    private async Task<string?> FirstAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Accept", "text/event-stream" } } };
        using var answer = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancel));
        for (string? line; (line = await reader.ReadLineAsync(Cancel)) is not null;)
        {
            if (line.Length > 0 && !line.StartsWith("retry:", StringComparison.Ordinal))
                return line;
        }

        return null;
    }
}
