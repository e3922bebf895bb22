using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Orrery.Contracts;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>What endpoints of the feature store write by hand is what the contracts, and with them the API's description, say of it.</summary>
public sealed class FeatureAnswersTests(OneServer one) : IClassFixture<OneServer>
{
    private const string Root = "api/v1/features/projects/told/";
    private const string Entities = """
        "entity_df":{"driver_id":[7,8],"event_timestamp":["2024-01-01T12:00:00Z","2024-01-01T12:00:00Z"]}
        """;

    private static readonly JsonSerializerOptions Strict = new(OrreryJson.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_field_of_an_answer_is_one_of_its_contract()
    {
        Assert.Throws<JsonException>(static () => JsonSerializer.Deserialize<FeatureFile>("""{"length":1}""", Strict));
        var features = new FeatureServer(one.Process, "told");
        await features.UploadAsync("a.csv", "driver_id,event_timestamp,trips,tag\n7,2024-01-01T00:00:00Z,1,a\n8,2024-01-01T00:00:00Z,3,b\n8,2024-01-01T01:00:00Z,-3,b\n");
        await features.ApplyAsync("""
            entities: [{ name: driver, join_keys: [{ name: driver_id, type: int64 }] }]
            sources:
              - { name: drivers, type: file, path: told/a.csv, rules: [{ expect: be_between, column: trips, min: 0, on_failure: quarantine }] }
              - { name: clicks, type: push, rules: [{ expect: be_between, column: pages, min: 0, on_failure: quarantine }] }
            feature_views:
              - { name: stats, entities: [driver], source: drivers, online: false, features: [{ name: trips, type: int64 }, { name: tag, type: string }] }
              - { name: seen, entities: [driver], source: clicks, features: [{ name: pages, type: int64 }] }
            """);

        Assert.Equal("told/a.csv", Assert.Single((await AskAsync<FeatureFilePage>(HttpMethod.Get, "../../files?prefix=told/")).Files).Path);
        var pushed = await AskAsync<PushAnswer>(HttpMethod.Post, "push", """
            {"source":"clicks","rows":[{"driver_id":7,"pages":2,"event_timestamp":"2024-01-01T00:00:00Z"},{"driver_id":8,"pages":-2,"event_timestamp":"2024-01-01T00:00:00Z"}]}
            """, HttpStatusCode.MultiStatus);
        Assert.Equal(1, Assert.Single(pushed.Quarantined).Row);
        var online = await AskAsync<OnlineFeatures>(HttpMethod.Post, "../../../../../feast/told/get-online-features", """{"features":["seen:pages"],"entities":{"driver_id":[7]}}""");
        Assert.Equal(["driver_id", "pages"], online.Metadata.FeatureNames);

        var rows = await AskAsync<HistoricalRows>(HttpMethod.Post, "historical", $"{{\"features\":[\"stats:trips\"],{Entities}}}");
        Assert.Equal((2, "trips"), (rows.Metadata.RowCount, rows.Columns[^1].Name));
        var job = await AskAsync<HistoricalJobStatus>(HttpMethod.Post, "historical", $"{{\"features\":[\"stats:trips\"],{Entities}}}", HttpStatusCode.Accepted, isJob: true);
        await Eventually.HoldsAsync("the job ends", async () => (await AskAsync<HistoricalJobStatus>(HttpMethod.Get, "historical/" + job.JobId)).Result is not null);

        var made = await AskAsync<TrainingSetDetail>(HttpMethod.Post, "training-sets", $"{{\"name\":\"first\",\"features\":[\"stats:trips\",\"stats:tag\"],{Entities}}}", HttpStatusCode.Created);
        Assert.Equal(["trips", "tag"], made.Statistics!.Select(static column => column.Name));
        Assert.Equal(("drivers", 1L), (Assert.Single(made.Quality!).Source, made.Quality![0].LeftOut));
        Assert.Equal("first", made.DatasetInput!.Dataset.Name);
        var path = "training-sets/" + made.TrainingSetId;
        Assert.Equal(made.ContentHash, (await AskAsync<TrainingSetDetail>(HttpMethod.Get, path)).Manifest!.ContentHash);
        Assert.Equal(made.TrainingSetId, Assert.Single((await AskAsync<TrainingSetPage>(HttpMethod.Get, "training-sets")).TrainingSets).TrainingSetId);
        Assert.Equal("told/a.csv", Assert.Single(Assert.Single((await AskAsync<TrainingSetManifest>(HttpMethod.Get, path + "/manifest")).Sources).Files).Path);
        Assert.True((await AskAsync<TrainingSetReproduction>(HttpMethod.Post, path + "/reproduce")).Equal);
        Assert.NotNull((await AskAsync<TrainingSetReproduction>(HttpMethod.Post, path + "/reproduce", status: HttpStatusCode.Accepted, isJob: true)).JobId);
    }

    private async Task<T> AskAsync<T>(HttpMethod method, string path, string body = "", HttpStatusCode status = HttpStatusCode.OK, bool isJob = false)
    {
        using var request = new HttpRequestMessage(method, Root + path);
        if (method == HttpMethod.Post)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (isJob)
            request.Headers.Add("Prefer", "respond-async");
        using var answer = await one.Process.Client.SendAsync(request, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.StatusCode == status, $"{path}: {answer.StatusCode} {text}");
        try
        {
            return JsonSerializer.Deserialize<T>(text, Strict)!;
        }
        catch (JsonException wrong)
        {
            throw new InvalidOperationException($"{path} answers what {typeof(T).Name} does not say: {wrong.Message} {text}", wrong);
        }
    }
}
