using Microsoft.Extensions.DependencyInjection;
using Orrery.Registry;
using Orrery.Storage;
using Orrery.Tenancy;
using Orrery.Tracking;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Whatever the API takes, an export of it can be imported.</summary>
public sealed class PortableLimitTests(OneServerInProcess one) : IClassFixture<OneServerInProcess>
{
    [Fact]
    public async Task Columns_that_travel_take_what_the_api_takes()
    {
        var server = one.Server;
        var tables = server.Services.GetServices<PortableTable>().ToDictionary(static t => t.Name);
        var wrong = new List<string>();
        foreach (var (table, column, longest) in new[]
        {
            ("ten_role", "name", 63),
            ("ten_role", "description", 400),
            ("ten_role", "permissions", string.Join(' ', PermissionCatalogue.All.Where(static p => p.Scope is PermissionScope.Workspace).Select(static p => p.Name)).Length),
            ("ten_budget", "cost_center", Budgets.LongestCostCenter),
            ("trk_experiment", "name", Names.MaxExperimentName),
            ("trk_experiment_tag", "key", Names.MaxKey),
            ("trk_experiment_tag", "value", Names.MaxExperimentTagValue),
            ("trk_param", "key", Names.MaxKey),
            ("trk_param", "value", Names.MaxParamValue),
            ("trk_tag", "key", Names.MaxKey),
            ("trk_tag", "value", Names.MaxTagValue),
            ("trk_metric", "key", Names.MaxKey),
            ("trk_latest", "key", Names.MaxKey),
            ("trk_model_param", "value", Names.MaxParamValue),
            ("trk_model_tag", "value", Names.MaxTagValue),
            ("reg_model", "name", RegistryText.MaxName),
            ("reg_model", "description", RegistryText.MaxDescription),
            ("reg_model_tag", "key", RegistryText.MaxKey),
            ("reg_model_tag", "value", RegistryText.MaxValue),
            ("reg_version", "source", RegistryText.MaxUri),
            ("reg_version", "run_id", RegistryText.MaxId),
            ("reg_version", "description", RegistryText.MaxDescription),
            ("reg_version_tag", "key", RegistryText.MaxKey),
            ("reg_version_tag", "value", RegistryText.MaxValue),
            ("reg_alias", "alias", RegistryText.MaxAlias),
            ("reg_webhook", "url", WebhookRules.MaxUrl),
            ("reg_webhook", "description", WebhookRules.MaxDescription),
        })
        {
            var there = tables[table].Columns.Single(c => c.Name == column);
            if (there.MaxLength < longest)
                wrong.Add($"{table}.{column} takes {there.MaxLength} characters, the API {longest}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task A_workspace_at_the_limits_of_the_api_is_taken_in_again()
    {
        var server = one.Server;
        using var http = new HttpClient { BaseAddress = server.Address };
        var red = new MovedWorkspace(http, "red");
        await red.SendAsync(HttpMethod.Put, "api/v1/costs/budgets", new { cost_center = new string('ü', Budgets.LongestCostCenter), amount = Budgets.Most });
        await red.SendAsync(HttpMethod.Put, "api/v1/roles/" + new string('r', 63), new { description = new string('d', 400), permissions = new[] { "tracking.read" } });
        var experiment = (string)(await red.PostAsync("experiments/create", new { name = new string('é', Names.MaxExperimentName), tags = new[] { new { key = new string('k', Names.MaxKey), value = new string('v', Names.MaxExperimentTagValue) } } }))["experiment_id"]!;
        await red.PostAsync("runs/create", new { experiment_id = experiment, start_time = long.MaxValue });
        await red.PostAsync("registered-models/create", new { name = new string('m', RegistryText.MaxName), description = new string('d', RegistryText.MaxDescription) });
        await red.PostAsync("model-versions/create", new { name = new string('m', RegistryText.MaxName), source = "s3://x/" + new string('s', 4000) });
        await red.PostAsync("registered-models/alias", new { name = new string('m', RegistryText.MaxName), alias = new string('a', RegistryText.MaxAlias), version = "1" });

        var job = await MovedWorkspace.ImportAsync(http, await red.ExportAsync(), "blue");

        Assert.True((string)job["state"]! == "succeeded", job.ToJsonString());
    }

    [Fact]
    public async Task A_number_that_is_taken_already_is_not_given_again()
    {
        var server = one.Server;
        using var http = new HttpClient { BaseAddress = server.Address };
        var red = new MovedWorkspace(http, "low");
        await red.PostAsync("experiments/create", new { name = "one" });
        var low = TarFile.Read(await red.ExportAsync()).With("tables/trk_counter.ndjson", static text => text.Replace("\"next\":2", "\"next\":0", StringComparison.Ordinal));

        var job = await MovedWorkspace.ImportAsync(http, low.Write(), "taken");
        var made = await new MovedWorkspace(http, "taken").PostAsync("experiments/create", new { name = "two" });

        Assert.Equal("succeeded", (string)job["state"]!);
        Assert.Equal("2", (string)made["experiment_id"]!);
    }
}
