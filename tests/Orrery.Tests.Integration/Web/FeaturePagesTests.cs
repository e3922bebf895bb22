using System.Net;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Pages of features on a project with data: what they show, filter, export, and that user text stays text.</summary>
public sealed class FeaturePagesTests(FeaturePagesTests.Store store) : IClassFixture<FeaturePagesTests.Store>
{
    private const string Script = "<script>alert(1)</script>";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_page_shows_what_the_server_knows_and_escapes_it()
    {
        foreach (var (path, shown) in new (string, string[])[]
        {
            ("/features", ["activity", "hourly", "ratio", "no target", "&lt;script&gt;", "computed when asked for"]),
            ("/features?q=rating", ["hourly:rating", "Found for"]),
            ("/features?entity=driver&kind=on_demand", ["ratio"]),
            ("/features?type=float64&kind=view", [">hourly<"]),
            ("/features/freshness", [">hourly<", "succeeded", "Materialize now", "rebuild"]),
            ("/features/training-sets", [">tips<", "ready"]),
            ("/features/quality", ["passed", "training set", "1 of 1"]),
            ("/features/sources", ["driver_id (int64)", "rides/*.csv", "rides/a.csv"]),
            ("/features/usage", ["Reads in 30 days", "ratio:per_trip"]),
            ("/features/revisions", ["add driver"]),
            ("/features/erasures", ["driver_id", "request 17"]),
            ("/features/rides/views/hourly", ["trips", "int64", "personal", "activity", "tips", "Distribution", "Materialized until", "What changed", ">trips<"]),
            ("/features/rides/views/ratio", ["on-demand view", "trips * 1.0", "computed when asked for"]),
            ("/features/rides/services/activity", ["Its features and how fresh they are", "trips, rating", "version 2", "Oldest online value"]),
            ($"/features/rides/training-sets/{store.Set}", ["What it was made of", "rides/a.csv", "activity", store.Hash, "Reproduce", "half of the values"]),
            ($"/features/rides/materializations/{store.Run}", ["succeeded", "Written online"]),
            ($"/features/rides/quality/{store.Check}", ["not_be_null", "kept"]),
            ("/features/rides/revisions/2", ["feature view", "Go back to this revision", "description"]),
        })
        {
            var (status, page) = await store.PageAsync(path);
            Assert.True(status is HttpStatusCode.OK, $"{path}: {(int)status} {page}");
            foreach (var text in shown)
                Assert.True(page.Contains(text, StringComparison.Ordinal), $"{path} does not show '{text}': {page}");
            Assert.DoesNotContain(Script, page, StringComparison.Ordinal);
            Assert.DoesNotContain("style=", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Filters_leave_out_what_does_not_fit()
    {
        Assert.DoesNotContain("views/ratio", (await store.PageAsync("/features?type=int64")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("views/hourly\"", (await store.PageAsync("/features?owner=nobody")).Text, StringComparison.Ordinal);
        Assert.Contains("Nothing has that", (await store.PageAsync("/features?q=zzzz")).Text, StringComparison.Ordinal);
        Assert.Contains("Never checked", (await store.PageAsync("/features/rides/views/daily")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tables_are_files_too()
    {
        var (status, csv) = await store.PageAsync("/features?csv=feature-views");
        Assert.Equal(HttpStatusCode.OK, status);
        var lines = csv.Split("\r\n");
        Assert.StartsWith("View,Kind,Entities,Features,Online,Owner,Tags", lines[0], StringComparison.Ordinal);
        Assert.Equal(["daily", "hourly", "ratio"], lines[1..].Where(static line => line.Length > 0).Select(static line => line.Split(',')[0]));
        Assert.Contains("trips,int64", (await store.PageAsync($"/features/rides/training-sets/{store.Set}?csv=columns")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_there_or_elsewhere_is_not_shown()
    {
        foreach (var path in new[] { "/features/rides/views/none", "/features/rides/services/none", "/features/none/views/hourly", "/features/rides/training-sets/none", "/features/rides/revisions/99" })
            Assert.Equal(HttpStatusCode.NotFound, (await store.PageAsync(path)).Status);
        (await store.Server.Client.PostAsync("/api/v1/workspaces", new StringContent("""{"name":"other"}""", System.Text.Encoding.UTF8, "application/json"), Cancel)).Dispose();
        var (status, page) = await store.PageAsync("/w/other/features");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("No features are defined yet", page, StringComparison.Ordinal);
        Assert.DoesNotContain("hourly", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await store.PageAsync("/w/other/features/rides/views/hourly")).Status);
    }

    /// <summary>A server with a project that has everything.</summary>
    public sealed class Store : IAsyncLifetime
    {
        private const string Rides = """
            description: "<script>alert(1)</script> rides"
            entities: [{ name: driver, join_keys: [{ name: driver_id, type: int64 }] }]
            sources:
              - { name: stats, type: file, path: rides/*.csv, rules: [{ expect: not_be_null, column: driver_id }] }
            feature_views:
              - { name: hourly, entities: [driver], source: stats, tags: { "team": "<script>alert(1)</script>" }, features: [{ name: trips, type: int64, pii: true, description: "<script>alert(1)</script>" }, { name: rating, type: float64 }] }
              - { name: daily, entities: [driver], source: stats, online: false, features: [{ name: trips, type: int64 }] }
            on_demand_views: [{ name: ratio, inputs: [hourly], features: [{ name: per_trip, type: float64, expression: "trips * 1.0" }] }]
            feature_services: [{ name: activity, owner: "<script>alert(1)</script>", features: [{ view: hourly }] }]
            """;

        /// <summary>The server.</summary>
        public ServerProcess Server { get; private set; } = null!;

        /// <summary>The training set's id.</summary>
        public string Set { get; private set; } = "";

        /// <summary>Its hash.</summary>
        public string Hash { get; private set; } = "";

        /// <summary>A materialization.</summary>
        public string Run { get; private set; } = "";

        /// <summary>A check.</summary>
        public string Check { get; private set; } = "";

        /// <summary>A page and its status.</summary>
        public async Task<(HttpStatusCode Status, string Text)> PageAsync(string path)
        {
            using var answer = await Server.Client.GetAsync(path, Cancel);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        }

        /// <inheritdoc/>
        public async ValueTask InitializeAsync()
        {
            Server = await ServerProcess.StartAsync();
            var features = new FeatureServer(Server, "rides");
            await features.UploadAsync("a.csv", "driver_id,event_timestamp,trips,rating\n1,2024-01-01T00:00:00Z,3,4.5\n2,2024-01-01T00:00:00Z,9,1.5\n");
            await features.ApplyAsync(Rides);
            await features.ApplyAsync(Rides.Replace("name: rating, type: float64", "name: rating, type: float64, description: stars", StringComparison.Ordinal));
            await features.ApplyAsync(Rides.Replace("name: rating, type: float64", "name: rating, type: float64, description: stars", StringComparison.Ordinal).Replace("{ view: hourly }", "{ view: hourly, version: 2 }", StringComparison.Ordinal));
            Run = (await features.MaterializeAsync("""{"rebuild": true}""")).GetProperty("id").GetString()!;
            var set = await features.PostAsync("training-sets?name=tips", """
                {"name":"tips","feature_service":"activity","entity_df":{"driver_id":[1,2],"event_timestamp":["2024-01-02T00:00:00Z","2024-01-02T00:00:00Z"]}}
                """);
            (Set, Hash) = (set.GetProperty("training_set_id").GetString()!, set.GetProperty("content_hash").GetString()!);
            Check = (await features.PostAsync("quality/check?view=hourly", "{}")).GetProperty("id").GetString()!;
            await features.PostAsync("erase", """{"entity":{"driver_id":"7"},"reason":"request 17"}""");
        }

        /// <inheritdoc/>
        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}
