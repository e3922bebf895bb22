using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Orrery.Client;
using Orrery.Contracts;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>What the database says is not believed: files that were changed and approvals that were written there bring nothing to traffic, and when it is away what is known goes on to count.</summary>
public sealed class RoadsOfStorageTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Files_that_changed_after_the_approval_get_no_traffic()
    {
        await using var road = await GovernedRoadServer.StartAsync();
        var approval = await road.StandingAsync("changed");
        Assert.Equal(200, (await road.AskAsync("changed")).Status);

        await road.Process.TerminateAsync(Cancel);
        await WriteAsync(road, "update reg_package set sha256 = $value where version = 1", new string('e', 64));
        await road.Process.RestartAsync(Cancel);

        await Eventually.HoldsAsync("the deployment is refused", async () =>
            (string?)(await road.ReadAsync("root", HttpMethod.Get, "/api/v1/deployments/production/changed"))["state"] == "failed");
        var (status, body) = await road.AskAsync("changed");
        Assert.True(status == 503 && body.Contains($"the files are not those that approval {approval["id"]} was given for", StringComparison.Ordinal), $"{status}: {body}");
        Assert.Contains("the files are not those", await road.RefusedAsync("changed", ServingServer.Variant("changed", 1, 2)), StringComparison.Ordinal);
        // Nor does a delivery get past the stage that reads the files, and what was approved is void.
        var delivery = await new DeliveryServer(road.Process).EndAsync(await road.DeliverAsync("changed", 1));
        Assert.Equal(("failed", "security"), ((string)delivery["state"]!, (string)delivery["stage"]!));
        Assert.Contains("and the registry says eeee", (string)delivery["message"]!, StringComparison.Ordinal);
        var standing = await road.ReadAsync("dan", HttpMethod.Get, "/api/v1/approvals/standing?model=changed&version=1");
        Assert.True(standing["approval"] is null, standing.ToJsonString());
    }

    [Fact]
    public async Task A_waiver_that_was_prolonged_in_the_database_is_not_signed_and_one_that_is_over_ends_the_traffic()
    {
        await using var road = await GovernedRoadServer.StartAsync();
        await road.RegisterAsync("waived");
        var id = await road.RequestAsync("waived", 1, waiverHours: 1);
        var given = await road.ApproveAsync(id, ["max"]);
        Assert.Equal(("approved", "waiver"), ((string)given["state"]!, (string)given["kind"]!));
        var token = GovernedRoadServer.Token(given);
        await road.Models.DeployAsync("production", "waived", ServingServer.Spec(ServingServer.Variant("waived", 1)));
        Assert.Equal(200, (await road.AskAsync("waived")).Status);

        var longer = (token with { NotAfter = token.NotAfter + 3_600_000_000, UseBy = token.UseBy + 3_600_000_000 }).ToText();
        await road.Process.TerminateAsync(Cancel);
        await WriteAsync(road, "update gov_approval set token = $value", longer);
        await WriteAsync(road, "update srv_deployment set spec = replace(spec, $old, $value)", longer, token.ToText());
        await road.Process.RestartAsync(Cancel);
        await EndedAsync(road, "waived", $"the signature of approval {id} is not good");
        Assert.Contains("is not good", await road.RefusedAsync("waived", ServingServer.Variant("waived", 1, 3)), StringComparison.Ordinal);

        // The other way round: its time is over by what people see, and the platform ends it.
        await road.Process.TerminateAsync(Cancel);
        await WriteAsync(road, "update gov_approval set token = $value", token.ToText());
        await WriteAsync(road, "update srv_deployment set spec = replace(spec, $old, $value)", token.ToText(), longer);
        await WriteAsync(road, "update gov_approval set next_at = 1, document = json_set(document, '$.not_after', $value)", "2001-01-01T00:00:00+00:00");
        await road.Process.RestartAsync(Cancel);
        await EndedAsync(road, "waived", $"approval {id} does not stand any more");
        Assert.Equal("expired", (string)(await road.ApprovalAsync(id))["state"]!);
        await road.RefusedAsync("waived", ServingServer.Variant("waived", 1, 4));
    }

    [Fact]
    public async Task While_PostgreSQL_is_away_what_is_approved_answers_and_what_was_revoked_does_not()
    {
        await using var postgres = await PostgresServer.StartAsync(Cancel);
        await using var road = await GovernedRoadServer.StartAsync("--database", await postgres.CreateDatabaseAsync(Cancel));
        await road.StandingAsync("stays");
        var revoked = (string)(await road.StandingAsync("ended"))["id"]!;
        await road.ReadAsync("vera", HttpMethod.Post, $"/api/v1/approvals/{revoked}/revoke", JsonSerializer.Serialize(new { reason = "It refuses a whole town." }));
        await EndedAsync(road, "ended", "It refuses a whole town.");
        using (var root = new OrreryClient(road.Process.BaseAddress, new() { Username = "root", Password = GovernedRoadServer.Password }))
            road.Process.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await root.Identity.CreateTokenAsync(new() { Name = "program" }, Cancel)).Secret);
        Assert.Equal((200, 503), ((await road.AskAsync("stays")).Status, (await road.AskAsync("ended")).Status));

        await postgres.StopImmediateAsync(Cancel);
        for (var index = 0; index < 50; index++)
            Assert.Equal((200, 503), ((await road.AskAsync("stays")).Status, (await road.AskAsync("ended")).Status));
        // Nothing is approved by nobody's being asked.
        var (status, body) = await road.Models.TryDeployAsync("production", "stays", ServingServer.Spec(ServingServer.Variant("stays", 2)));
        Assert.Equal((503, "storage.database_away"), (status, (string)body!["code"]!));

        await postgres.StartAgainAsync(Cancel);
        await Eventually.HoldsAsync("the server asks again", async () => (await road.Models.TryDeployAsync("production", "stays", ServingServer.Spec(ServingServer.Variant("stays", 2)))).Status == 403);
        Assert.Equal((200, 503), ((await road.AskAsync("stays")).Status, (await road.AskAsync("ended")).Status));
    }

    private static async Task EndedAsync(GovernedRoadServer road, string model, string why)
    {
        (int Status, string Body) asked = default;
        await Eventually.HoldsAsync("the traffic has ended", async () => (asked = await road.AskAsync(model)).Status == 503 && asked.Body.Contains(why, StringComparison.Ordinal), () => $"{asked.Status}: {asked.Body}");
    }

    // As somebody would who can write the file and not sign.
    private static async Task WriteAsync(GovernedRoadServer road, string statement, string value, string? old = null)
    {
        var file = Assert.Single(Directory.EnumerateFiles(road.Process.DataDir, "*.db"));
        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        await connection.OpenAsync(Cancel);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements are above.
        command.CommandText = statement;
#pragma warning restore CA2100
        command.Parameters.AddWithValue("$value", value);
        if (old is not null)
            command.Parameters.AddWithValue("$old", old);
        Assert.True(await command.ExecuteNonQueryAsync(Cancel) > 0, statement);
    }
}
