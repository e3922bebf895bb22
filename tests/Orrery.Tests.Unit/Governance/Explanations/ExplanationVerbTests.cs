using System.Text.Json.Nodes;
using Orrery.Cli;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>Verbs of explanations: what they ask, and what they print.</summary>
public sealed class ExplanationVerbTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    [Fact]
    public async Task Constraints_of_counterfactuals_are_asked_for_and_answers_printed()
    {
        await File.WriteAllTextAsync(_file, """{"age": 40, "contract": "Monthly"}""", TestContext.Current.CancellationToken);
        var server = new StubServer().Answer("""
            {"rows": [{"goal": "class 0 before any other", "output": 0.25, "evaluations": 900, "remark": "The cheapest found within 900 evaluations; there may be cheaper ones.",
              "found": [{"changes": [{"feature": "contract", "from": "Monthly", "to": "Yearly"}], "output": 0.75, "cost": 1.5, "nearest_distance": 1, "plausibility": 0.5, "unseen": ["contract"]}]}],
             "background": {"explanation": "0199", "rows": 100}}
            """);

        var run = await CliRun.OfAsync(
            server, "counterfactuals", "churn", "3", "--input", _file, "--class", "0", "--fixed", "age", "--only-up", "tenure", "--range", "charges=20..", "--step", "charges=5",
            "--values", "contract=[\"Yearly\"]", "--integer", "children", "--weight", "tenure=2", "--most-changes", "2");

        Assert.Equal(ExitCodes.Ok, run.ExitCode);
        Assert.Contains("contract \"Monthly\" -> \"Yearly\": output 0.75, cost 1.5, plausibility 50 %; unseen values of contract", run.Out, StringComparison.Ordinal);
        Assert.Contains("Wanted: class 0 before any other; output 0.25. The cheapest found within 900", run.Out, StringComparison.Ordinal);
        Assert.EndsWith("/api/v1/explanations/counterfactuals", server.Requests[0].Url.AbsolutePath, StringComparison.Ordinal);
        var asked = JsonNode.Parse(server.Requests[0].Body!)!;
        Assert.Equal(40, (int)asked["instances"]![0]!["age"]!);
        Assert.Equal(0, (int)asked["spec"]!["goal"]!["class"]!);
        var constraints = asked["spec"]!["constraints"]!;
        Assert.True((bool)constraints["age"]!["fixed"]!);
        Assert.Equal(("up", 2.0), ((string)constraints["tenure"]!["direction"]!, (double)constraints["tenure"]!["weight"]!));
        Assert.Equal((20.0, 5.0), ((double)constraints["charges"]!["min"]!, (double)constraints["charges"]!["step"]!));
        Assert.Null(constraints["charges"]!["max"]);
        Assert.Equal("Yearly", (string)constraints["contract"]!["values"]![0]!);
        Assert.True((bool)constraints["children"]!["integer_only"]!);
    }

    [Fact]
    public async Task None_found_ends_with_1_and_tells_the_nearest()
    {
        await File.WriteAllTextAsync(_file, """{"age": 40}""", TestContext.Current.CancellationToken);
        var server = new StubServer().Answer("""
            {"rows": [{"goal": "at least 5", "output": 1, "remark": "None found within 100 evaluations; there may be some all the same.",
              "best_tried": {"changes": [{"feature": "age", "from": 40, "to": 50}], "output": 4, "cost": 1}}], "background": {}}
            """);

        var run = await CliRun.OfAsync(server, "counterfactuals", "churn", "3", "--input", _file, "--min", "5");

        Assert.Equal(ExitCodes.Failed, run.ExitCode);
        Assert.Contains("None found within 100 evaluations", run.Out, StringComparison.Ordinal);
        Assert.Contains("Nearest tried, not as wanted: age 40 -> 50: output 4", run.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, (await CliRun.OfAsync(new StubServer(), "counterfactuals", "churn", "3", "--input", _file, "--range", "age=5")).ExitCode);
    }

    [Fact]
    public async Task A_logged_prediction_is_named_alone()
    {
        var server = new StubServer().Answer("""{"explanations": [], "method": "linear", "scale": "margin", "background": {}, "version": "3", "prediction_id": "0199"}""");

        Assert.Equal(ExitCodes.Ok, (await CliRun.OfAsync(server, "explain-one", "--prediction", "0199")).ExitCode);

        var asked = JsonNode.Parse(server.Requests[0].Body!)!;
        Assert.Equal("0199", (string)asked["prediction_id"]!);
        Assert.Equal(ExitCodes.Usage, (await CliRun.OfAsync(new StubServer(), "explain-one", "churn", "3", "--prediction", "0199")).ExitCode);
        Assert.Equal(ExitCodes.Usage, (await CliRun.OfAsync(new StubServer(), "explain-one", "churn", "3")).ExitCode);
    }

    public void Dispose() => File.Delete(_file);
}
