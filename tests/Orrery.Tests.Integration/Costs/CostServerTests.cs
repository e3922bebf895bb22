using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Orrery.Client;
using Orrery.Contracts;
using Orrery.Tenancy;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Quotas and costs through a server, as clients and the command line see them.</summary>
public sealed class CostServerTests(TrackingOnSqlite server) : IClassFixture<TrackingOnSqlite>
{
    private readonly string _workspace = "w" + Foreign.NewId()[16..];
    private readonly CancellationToken _cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_beyond_the_quota_is_refused_with_what_is_used_and_whom_to_ask()
    {
        var client = server.Client(_workspace);
        await client.Quotas.SetAsync("runs-per-day", new() { Soft = 1, Hard = 2, Contact = "ada" }, _cancel);

        Assert.Null(await WarningAsync(await CreateAsync()));
        Assert.Equal("runs-per-day: used 2 of 1 (soft limit), refused above 2", await WarningAsync(await CreateAsync()));
        using var refused = await CreateAsync();

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        var text = await refused.Content.ReadAsStringAsync(_cancel);
        Assert.Contains("PERMISSION_DENIED", text, StringComparison.Ordinal);
        Assert.Contains("used 2, requested 1, allowed 2. Ask ada for more.", text, StringComparison.Ordinal);
        var status = (await client.Quotas.ListAsync(_cancel)).Single(static quota => quota.Kind == "runs-per-day");
        Assert.Equal((2, 0), (status.Used, status.Remaining));
    }

    [Fact]
    public async Task An_upload_beyond_the_quota_is_refused_and_leaves_nothing()
    {
        var client = server.Client(_workspace);
        await client.Quotas.SetAsync("storage-bytes", new() { Soft = 50, Hard = 100 }, _cancel);

        Assert.Equal(HttpStatusCode.OK, (await PutAsync("a", 60)).StatusCode);
        using var refused = await PutAsync("b", 41);
        using var small = await PutAsync("a", 40);

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("used 60, requested 41, allowed 100", await refused.Content.ReadAsStringAsync(_cancel), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, small.StatusCode);
        Assert.Single(server.Blobs(_workspace));
        Assert.Equal(40, (await client.Quotas.ListAsync(_cancel)).Single(static quota => quota.Kind == "storage-bytes").Used);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Uploads_at_once_do_not_overrun_the_quota(bool chunked)
    {
        var client = server.Client(_workspace);
        await client.Quotas.SetAsync("storage-bytes", new() { Hard = 3_000_000 }, _cancel);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => PutAsync($"f{i}", 1_000_000, chunked)));

