using System.Text.Json.Nodes;
using Orrery.Delivery;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>What a project declares in its <c>delivery.yaml</c>.</summary>
public sealed class ProjectTestsTests
{
    [Fact]
    public void Thresholds_and_tests_are_read()
    {
        var read = ProjectTests.Read("thresholds: { max_p95_ms: 12.5 }\ntests:\n  - { name: one, request: { instances: [[1]] }, expect: [ 0.5 ], tolerance: 0.01 }\n").Value!;

        Assert.Equal(12.5, read.MaxP95Ms);
        var test = Assert.Single(read.Tests);
        Assert.Null(test.Difference(JsonNode.Parse("[0.509]")));
        Assert.Equal("predictions[0] is 0.52 and should be 0.5.", test.Difference(JsonNode.Parse("[0.52]")));
        Assert.Equal("predictions should have 1 entries.", test.Difference(JsonNode.Parse("[1, 2]")));
    }

    [Theory]
    [InlineData("tests: 3", "'tests' must be a list")]
    [InlineData("tests: [ { name: a } ]", "tests[0] needs 'name', 'request'")]
    [InlineData("thresholds: { max_p95_ms: -1 }", "a number more than 0")]
    [InlineData("colors: red", "delivery.yaml has 'colors'")]
    [InlineData("- a", "is no mapping")]
    [InlineData("a: &x 1\nb: *x", "cannot be read")]
    public void What_is_wrong_is_told(string yaml, string message)
    {
        var failure = ProjectTests.Read(yaml).Failure!;

        Assert.Equal("delivery.invalid_project", failure.Code);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }
}
