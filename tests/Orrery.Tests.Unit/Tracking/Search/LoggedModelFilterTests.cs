using Orrery.Tracking;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class LoggedModelFilterTests
{
    [Theory]
    [InlineData("name = 'lm' AND metrics.acc > 0.5", "attributes.`name` = 'lm' AND metrics.`acc` > 0.5")]
    [InlineData("attributes.name LIKE 'm%'", "attributes.`name` LIKE 'm%'")]
    [InlineData("name IN ('a')", "attributes.`name` IN ('a')")]
    [InlineData("name IN ('a',)", "attributes.`name` IN ('a')")]
    [InlineData("model_type NOT IN ('a', 'b')", "attributes.`model_type` NOT IN ('a', 'b')")]
    [InlineData("params.p IN ('a') AND tags.`tag 3` = 'x'", "params.`p` IN ('a') AND tags.`tag 3` = 'x'")]
    [InlineData("creation_time > 0 AND last_updated_timestamp > 0",
        "attributes.`creation_timestamp` > 0 AND attributes.`last_updated_timestamp` > 0")]
    [InlineData("params.lr = 0.01", "params.`lr` = '0.01'")]
    [InlineData("name = \"it's\"", "attributes.`name` = 'it''s'")]
    public void Accepted(string filter, string canonical) =>
        Assert.Equal(canonical, SearchGrammar.LoggedModels.ParseFilter(filter).Value.ToString());

    [Theory]
    [InlineData("Foo",
        "Invalid filter string: 'Foo'. Expected a list of comparisons separated by 'AND' "
        + "(e.g. 'metrics.loss > 0.1 AND params.lr = 0.01').")]
    [InlineData("name = 'foo' OR name = 'bar'",
        "Invalid filter string: \"name = 'foo' OR name = 'bar'\". Expected a list of comparisons separated by 'AND' "
        + "(e.g. 'metrics.loss > 0.1 AND params.lr = 0.01').")]
    [InlineData("name = 'a'; name = 'b'", "Invalid filter string: \"name = 'a'; name = 'b'\". Expected a single SQL expression.")]
    [InlineData("foo.bar = 'a'", "Invalid entity type: 'foo'. Expected one of ['attributes', 'metrics', 'params', 'tags'].")]
    [InlineData("dataset.name = 'a'", "Invalid entity type: 'dataset'. Expected one of ['attributes', 'metrics', 'params', 'tags'].")]
    [InlineData("name > 'foo'",
        "Invalid comparison operator for attributes.name: '>'. Expected one of ('=', '!=', 'LIKE', 'ILIKE', 'IN', 'NOT IN').")]
    [InlineData("metrics.foo LIKE 0",
        "Invalid comparison operator for metrics.foo: 'LIKE'. Expected one of ('=', '!=', '>', '>=', '<', '<=').")]
    [InlineData("metrics.foo > 'x'", "Expected numeric value type for metric. Found 'x'")]
    public void Refused(string filter, string message) =>
        Assert.Equal(message, SearchGrammar.LoggedModels.ParseFilter(filter).Failure?.Message);
}
