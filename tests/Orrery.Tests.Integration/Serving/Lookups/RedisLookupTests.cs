using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Lookups in Redis: the same values, and a clear refusal while it is away.</summary>
public sealed class RedisLookupTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Features_come_from_Redis_and_requests_are_refused_while_it_is_away()
    {
        await using var redis = await RedisServer.StartAsync(Cancel);
        await using var process = await ServerProcess.StartAsync(["--redis", redis.Address], cancel: Cancel);
        var story = new LookupStory(process);
        await story.BeginAsync();
        await story.TrainAsync("echo", OnnxModels.Identity(11, -1, 4), "shopper", LookupStory.Signature("double", "per_month", "share", "charges", "tenure"));
        await story.Server.DeployAsync("production", "echo", LookupStory.Spec("echo"));

        Assert.Equal($"[[{0.1 / 7:R},0.30000001192092896,0.1,7],[{1e-9 / 3:R},0.10000000149011612,1E-09,3]]", await story.PredictAsync("echo", """{"instances": [{"customer_id": 1}, {"customer_id": 3}]}"""), ignoreCase: true);
        Assert.Equal(400, (await story.RefuseAsync("echo", """{"instances": [{"customer_id": 88}]}""")).Status);

        await redis.StopAsync();
        using var body = new StringContent("""{"instances": [{"customer_id": 1}]}""", System.Text.Encoding.UTF8, "application/json");
        using var answer = await process.Client.PostAsync("/v1/models/echo:predict", body, Cancel);
        Assert.Equal(503, (int)answer.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), answer.Headers.RetryAfter?.Delta);
        Assert.Contains("Features were not looked up: ", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal("[[1,2,3,4]]", await story.PredictAsync("echo", """{"instances": [[1, 2, 3, 4]]}"""));
        Assert.Contains("outcome=\"failed\"", string.Join('\n', (await process.Client.GetStringAsync("/metrics", Cancel)).Split('\n').Where(static line => line.StartsWith("model_feature_lookup_seconds_count", StringComparison.Ordinal))), StringComparison.Ordinal);
    }
}
