using System.Text.Json;
using Orrery.Contracts;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Deliveries by the command line, against the real server.</summary>
public sealed class DeliveryVerbTests(ClientTests.Server fixture) : IClassFixture<ClientTests.Server>
{
    private readonly ServingServer _server = new(fixture.Process);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Deploy_tells_nine_stages_and_the_verbs_tell_and_take_back()
    {
        await _server.RegisterOnnxAsync("verbs", OnnxModels.Identity(11, -1, 1));
        await _server.RegisterOnnxAsync("verbs", OnnxModels.Logistic([1f], 0), "x");

        var (code, output, error) = await RunAsync("deploy", "--model", "verbs", "--version", "1", "--environment", "staging", "--note", "first");
        Assert.True(code == 0, error);
        Assert.Equal(
            ["[1/9] validate passed", "[2/9] security passed", "[3/9] test passed", "[4/9] approval skipped", "[5/9] build passed", "[6/9] deploy passed", "[7/9] smoke_test passed", "[8/9] audit passed", "[9/9] notify passed"],
            error.Split('\n').Where(static line => line.StartsWith('[')).Select(static line => string.Join(' ', line.Split(' ').Take(3))));
        Assert.Contains("staging/v1/models/verbs:predict", output, StringComparison.Ordinal);

        var promoted = await RunAsync("promote", "verbs", "1", "--from", "staging", "--to", "production", "--json");
        Assert.True(promoted.ExitCode == 0, promoted.Error);
        var delivery = JsonSerializer.Deserialize(promoted.Out, OrreryJson.TypeOf<ModelDelivery>())!;
        Assert.Equal(("succeeded", "staging", 9), (delivery.State, delivery.From, delivery.Stages.Count));
        Assert.Equal(0, (await RunAsync("deploy", "--model", "verbs", "--version", "2", "-e", "prod")).ExitCode);

        Assert.Contains("verbs 2", (await RunAsync("deliveries", "list", "--model", "verbs", "-e", "production")).Out, StringComparison.Ordinal);
        Assert.Equal(3, JsonSerializer.Deserialize((await RunAsync("deliveries", "list", "--model", "verbs", "--json")).Out, OrreryJson.TypeOf<ModelDeliveryPage>())!.Deliveries.Count);
        Assert.Contains("smoke_test passed", (await RunAsync("deliveries", "show", delivery.Id)).Out, StringComparison.Ordinal);
        Assert.Contains("Deployed as revision 1", (await RunAsync("deliveries", "logs", delivery.Id)).Out, StringComparison.Ordinal);

        Assert.Equal(0, (await RunAsync("rollback", "verbs", "-e", "production", "--note", "too new")).ExitCode);
        Assert.Contains("stable verbs 1 100 %", (await RunAsync("deployments", "list", "-e", "production")).Out, StringComparison.Ordinal);
        var figures = JsonSerializer.Deserialize((await RunAsync("delivery", "metrics", "--model", "verbs", "--json")).Out, OrreryJson.TypeOf<DeliveryMetrics>())!;
        Assert.Equal((3, 1), (figures.Deployed, figures.FailedChanges));
        Assert.Contains("Failed changes", (await RunAsync("delivery", "metrics", "--model", "verbs")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_is_told()
    {
        await _server.RegisterOnnxAsync("wrong", OnnxModels.Identity(11, -1, 1));

        Assert.Equal(2, (await RunAsync("promote", "wrong", "1")).ExitCode);
        Assert.Equal(2, (await RunAsync("promote", "wrong", "1", "--from", "staging", "--to", "production", "--step", "much")).ExitCode);
        var early = await RunAsync("promote", "wrong", "1", "--from", "staging", "--to", "production");
        Assert.Equal(1, early.ExitCode);
        Assert.Contains("failed at validate: It is to be promoted from staging", early.Error, StringComparison.Ordinal);
        Assert.Equal(3, (await RunAsync("deliveries", "show", "nothing")).ExitCode);
        Assert.Equal(4, (await RunAsync("deliveries", "cancel", JsonSerializer.Deserialize((await RunAsync("deliveries", "list", "--model", "wrong", "--json")).Out, OrreryJson.TypeOf<ModelDeliveryPage>())!.Deliveries[0].Id)).ExitCode);
    }

    [Fact]
    public async Task What_counts_for_an_environment_is_shown_and_set_from_a_file()
    {
        var folder = Directory.CreateTempSubdirectory("orrery-settings-").FullName;
        var file = Path.Combine(folder, "careful.json");
        await File.WriteAllTextAsync(file, "{\"max_p95_ms\": 250, \"rollback\": {\"error_percent\": 1.5}}", Cancel);

        Assert.Contains("1000 ms over 50 predictions", (await RunAsync("delivery", "settings", "-e", "production")).Out, StringComparison.Ordinal);
        Assert.Contains("over 1.5 % failures, 2 times the p95 before", (await RunAsync("delivery", "set-settings", file, "-e", "production")).Out, StringComparison.Ordinal);
        var set = JsonSerializer.Deserialize((await RunAsync("delivery", "settings", "-e", "production", "--json")).Out, OrreryJson.TypeOf<DeliverySettings>())!;
        Assert.Equal((250, 1.5, 24), (set.MaxP95Ms, set.Rollback!.ErrorPercent, set.Rollback.WatchHours));
        Assert.Contains("1000 ms", (await RunAsync("delivery", "settings", "-e", "staging")).Out, StringComparison.Ordinal);

        await File.WriteAllTextAsync(file, "{\"max_p95\": 250}", Cancel);
        var misspelt = await RunAsync("delivery", "set-settings", file, "-e", "production");
        Assert.Equal(2, misspelt.ExitCode);
        Assert.Contains("max_p95", misspelt.Error, StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, "{\"max_p95_ms\": -1}", Cancel);
        Assert.Contains("it must be more than 0", (await RunAsync("delivery", "set-settings", file, "-e", "production")).Error, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    private Task<(int ExitCode, string Out, string Error)> RunAsync(params string[] arguments) => Mlops.RunAsync(fixture.Process, Cancel, arguments);
}
