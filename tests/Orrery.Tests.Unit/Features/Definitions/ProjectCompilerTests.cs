using Orrery.Contracts;
using Orrery.Features;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class ProjectCompilerTests
{
    [Fact]
    public void A_document_becomes_a_project()
    {
        var project = DefinitionSamples.Project();

        var view = project.Views["driver_hourly"];
        Assert.Equal((1, 1, TimeSpan.FromHours(30), TimeSpan.FromHours(2), TimeSpan.FromHours(1)), (view.Version, view.StorageVersion, view.Ttl, view.Freshness, view.Lateness));
        Assert.Equal([new JoinKey("driver_id", new(FeatureKind.Int64))], view.Keys);
        Assert.Equal(["conv_rate", "acc_rate", "trips_today"], view.Fields.Select(field => field.Name));
        Assert.Equal(1, view.FieldIndex["acc_rate"]);
        Assert.True(view.IsOnline);
        Assert.False(project.Views["customer_profile"].IsOnline);
        Assert.True(project.Views["customer_profile"].Fields[0] is { IsPii: true, IsRestricted: true });
        Assert.Equal("cust_no", project.Views["customer_profile"].Source.Column("customer_id"));
        Assert.Equal(["customer_id", "driver_id"], project.Views["pair_stats"].Keys.Select(key => key.Name));
        Assert.Equal((SourceKind.Push, SourceKind.File), (project.Sources["trips"].Kind, project.Sources["trips"].Batch!.Kind));
        Assert.Same(view, project.FindView("driver_hourly", 1));
        Assert.Null(project.FindView("driver_hourly", 2));
        Assert.Equal("1.10", view.Document.Tags["release"]);
    }

    [Fact]
    public void An_on_demand_view_reads_features_and_the_request()
    {
        var rates = DefinitionSamples.Project().OnDemandViews["rates"];

        Assert.Equal(["conv_rate", "acc_rate"], rates.Inputs.Select(input => input.Name));
        Assert.Equal(new FeatureType(FeatureKind.Float64), rates.Request[0].Type);
        Assert.Equal("conv_rate + acc_rate + boost", rates.Expressions[0].Text);
    }

    [Fact]
    public void A_service_projects_its_views()
    {
        var project = DefinitionSamples.Project();

        var service = project.Services["driver_activity"];
        Assert.Equal([0, 1], service.Projections[0].Fields);
        Assert.Equal("chauffeur", service.Projections[0].RequestColumn("driver_id"));
        Assert.Same(project.OnDemandViews["rates"], service.Projections[1].OnDemand);
        Assert.Equal("pair", project.Services["pairs"].Projections[0].Alias);
    }

    [Fact]
    public void The_same_document_gives_the_same_ids() =>
        Assert.Equal(DefinitionSamples.Project().Views["driver_hourly"].Id, DefinitionSamples.Project().Views["driver_hourly"].Id);

    [Fact]
    public void All_faults_are_told_at_once()
    {
        const string Yaml = """
            project: Rides
            entities:
              - { name: driver, join_keys: [{ name: driver-id, type: float64 }] }
              - { name: customer }
              - { name: customer, join_keys: [{ name: customer_id }] }
            sources:
              - { name: stats, type: file, path: /etc/passwd.csv, table: x }
              - { name: history, type: push, batch: gone }
              - { name: loop, type: push, batch: history }
              - { name: odd, type: kafka }
            feature_views:
              - name: a__b
                entities: [driver, nobody]
                source: nothing
                ttl: 5 minutes
                materialization: { schedule: "61 * * * *" }
                features: [{ name: f, type: floot }, { name: event_timestamp, type: int64 }]
            on_demand_views:
              - { name: empty, features: [{ name: x, type: int64 }] }
            feature_services:
              - { name: s, features: [{ view: nope }] }
            """;

        var failure = ProjectCompiler.Compile(DefinitionSamples.Workspace, "team", DefinitionSamples.Document(Yaml)).Failure!;

        Assert.Equal("features.definition_invalid", failure.Code);
        Assert.Equal(
            [
                "entities[0].join_keys[0].name", "entities[0].join_keys[0].type", "entities[1].join_keys", "entities[2].name",
                "feature_services[0].features[0].view", "feature_views[0].entities[1]", "feature_views[0].features[0].type", "feature_views[0].features[1].name",
                "feature_views[0].materialization.schedule", "feature_views[0].name", "feature_views[0].source", "feature_views[0].ttl",
                "on_demand_views[0].features[0].expression", "on_demand_views[0].inputs", "project", "sources[0].path", "sources[0].table",
                "sources[1].batch", "sources[2].batch", "sources[3].type",
            ],
            failure.Faults.Select(fault => fault.Field).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("feature_views[0].entities[1]", "entities: [driver]", "entities: [driver, driver]")]
    [InlineData("feature_views[0].features[1].name", "name: acc_rate, type", "name: CONV_RATE, type")]
    [InlineData("feature_views[0].features[1].name", "name: acc_rate, type", "name: driver_id, type")]
    [InlineData("feature_views[0].features[1].name", "name: acc_rate, type", "name: created, type")]
    [InlineData("feature_views[2].entities[1]", "join_keys: [{ name: customer_id }]", "join_keys: [{ name: driver_id }]")]
    [InlineData("feature_services[0].features[0].features[1]", "features: [conv_rate, acc_rate]", "features: [conv_rate, nope]")]
    [InlineData("feature_services[0].features[0].features[1]", "features: [conv_rate, acc_rate]", "features: [conv_rate, conv_rate]")]
    [InlineData("feature_services[0].features[0].join_keys.id", "{ driver_id: chauffeur }", "{ id: chauffeur }")]
    [InlineData("feature_services[0].features[0].version", "- view: driver_hourly", "- view: driver_hourly\n        version: 2")]
    [InlineData("feature_services[1].features[0].as", "as: pair", "as: a:b")]
    [InlineData("on_demand_views[0].inputs[1]", "\"driver_hourly:acc_rate\"", "\"driver_hourly:nope\"")]
    [InlineData("on_demand_views[0].inputs[1]", "\"driver_hourly:acc_rate\"", "\"driver_hourly\"")]
    [InlineData("on_demand_views[0].inputs[1]", "\"driver_hourly:acc_rate\"", "\"driver_hourly@v1:acc_rate\"")]
    [InlineData("on_demand_views[0].features[0].name", "name: total_rate", "name: boost")]
    [InlineData("on_demand_views[0].name", "name: rates", "name: pair_stats")]
    [InlineData("sources[0].path", "path: drivers/*.parquet", "path: ../drivers/*.parquet")]
    [InlineData("sources[0].path", "path: drivers/*.parquet", "path: https://example.com/a.parquet")]
    [InlineData("sources[0].format", "path: drivers/*.parquet", "path: drivers/*.dat")]
    [InlineData("sources[0].created_column", "created_column: created", "created_column: event_timestamp")]
    [InlineData("sources[2].table", "table: crm.customers", "table: a.b.c")]
    public void One_fault_is_told_with_its_path(string path, string from, string to)
    {
        Assert.Contains(from, DefinitionSamples.Rides, StringComparison.Ordinal);

        var failure = ProjectCompiler.Compile(DefinitionSamples.Workspace, "team", DefinitionSamples.Document(Replaced(from, to))).Failure!;

        Assert.Contains(failure.Faults, fault => fault.Field == path);
    }

    private static string Replaced(string from, string to) =>
        DefinitionSamples.Rides.Remove(DefinitionSamples.Rides.IndexOf(from, StringComparison.Ordinal), from.Length)
            .Insert(DefinitionSamples.Rides.IndexOf(from, StringComparison.Ordinal), to);
}
