using System.CommandLine;
using System.Globalization;
using System.Text;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops policy test</c>: without a server.</summary>
internal static class PolicyTest
{
    private const string PolicyEnding = ".policy.yaml";
    private const string TestsEnding = ".tests.yaml";

    public static Command Create()
    {
        var file = PolicyCommand.File();
        var fixtures = Verb.Text("--fixtures", "Facts and what is expected of them; by default NAME.tests.yaml beside NAME.policy.yaml", "path");
        return new Command("test", "Check a policy and run its fixtures, without a server; ends with 1 when one is not as expected.") { file, fixtures }
            .Example("mlops policy test bank.policy.yaml")
            .Does(async session =>
            {
                var path = session.Args.GetRequiredValue(file);
                var policy = await YamlFile.ReadAsync<PolicyDocument>(path, session.Cancel);
                var problems = PolicyRules.Problems(policy);
                var tests = problems.Count > 0 ? [] : (await YamlFile.ReadAsync<PolicyFixtures>(session.Args.GetValue(fixtures) ?? Beside(path), session.Cancel)).Fixtures;
                if (problems.Count == 0 && tests.Count == 0)
                    throw new UsageException("There are no fixtures; begin the file with 'fixtures:'.");
                var report = new PolicyTestReport
                {
                    Policy = policy.Name,
                    Problems = problems,
                    Fixtures = [.. tests.Select(fixture => new PolicyTestResult { Name = fixture.Name, Differences = PolicyRules.Differences(policy, fixture) })],
                };
                report = report with { Passed = problems.Count == 0 && report.Fixtures.All(static one => one.Differences.Count == 0) };
                session.Output.Text(report, Told(report));
                return report.Passed ? ExitCodes.Ok : ExitCodes.Failed;
            });
    }

    private static string Beside(string path) => path.EndsWith(PolicyEnding, StringComparison.Ordinal)
        ? path[..^PolicyEnding.Length] + TestsEnding
        : Path.Combine(Path.GetDirectoryName(path) ?? "", Path.GetFileNameWithoutExtension(path) + TestsEnding);

    private static string Told(PolicyTestReport report)
    {
        var text = new StringBuilder();
        foreach (var problem in report.Problems)
            text.Append(CultureInfo.InvariantCulture, $"wrong  {problem}\n");
        foreach (var fixture in report.Fixtures)
        {
            text.Append(CultureInfo.InvariantCulture, $"{(fixture.Differences.Count == 0 ? "ok    " : "failed")} {fixture.Name}\n");
            foreach (var difference in fixture.Differences)
                text.Append(CultureInfo.InvariantCulture, $"       {difference}\n");
        }

        var failed = report.Fixtures.Count(static one => one.Differences.Count > 0);
        text.Append(CultureInfo.InvariantCulture, $"{report.Policy}: {report.Fixtures.Count - failed} passed, {failed} failed, {report.Problems.Count} problems\n");
        return text.ToString();
    }
}

/// <summary>What came of a policy's fixtures.</summary>
internal sealed record PolicyTestReport
{
    /// <summary>Its name.</summary>
    public string Policy { get; init; } = "";

    /// <summary>Whether all is as expected.</summary>
    public bool Passed { get; init; }

    /// <summary>What is wrong with the policy itself.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>By fixture.</summary>
    public IReadOnlyList<PolicyTestResult> Fixtures { get; init; } = [];
}

/// <summary>What came of a fixture.</summary>
internal sealed record PolicyTestResult
{
    /// <summary>Its name.</summary>
    public string Name { get; init; } = "";

    /// <summary>What is not as expected.</summary>
    public IReadOnlyList<string> Differences { get; init; } = [];
}