        var stored = answers.Count(static answer => answer.StatusCode is HttpStatusCode.OK);
        Assert.All(answers, static answer => Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Forbidden, answer.StatusCode.ToString()));
        // Bodies whose length is not told may each hold a part when the last byte is asked for: then all of them are refused.
        Assert.InRange(stored, chunked ? 0 : 1, 3);
        Assert.Equal(stored, server.Blobs(_workspace).Length);
        // What was refused holds nothing any more.
        for (var i = stored; i < 3; i++)
            Assert.Equal(HttpStatusCode.OK, (await PutAsync($"g{i}", 1_000_000, chunked)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await PutAsync("h", 1, chunked)).StatusCode);
        Assert.Equal(3_000_000, (await client.Quotas.ListAsync(_cancel)).Single(static quota => quota.Kind == "storage-bytes").Used);
    }

    [Fact]
    public async Task What_a_quota_refused_stands_in_the_trail_once_a_minute()
    {
        var client = server.Client(_workspace);
        await client.Quotas.SetAsync("runs-per-day", new() { Hard = 1 }, _cancel);
        await client.Quotas.SetAsync("storage-bytes", new() { Hard = 10 }, _cancel);
        (await CreateAsync()).Dispose();
        for (var i = 0; i < 5; i++)
        {
            (await CreateAsync()).Dispose();
            (await PutAsync("a", 11)).Dispose();
        }

        var trail = "";
        await Eventually.HoldsAsync("both refusals are in the trail", async () =>
        {
            trail = await server.Server.Client.GetStringAsync(
                new Uri($"w/{_workspace}/api/v1/audit/entries?action=quota.exceed", UriKind.Relative), _cancel);
            return trail.Contains("runs-per-day", StringComparison.Ordinal) && trail.Contains("storage-bytes", StringComparison.Ordinal);
        });

        Assert.Equal(2, trail.Split("\"quota.exceed\"").Length - 1);
        Assert.Contains("tenancy.quota_exceeded", trail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_command_line_shows_and_sets_quotas_and_budgets()
    {
        var set = await Mlops.RunAsync(server.Server, _cancel, "quota", "set", "gpus", "--hard", "4", "--contact", "gpu-desk", "--workspace", _workspace);
        var shown = await Mlops.RunAsync(server.Server, _cancel, "quota", "--workspace", _workspace);
        var budget = await Mlops.RunAsync(server.Server, _cancel, "cost", "budget", "set", "1500.50", "--workspace", _workspace);
        var csv = await Mlops.RunAsync(server.Server, _cancel, "cost", "statement", "--month", "2026-10", "--csv", "--workspace", _workspace);
        var wrong = await Mlops.RunAsync(server.Server, _cancel, "cost", "statement", "--month", "2026-99", "--workspace", _workspace);

        Assert.Equal((0, "gpus: warned above -, refused above 4."), (set.ExitCode, set.Out.Trim()));
        Assert.Contains("gpu-desk", shown.Out, StringComparison.Ordinal);
        Assert.Contains("1,500.50", budget.Out, StringComparison.Ordinal);
        Assert.EndsWith($"{_workspace},2026-10,,,total,,,,,,0.00,\n", csv.Out, StringComparison.Ordinal);
        Assert.Equal(2, wrong.ExitCode);
        Assert.Contains("2026-99", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closed_statement_has_the_hash_of_its_csv()
    {
        var client = server.Client(_workspace);

        var closed = await client.Costs.CloseAsync("2020-02", _cancel);
        var csv = await client.Costs.GetStatementCsvAsync("2020-02", _cancel);

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(csv))), closed.Hash);
        var again = await Assert.ThrowsAsync<OrreryApiException>(() => client.Costs.CloseAsync("2020-02", _cancel));
        Assert.Equal((HttpStatusCode.Conflict, "tenancy.month_closed"), (again.Status, again.ErrorCode));
        Assert.Equal(6, (await client.Costs.ListPricesAsync(_cancel)).Count(static price => price.ValidFrom is null));
        Assert.Empty((await client.Costs.GetIdleAsync(cancel: _cancel)).Resources);
        Assert.Empty((await client.Costs.GetLeaderboardAsync(cancel: _cancel)).Entries);
    }

    private static Task<string?> WarningAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            return Task.FromResult(answer.Headers.TryGetValues(QuotaWarnings.Header, out var values) ? values.Single() : null);
        }
    }

    private Task<HttpResponseMessage> CreateAsync() => server.Server.Client.PostAsync(
        new Uri($"w/{_workspace}/api/2.0/mlflow/runs/create", UriKind.Relative), new StringContent("{}", Encoding.UTF8, "application/json"), _cancel);

    private Task<HttpResponseMessage> PutAsync(string name, int bytes, bool chunked = false) => server.Server.Client.PutAsync(
        new Uri(string.Create(CultureInfo.InvariantCulture, $"w/{_workspace}/api/2.0/mlflow-artifacts/artifacts/{name}"), UriKind.Relative),
        chunked ? new StreamContent(new Unsized(new byte[bytes])) : new ByteArrayContent(new byte[bytes]), _cancel);

    // Without a length it goes in chunks.
    private sealed class Unsized(byte[] content) : MemoryStream(content)
    {
        public override bool CanSeek => false;
    }
}
