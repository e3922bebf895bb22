using System.Net;
using System.Text;
using Orrery.Client;
using Orrery.Contracts;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Definitions and the catalogue through the command line and the .NET client, against the real server.</summary>
public sealed class DefinitionVerbTests(ClientTests.Server fixture) : IClassFixture<ClientTests.Server>, IDisposable
{
    private const string Rides = """
        project: rides
        entities: [{ name: driver, join_keys: [{ name: driver_id, type: int64 }] }]
        sources: [{ name: stats, type: file, path: drivers/*.parquet }]
        feature_views:
          - { name: hourly, entities: [driver], source: stats, features: [{ name: conv_rate, type: float32 }] }
        feature_services:
          - { name: activity, features: [{ view: hourly }] }
        """;

    private readonly OrreryClient _client = new(fixture.Process.BaseAddress);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orrery-features-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _client.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Verbs_tell_what_changes_and_what_would_break()
    {
        var file = Path.Combine(_folder.FullName, "features.yaml");
        await File.WriteAllTextAsync(file, Rides, Cancel);
        var applied = await RunAsync("apply", file);
        Assert.Equal((0, ""), (applied.ExitCode, applied.Error));
        Assert.Contains("+ view hourly\n", applied.Out, StringComparison.Ordinal);
        Assert.Contains("Applied as revision 1.", applied.Out, StringComparison.Ordinal);

        await File.WriteAllTextAsync(file, Rides.Replace("float32", "float64", StringComparison.Ordinal), Cancel);
        var planned = await RunAsync("plan", file);
        Assert.Equal(1, planned.ExitCode);
        Assert.Contains("~ view hourly v1 -> v2 (the features change)\n    ~ features.conv_rate.type: \"float32\" -> \"float64\"\n", planned.Out, StringComparison.Ordinal);
        Assert.Contains("! service activity uses hourly:conv_rate: it is float32 and becomes float64", planned.Out, StringComparison.Ordinal);
        var refused = await RunAsync("apply", file);
        Assert.Equal(4, refused.ExitCode);
        Assert.Contains("allow_breaking", refused.Error, StringComparison.Ordinal);

        await File.WriteAllTextAsync(file, Rides.Replace("source: stats", "sorce: stats", StringComparison.Ordinal), Cancel);
        var invalid = await RunAsync("validate", file);
        Assert.Equal(2, invalid.ExitCode);
        Assert.Contains("did you mean 'source'? (line 5)", invalid.Error, StringComparison.Ordinal);
        Assert.StartsWith("VIEW", (await RunAsync("list", "views", "-p", "rides")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_client_applies_looks_up_and_rolls_back()
    {
        var document = new FeatureProjectDocument
        {
            Project = "shop",
            Entities = [new() { Name = "customer", JoinKeys = [new() { Name = "customer_id" }] }],
            Sources = [new() { Name = "orders", Type = "push" }],
            FeatureViews = [new() { Name = "spend", Entities = ["customer"], Source = "orders", Features = [new() { Name = "total", Type = "decimal" }] }],
        };
        Assert.Equal(3, (await _client.Features.PlanAsync(document, cancel: Cancel)).Changes.Count);
        Assert.Equal(1, (await _client.Features.ApplyAsync(document, new() { ExpectedRevision = 0 }, Cancel)).Revision);
        var changed = document with { Description = "New." };
        await _client.Features.ApplyAsync(changed, new() { Note = "describe" }, Cancel);

        Assert.Equal(("shop", "New."), ((await _client.Features.ListProjectsAsync("hop", cancel: Cancel)).Projects.Select(one => (one.Name, one.Description!)).Single()));
        Assert.Equal(3, (await _client.Features.RollbackAsync("shop", 1, cancel: Cancel)).Revision);
        Assert.Null((await _client.Features.ExportAsync("shop", cancel: Cancel)).Description);
        Assert.StartsWith("project: shop\n", await _client.Features.ExportYamlAsync("shop", 2, Cancel), StringComparison.Ordinal);
        Assert.Equal(["Rollback to revision 1.", "describe", null], (await _client.Features.ListRevisionsAsync("shop", cancel: Cancel)).Revisions.Select(one => one.Note));
        Assert.Equal(2, (await _client.Features.GetRevisionAsync("shop", 2, Cancel)).Revision);
        Assert.Equal("customer_id", (await _client.Features.GetViewAsync("shop", "spend", Cancel)).View.JoinKeys[0].Name);
        Assert.Equal("spend", (await _client.Features.ListViewsAsync("shop", new() { Entity = "customer" }, Cancel)).Views.Single().Name);
        Assert.Equal("push", (await _client.Features.ListSourcesAsync("shop", cancel: Cancel)).Sources.Single().Type);
        Assert.Equal(["spend:total"], (await _client.Features.ListUnusedAsync("shop", 30, Cancel)).Features);
        Assert.Contains((await _client.Features.SearchAsync("total", cancel: Cancel)).Found, one => one is { Project: "shop", Name: "spend:total" });

        await RefusedAsync(HttpStatusCode.Conflict, "features.revision_conflict", () => _client.Features.ApplyAsync(changed, new() { ExpectedRevision = 1 }, Cancel));
        await RefusedAsync(HttpStatusCode.NotFound, "features.project_not_found", () => _client.Features.ExportAsync("nope", cancel: Cancel));
        await RefusedAsync(HttpStatusCode.BadRequest, "features.project_differs", () => _client.Features.PlanAsync("other", Rides, cancel: Cancel));
        await RefusedAsync(HttpStatusCode.BadRequest, "features.feast_invalid", () => _client.Features.ImportFeastAsync([0xff, 0xff], cancel: Cancel));
        await _client.Features.DeleteProjectAsync("shop", Cancel);
        await RefusedAsync(HttpStatusCode.NotFound, "features.project_not_found", () => _client.Features.DeleteProjectAsync("shop", Cancel));
    }

    [Fact]
    public async Task Bodies_that_are_too_large_and_the_schema()
    {
        using var huge = new ByteArrayContent(Encoding.UTF8.GetBytes(new string(' ', 6 << 20))) { Headers = { ContentType = new("application/yaml") } };
        using var answer = await fixture.Process.Client.PostAsync("/api/v1/features/projects/huge/plan", huge, Cancel);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);

        using var schema = await fixture.Process.Client.GetAsync("/api/v1/features/schema.json", Cancel);
        Assert.Equal("application/schema+json", schema.Content.Headers.ContentType?.MediaType);
    }

    private static async Task RefusedAsync(HttpStatusCode status, string code, Func<Task> call)
    {
        var refused = await Assert.ThrowsAsync<OrreryApiException>(call);
        Assert.Equal((status, code), (refused.Status, refused.ErrorCode));
    }

    private async Task<(int ExitCode, string Out, string Error)> RunAsync(params string[] arguments)
    {
        var (code, output, error) = await Mlops.RunAsync(fixture.Process, Cancel, ["features", .. arguments]);
        return (code, output.ReplaceLineEndings("\n"), error);
    }
}
