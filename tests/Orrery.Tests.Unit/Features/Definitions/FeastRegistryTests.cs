using Orrery.Features;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>A registry file is built from the field numbers of <c>feast.core.Registry</c> and read.</summary>
public sealed class FeastRegistryTests
{
    private const ulong Int64 = 4;
    private const ulong Float = 6;

    [Fact]
    public void A_registry_becomes_definitions_that_compile()
    {
        var import = FeastRegistry.Read(Registry().ToArray(), project: null).Value;

        var project = ProjectCompiler.Compile(DefinitionSamples.Workspace, "team", import.Definitions).Value;
        var view = project.Views["driver_hourly_stats"];
        Assert.Equal([new JoinKey("driver_id", new(FeatureKind.Int64))], view.Keys);
        Assert.Equal([("conv_rate", "float32"), ("tags", "list<string>")], view.Fields.Select(field => (field.Name, field.Type.ToString())));
        Assert.Equal((TimeSpan.FromDays(1), true), (view.Ttl, view.IsOnline));
        Assert.Equal(("event_ts", "created", "conv"), (view.Source.Batch!.TimestampColumn, view.Source.Batch.CreatedColumn, view.Source.Batch.Column("conv_rate")));
        Assert.Equal("data/driver_stats.parquet", view.Source.Batch.Document.Path);
        Assert.Equal(("ride-team", "Statistics by the hour."), (view.Document.Owner, view.Document.Description));
        var projection = project.Services["driver_activity"].Projections[0];
        Assert.Equal(("hourly", "chauffeur"), (projection.Alias, projection.RequestColumn("driver_id")));
        Assert.Equal(["conv_rate"], projection.Fields.Select(field => view.Fields[field].Name));
        Assert.Equal(import.Definitions.FeatureViews[0].Name, DefinitionYaml.Read(import.Yaml).Value.Document.FeatureViews[0].Name);
    }

    [Fact]
    public void What_cannot_be_carried_over_is_told_with_reasons()
    {
        var gaps = FeastRegistry.Read(Registry().ToArray(), project: null).Value.Gaps;

        Assert.Contains(gaps, gap => gap is { Kind: "on_demand_feature_view", Name: "rates", LeftOut: true } && gap.Reason.Contains("Python", StringComparison.Ordinal));
        Assert.Contains(gaps, gap => gap is { Kind: "data_source", Name: "clicks", LeftOut: true } && gap.Reason.Contains("Kafka", StringComparison.Ordinal));
        Assert.Contains(gaps, gap => gap is { Kind: "feature_view", Name: "from_kafka", LeftOut: true });
        Assert.Contains(gaps, gap => gap is { Kind: "feature_service", Name: "driver_activity", LeftOut: false } && gap.Reason.Contains("rates", StringComparison.Ordinal));
        Assert.Contains(gaps, gap => gap is { Kind: "feature", Name: "driver_hourly_stats:tags", LeftOut: false } && gap.Reason.Contains("set", StringComparison.Ordinal));
        Assert.Contains(gaps, gap => gap is { Kind: "data_source", Name: "Driver Stats", LeftOut: false } && gap.Reason.Contains("'driver_stats'", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_several_projects_one_must_be_named()
    {
        var registry = Registry().Message(1, new ProtoBytes().Message(1, new ProtoBytes().Text(1, "shop").Text(9, "other").Text(4, "shop_id"))).ToArray();

        Assert.Contains("other, rides", FeastRegistry.Read(registry, project: null).Failure!.Message, StringComparison.Ordinal);
        Assert.Equal("shop", Assert.Single(FeastRegistry.Read(registry, "other").Value.Definitions.Entities).Name);
        Assert.Equal("features.feast_project_unknown", FeastRegistry.Read(registry, "third").Failure?.Code);
    }

    [Fact]
    public void A_registry_cut_off_anywhere_is_refused_or_read_but_never_breaks()
    {
        var whole = Registry().ToArray();

        for (var length = 0; length < whole.Length; length += 3)
        {
            var read = FeastRegistry.Read(whole.AsMemory(0, length), project: null);
            Assert.True(read.Succeeded || read.Failure.Code == "features.feast_invalid", read.Failure?.Message);
        }
    }

    [Fact]
    public void Push_sources_nested_in_each_other_are_not_followed()
    {
        var nested = PushSource("innermost", batch: null);
        for (var i = 0; i < 2_000; i++)
            nested = PushSource($"push_{i}", nested);

        var import = FeastRegistry.Read(new ProtoBytes().Message(12, nested).ToArray(), project: null).Value;

        Assert.Null(Assert.Single(import.Definitions.Sources).Batch);
    }

    private static ProtoBytes Registry()
    {
        var file = new ProtoBytes().Text(20, "Driver Stats").Text(21, "rides").Number(1, 1).Text(3, "event_ts").Text(5, "created").Map(2, "conv", "conv_rate")
            .Message(11, new ProtoBytes().Text(2, "data/driver_stats.parquet"));
        var kafka = new ProtoBytes().Text(20, "clicks").Text(21, "rides").Number(1, 3);
        var driver = new ProtoBytes().Text(1, "driver").Text(9, "rides").Text(4, "driver_id");
        var view = new ProtoBytes().Text(1, "driver_hourly_stats").Text(2, "rides").Text(3, "driver")
            .Message(4, Feature("conv_rate", Float)).Message(4, Feature("tags", 23)).Message(12, Feature("driver_id", Int64))
            .Message(6, new ProtoBytes().Number(1, 86_400)).Message(7, file).Number(8, 1).Message(9, PushSource("driver_push", file))
            .Text(10, "Statistics by the hour.").Text(11, "ride-team").Map(5, "team", "rides");
        var fromKafka = new ProtoBytes().Text(1, "from_kafka").Text(2, "rides").Text(3, "driver").Message(4, Feature("x", Int64)).Message(9, kafka);
        var rates = new ProtoBytes().Text(1, "rates").Text(2, "rides").Message(3, Feature("y", Float));
        var service = new ProtoBytes().Text(1, "driver_activity").Text(2, "rides")
            .Message(3, new ProtoBytes().Text(1, "driver_hourly_stats").Text(3, "hourly").Message(2, Feature("conv_rate", Float)).Map(4, "driver_id", "chauffeur"))
            .Message(3, new ProtoBytes().Text(1, "rates"));
        return new ProtoBytes()
            .Message(1, Spec(driver)).Message(1, Spec(new ProtoBytes().Text(1, "__dummy").Text(9, "rides").Text(4, "__dummy_id")))
            .Text(3, "1").Message(12, file).Message(12, kafka)
            .Message(6, Spec(view)).Message(6, Spec(fromKafka)).Message(8, Spec(rates)).Message(7, Spec(service));
    }

    private static ProtoBytes PushSource(string name, ProtoBytes? batch)
    {
        var source = new ProtoBytes().Text(20, name).Text(21, "rides").Number(1, 9);
        return batch is null ? source : source.Message(26, batch);
    }

    private static ProtoBytes Spec(ProtoBytes spec) => new ProtoBytes().Message(1, spec);

    private static ProtoBytes Feature(string name, ulong type) => new ProtoBytes().Text(1, name).Number(2, type);
}
