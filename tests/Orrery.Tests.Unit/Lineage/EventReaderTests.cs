using System.Text;
using Orrery.Kernel;
using Orrery.Lineage;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>What is wrong with an event is told with its field, and hostile events end soon.</summary>
public sealed class EventReaderTests
{
    private const string Head = """
        "eventTime":"2026-11-20T10:00:00Z","producer":"https://example.org/p","schemaURL":"https://openlineage.io/spec/2-0-2/OpenLineage.json"
        """;

    private const string Run = """
        "run":{"runId":"0193a1b2-0000-7000-8000-000000000001"}
        """;

    private const string Job = """
        "job":{"namespace":"n","name":"j"}
        """;

    [Fact]
    public void A_run_that_reads_and_writes_becomes_edges()
    {
        var read = Read($$"""{ {{Head}}, {{Run}}, {{Job}}, "eventType":"COMPLETE", "inputs":[{"namespace":"n","name":"a"}], "outputs":[{"namespace":"n","name":"b"}] }""").Value;

        Assert.Equal(["dataset:n|a > job:n|j", "job:n|j > dataset:n|b"], read.Edges.Select(static edge => $"{edge.From.Id} > {edge.To.Id}"));
        Assert.Equal(("run", "COMPLETE", "n|j", 1795168800000L), (read.Kind, read.EventType, read.Job, read.At));
    }

    [Fact]
    public void White_space_does_not_make_another_event()
    {
        var one = Read($$"""{ {{Head}}, {{Run}}, {{Job}} }""").Value;
        var two = Read("{" + $"{Head},{Run},   {Job}" + "}").Value;

        Assert.Equal(one.Id, two.Id);
        Assert.NotEqual(one.Id, Read($$"""{ {{Head}}, {{Run}}, {{Job.Replace("\"j\"", "\"k\"", StringComparison.Ordinal)}} }""").Value.Id);
    }

    [Theory]
    [InlineData("""[]""", "The event")]
    [InlineData("""{""", "The body")]
    [InlineData("""{ "eventTime":"2026-11-20T10:00:00Z" }""", "producer is missing")]
    [InlineData("""{ "eventTime":"yesterday", "producer":"https://e.org", "schemaURL":"https://e.org" }""", "eventTime is 'yesterday'")]
    [InlineData("""{ "eventTime":"2026-11-20T10:00:00Z", "producer":"me", "schemaURL":"https://e.org" }""", "producer is 'me'")]
    [InlineData("""{ "eventTime":"2026-11-20T10:00:00Z", "producer":"https://e.org", "schemaURL":"https://e.org" }""", "run is missing")]
    [InlineData("""{ HEAD, JOB, "run":{"runId":"7"} }""", "run.runId is '7'")]
    [InlineData("""{ HEAD, JOB, "run":[] }""", "run.runId is missing")]
    [InlineData("""{ HEAD, RUN }""", "job.namespace is missing")]
    [InlineData("""{ HEAD, RUN, "job":{"namespace":"n","name":7} }""", "job.name is a number")]
    [InlineData("""{ HEAD, RUN, JOB, "eventType":"DONE" }""", "eventType is 'DONE'")]
    [InlineData("""{ HEAD, RUN, JOB, "inputs":{} }""", "inputs is an object")]
    [InlineData("""{ HEAD, RUN, JOB, "inputs":[{"namespace":"n","name":"a"},{"namespace":"n"}] }""", "inputs[1].name is missing")]
    [InlineData("""{ HEAD, RUN, JOB, "inputs":[{"namespace":"n","name":"a\u0000"}] }""", "inputs[0].name has a control character")]
    [InlineData("""{ HEAD, RUN, JOB, "outputs":[{"namespace":"n","name":"a","facets":[]}] }""", "outputs[0].facets is an array")]
    [InlineData("""{ HEAD, RUN, JOB, "outputs":[{"namespace":"n","name":"a","facets":{"columnLineage":{"fields":{"c":{"inputFields":[{"name":"x"}]}}}}}] }""", "outputs[0].facets.columnLineage.fields.c.inputFields[0].namespace is missing")]
    [InlineData("""{ HEAD, RUN, JOB, "inputs":[{"namespace":"n","name":"\ud800"}] }""", "The body has a text that is no Unicode")]
    public void What_is_wrong_is_named(string body, string message)
    {
        var failure = Read(body.Replace("HEAD", Head, StringComparison.Ordinal).Replace("RUN,", Run + ",", StringComparison.Ordinal).Replace("RUN }", Run + "}", StringComparison.Ordinal)
            .Replace("JOB", Job, StringComparison.Ordinal)).Failure;

        Assert.Equal((FailureKind.Invalid, "lineage.invalid_event"), (failure?.Kind, failure?.Code));
        Assert.StartsWith(message, failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Events_that_are_too_large_too_deep_or_mean_too_much_are_refused()
    {
        const string One = """{"namespace":"n","name":"a"}""";
        const string Field = """{"namespace":"n","name":"a","field":"f"}""";
        var deep = "{" + $"{Head}, {Run}, {Job}, \"x\":{new string('[', 200)}{new string(']', 200)}" + "}";
        var wide = "{" + $"{Head}, {Run}, {Job}, \"inputs\":[{string.Join(',', Enumerable.Repeat(One, EventReader.MostDatasets + 1))}]" + "}";
        var inputs = string.Join(',', Enumerable.Repeat(Field, 200));
        var columns = string.Join(',', Enumerable.Range(0, 101).Select(i => $"\"c{i}\":" + "{\"inputFields\":[" + inputs + "]}"));
        var dense = "{" + $"{Head}, {Run}, {Job}, \"outputs\":[" + "{\"namespace\":\"n\",\"name\":\"a\",\"facets\":{\"columnLineage\":{\"fields\":{" + columns + "}}}}]}";

        Assert.Equal("lineage.event_too_large", EventReader.Read(new byte[EventReader.MaxBytes + 1]).Failure?.Code);
        Assert.Equal("lineage.invalid_event", Read(deep).Failure?.Code);
        Assert.StartsWith("inputs has too many", Read(wide).Failure?.Message, StringComparison.Ordinal);
        Assert.Contains("edges", Read(dense).Failure?.Message, StringComparison.Ordinal);
    }

    private static Result<OpenLineageEvent> Read(string body) => EventReader.Read(Encoding.UTF8.GetBytes(body));
}
