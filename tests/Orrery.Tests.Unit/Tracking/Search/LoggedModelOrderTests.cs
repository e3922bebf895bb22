using Orrery.Tracking;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class LoggedModelOrderTests
{
    private static readonly OrderBy _newestFirst = new(EntityKind.Attribute, "creation_timestamp", Ascending: false);
    private static readonly OrderBy _byId = new(EntityKind.Attribute, "model_id", Ascending: true);

    [Fact]
    public void No_terms_give_newest_first()
    {
        Assert.Equal([_newestFirst, _byId], LoggedModelOrder.Parse(null).Value);
        Assert.Equal([_newestFirst, _byId], LoggedModelOrder.Parse([]).Value);
    }

    [Fact]
    public void Attributes_and_metrics_order()
    {
        Assert.Equal(
            [_newestFirst with { Ascending = true }, _byId],
            LoggedModelOrder.Parse([new("creation_time")]).Value);
        Assert.Equal(
            [
                new OrderBy(EntityKind.Metric, "a b.c", Ascending: false) { Dataset = new DatasetScope("train", "d1") },
                new OrderBy(EntityKind.Metric, "a b.c", Ascending: true),
                new OrderBy(EntityKind.Attribute, "name", Ascending: true),
                _newestFirst,
                _byId,
            ],
            LoggedModelOrder.Parse(
            [
                new("metrics.a b.c", false, "train", "d1"), new("metrics.a b.c"), new("name"), new("name", false),
            ]).Value);
    }

    [Theory]
    [InlineData(null, null, null, "`field_name` in the `order_by` clause must be specified.")]
    [InlineData("", null, null, "`field_name` in the `order_by` clause must be specified.")]
    [InlineData("bogus", null, null, "Invalid order by field name: bogus")]
    [InlineData("params.p", null, null, "Invalid order by field name: params.p. Only metrics are supported.")]
    [InlineData("metrics.m", null, "d1", "`dataset_digest` can only be specified if `dataset_name` is also specified.")]
    public void Refused(string? field, string? dataset, string? digest, string message) =>
        Assert.Equal(message, LoggedModelOrder.Parse([new(field, true, dataset, digest)]).Failure?.Message);
}
