using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Source files, historical features and training sets over HTTP.</summary>
public sealed class TrainingSetTests(TrainingSetTests.Fixture fixture) : IClassFixture<TrainingSetTests.Fixture>
{
    private const string Definitions = """
        project: rides
        entities: [{ name: driver, join_keys: [{ name: driver_id, type: int64 }] }]
        sources:
          - { name: drivers, type: file, path: "drivers/*.csv", created_column: created }
        feature_views:
          - { name: stats, entities: [driver], source: drivers, online: false, features: [{ name: trips, type: int64 }, { name: tag, type: string, pii: true }] }
        on_demand_views:
          - { name: od, inputs: ["stats:trips"], request: [{ name: boost, type: float64 }], features: [{ name: boosted, type: float64, expression: "trips * boost" }] }
        """;

    private const string Rows = "driver_id,event_timestamp,created,trips,tag\n7,2024-01-01T10:00:00Z,2024-01-01T10:01:00Z,3,a\n7,2024-01-01T11:00:00Z,2024-01-01T13:00:00Z,4,\n8,2024-01-01 09:00:00,2024-01-01 09:00:01,1,x\n";
    private const string Body = """
        "entity_df":{"driver_id":[7,"8",null],"event_timestamp":["2024-01-01T12:00:00Z","2024-01-01T12:00:00Z","2024-01-01T12:00:00Z"],"label":[1,0,1]}
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private HttpClient Client => fixture.Server.Client;

    [Fact]
    public async Task Formats_in_and_out_give_the_same()
    {
        var json = await PostAsync("historical", $$"""{"features":["stats:trips"],{{Body}}}""");
        Assert.Equal("[4,1,null]", json.GetProperty("columns").EnumerateArray().First(static c => c.GetProperty("name").GetString() == "trips").GetProperty("values").GetRawText());

        const string Csv = "driver_id,event_timestamp,label,trips\n7,2024-01-01 12:00:00+00,1,4\n8,2024-01-01 12:00:00+00,0,1\n,2024-01-01 12:00:00+00,1,\n";
        Assert.Equal(Csv, await TextAsync("historical", $$"""{"features":["stats:trips"],"output":"csv",{{Body}}}"""));
        var parquet = await BytesAsync("historical", Content($$"""{"features":["stats:trips"],"output":"parquet",{{Body}}}""", "application/json"));
        Assert.Equal("PAR1", Encoding.ASCII.GetString(parquet, 0, 4));
        var again = await BytesAsync("historical?features=od:boosted,stats:tag&output=csv", new ByteArrayContent(Encoding.UTF8.GetBytes(
            "driver_id,event_timestamp,boost\n7,2024-01-01T10:30:00Z,1.5\n"))
        { Headers = { ContentType = new("text/csv") } });
        Assert.Equal("driver_id,event_timestamp,boost,tag,boosted\n7,2024-01-01 10:30:00+00,1.5,a,4.5\n", Encoding.UTF8.GetString(again));
    }

    [Fact]
    public async Task A_job_gives_what_a_request_gives()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Path("historical")) { Content = Content($$"""{"features":["stats:trips"],"known_at":true,"output":"csv",{{Body}}}""", "application/json") };
        request.Headers.Add("Prefer", "respond-async");
        using var accepted = await Client.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        var place = accepted.Headers.Location!.ToString();
        JsonElement job;
        do
        {
            await Task.Delay(50, Cancel);
            job = JsonDocument.Parse(await Client.GetStringAsync(place, Cancel)).RootElement;
        }
        while (job.GetProperty("state").GetString() is "queued" or "running");

        Assert.Equal("driver_id,event_timestamp,label,trips\n7,2024-01-01 12:00:00+00,1,3\n8,2024-01-01 12:00:00+00,0,1\n,2024-01-01 12:00:00+00,1,\n", await Client.GetStringAsync(place + "/result", Cancel));
    }

    [Fact]
    public async Task A_training_set_is_made_again_after_its_file_was_replaced()
    {
        var made = await PostAsync("training-sets", $$"""{"name":"first","features":["stats:trips","stats:tag"],{{Body}}}""", HttpStatusCode.Created);
        var (id, hash) = (made.GetProperty("training_set_id").GetString(), made.GetProperty("content_hash").GetString());
        Assert.True(made.GetProperty("manifest").GetProperty("known_at").GetBoolean());
        Assert.Equal("orrery_training_set", made.GetProperty("dataset_input").GetProperty("dataset").GetProperty("source_type").GetString());
        Assert.Equal(2, made.GetProperty("statistics")[0].GetProperty("count").GetInt64() - made.GetProperty("statistics")[0].GetProperty("nulls").GetInt64());
        await fixture.UploadAsync(Rows + "7,2024-01-01T11:30:00Z,2024-01-01T11:31:00Z,99,z\n");
        try
        {
            var same = await PostAsync($"training-sets/{id}/reproduce", "");
            Assert.True(same.GetProperty("equal").GetBoolean(), same.ToString());
            var other = await PostAsync("training-sets", $$"""{"name":"second","features":["stats:trips","stats:tag"],{{Body}}}""", HttpStatusCode.Created);
            Assert.NotEqual(hash, other.GetProperty("content_hash").GetString());

            // A server that does not have the file any more says which one it is.
            var manifest = (await Client.GetStringAsync(Path($"training-sets/{id}/manifest"), Cancel)).Replace(
                made.GetProperty("manifest").GetProperty("sources")[0].GetProperty("files")[0].GetProperty("sha256").GetString()!, new string('0', 64), StringComparison.Ordinal);
            var entities = Convert.ToBase64String(await Client.GetByteArrayAsync(Path($"training-sets/{id}/entities"), Cancel));
            var changed = await PostAsync("training-sets/reproduce", $$"""{"manifest":{{manifest}},"entities_base64":"{{entities}}"}""");
            Assert.False(changed.GetProperty("equal").GetBoolean());
            Assert.Contains("drivers/a.csv", changed.GetProperty("differences")[0].GetString(), StringComparison.Ordinal);
        }
        finally
        {
            await fixture.UploadAsync(Rows);
        }

        using var deleted = await Client.DeleteAsync(Path($"training-sets/{id}"), Cancel);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
    }

    [Theory]
    [InlineData("""{"features":["nope:trips"],"entity_df":[]}""", "features.view_not_found")]
    [InlineData("""{"features":["stats:nope"],"entity_df":[]}""", "features.feature_not_found")]
    [InlineData("""{"features":["stats:trips"]}""", "features.request_invalid")]
    [InlineData("""{"features":["stats:trips"],"entity_df":7}""", "features.request_invalid")]
    [InlineData("""{"features":["od:boosted"],"entity_df":{"driver_id":[7],"event_timestamp":["2024-01-01"]}}""", "features.request_data_missing")]
    [InlineData("""{"features":["stats:trips"],"entity_df":{"driver_id":["x"],"event_timestamp":["2024-01-01"]}}""", "features.value_invalid")]
    [InlineData("{", "features.request_invalid")]
    public async Task What_is_wrong_is_said(string body, string code)
    {
        using var answer = await Client.PostAsync(Path("historical"), Content(body, "application/json"), Cancel);
        var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel)).RootElement;

        Assert.Equal(code, problem.GetProperty("code").GetString());
    }

    private static Uri Path(string path) => new("api/v1/features/projects/rides/" + path, UriKind.Relative);

    private static StringContent Content(string body, string type) => new(body, Encoding.UTF8, new MediaTypeHeaderValue(type));

    private async Task<JsonElement> PostAsync(string path, string body, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var answer = await Client.PostAsync(Path(path), Content(body, "application/json"), Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.StatusCode == expected, $"{answer.StatusCode}: {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    private async Task<string> TextAsync(string path, string body) => Encoding.UTF8.GetString(await BytesAsync(path, Content(body, "application/json")));

    private async Task<byte[]> BytesAsync(string path, HttpContent content)
    {
        using var answer = await Client.PostAsync(Path(path), content, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        return await answer.Content.ReadAsByteArrayAsync(Cancel);
    }

    /// <summary>One server with one project.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        internal ServerProcess Server { get; private set; } = null!;

        /// <inheritdoc/>
        public async ValueTask InitializeAsync()
        {
            Server = await ServerProcess.StartAsync();
            await UploadAsync(Rows);
            using var applied = await Server.Client.PostAsync(Path("apply"), Content(Definitions, "application/yaml"), Cancel);
            Assert.True(applied.IsSuccessStatusCode, await applied.Content.ReadAsStringAsync(Cancel));
        }

        /// <inheritdoc/>
        public ValueTask DisposeAsync() => Server.DisposeAsync();

        internal async Task UploadAsync(string csv)
        {
            using var put = await Server.Client.PutAsync(new Uri("api/v1/features/files/drivers/a.csv", UriKind.Relative), new StringContent(csv), Cancel);
            Assert.True(put.IsSuccessStatusCode, await put.Content.ReadAsStringAsync(Cancel));
        }
    }
}
