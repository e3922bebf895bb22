using System.Text.Json.Nodes;
using Orrery.Cli;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>The verbs of risk and policies, for people and for machines.</summary>
public sealed class RiskAndPolicyVerbTests : IDisposable
{
    private const string Assessment = """
        {"model":"churn","version":"3","environment":"production","score":31,"tier":"high","sha256":"0123456789abcdef","at":"2026-11-22T10:00:00+00:00",
         "dimensions":[{"name":"customer_exposure","score":10,"evidence":[{"source":"unanswered","name":"autonomy","value":"","score":10}]}],
         "triggers":[{"name":"pii","reason":"pii_columns: customer:email"}]}
        """;

    private const string Policy = """
        {"name":"bank","revision":2,"enabled":true,"sha256":"ab","changed_by":"ann","changed_at":"2026-11-22T10:00:00+00:00",
         "policy":{"name":"bank","version":"1","rules":[{"id":"owner","require":"exists(model.owner)","message":"Say who owns it.","severity":"block"}]}}
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-policy-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string File(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    [Fact]
    public async Task Risk_is_shown_with_its_grounds()
    {
        var server = new StubServer().Answer(Assessment);
        var run = await CliRun.OfAsync(server, "risk", "show", "churn", "3");
        Assert.Equal(ExitCodes.Ok, run.ExitCode);
        Assert.Contains("autonomy", run.Out, StringComparison.Ordinal);
        Assert.Contains("31 of 50, high", run.Error, StringComparison.Ordinal);
        Assert.Contains("customer:email", run.Error, StringComparison.Ordinal);
        Assert.EndsWith("/models/churn/risk/versions/3/production", server.Requests[0].Url.AbsolutePath, StringComparison.Ordinal);

        run = await CliRun.OfAsync(new StubServer().Answer(Assessment), "risk", "show", "churn", "3", "--json");
        Assert.Equal(31, (int)JsonNode.Parse(run.Out)!["score"]!);
    }

    [Fact]
    public async Task Questions_are_answered_from_a_file_and_by_hand()
    {
        const string standing = """{"model":"churn","sequence":1,"questionnaire":"2026-11","answers":{"autonomy":"informs"},"unanswered":["criticality"]}""";
        const string asked = """{"version":"2026-11","questions":[{"id":"autonomy","kind":"choice","choices":[{"value":"informs","text":"t","score":2}]}]}""";
        var path = File("answers.yaml", "autonomy: alone\nregulated_domain: [credit, health]\nfinancial_impact: 5000\n");
        var server = new StubServer().Answer(standing).Answer(asked);

        var run = await CliRun.OfAsync(server, "risk", "answer", "churn", "--file", path, "--set", "autonomy=informs");

        Assert.Equal(ExitCodes.Ok, run.ExitCode);
        Assert.Contains("\"answers\":{\"autonomy\":\"informs\",\"regulated_domain\":\"credit,health\",\"financial_impact\":\"5000\"}", server.Requests[0].Body, StringComparison.Ordinal);
        Assert.Contains("Without an answer: criticality", run.Error, StringComparison.Ordinal);
        Assert.Equal("informs", (string)JsonNode.Parse((await CliRun.OfAsync(new StubServer().Answer(standing).Answer(asked), "risk", "answer", "churn", "--json")).Out)!["answers"]!["autonomy"]!);
        Assert.Equal(ExitCodes.Usage, (await CliRun.OfAsync(new StubServer(), "risk", "answer", "churn", "--set", "autonomy")).ExitCode);
    }

    [Fact]
    public async Task The_history_of_risk_is_listed()
    {
        var page = $$"""{"assessments":[{{Assessment}}],"next_page_token":"more"}""";
        var run = await CliRun.OfAsync(new StubServer().Answer(page), "risk", "history", "churn", "3");
        Assert.Contains("pii", run.Out, StringComparison.Ordinal);
        Assert.Contains("--page-token more", run.Error, StringComparison.Ordinal);
        Assert.Equal("high", (string)JsonNode.Parse((await CliRun.OfAsync(new StubServer().Answer(page), "risk", "history", "churn", "3", "--json")).Out)!["assessments"]![0]!["tier"]!);
    }

    [Fact]
    public async Task Policies_are_listed_shown_set_and_removed()
    {
        Assert.Contains("bank", (await CliRun.OfAsync(new StubServer().Answer($$"""{"sha256":"ab","policies":[{{Policy}}]}"""), "policy", "list")).Out, StringComparison.Ordinal);
        Assert.Contains("exists(model.owner)", (await CliRun.OfAsync(new StubServer().Answer(Policy), "policy", "show", "bank")).Out, StringComparison.Ordinal);
        var server = new StubServer().Answer(Policy);
        var path = File("bank.policy.yaml", "name: bank\nversion: '1'\ndata: { limit: 3, on: true }\nrules:\n  - { id: owner, require: exists(model.owner), message: Say who owns it. }\n");
        var run = await CliRun.OfAsync(server, "policy", "set", path, "--note", "new");
        Assert.Contains("in force, revision 2", run.Out, StringComparison.Ordinal);
        Assert.Contains("\"data\":{\"limit\":3,\"on\":true}", server.Requests[0].Body, StringComparison.Ordinal);
        Assert.Equal(2, (int)JsonNode.Parse((await CliRun.OfAsync(new StubServer().Answer(Policy), "policy", "remove", "bank", "--yes", "--json")).Out)!["revision"]!);
        Assert.Contains("in force", (await CliRun.OfAsync(new StubServer().Answer(Policy), "policy", "enable", "soc2")).Out, StringComparison.Ordinal);
        Assert.Contains("SOC 2", (await CliRun.OfAsync(new StubServer().Answer("""{"packs":[{"name":"soc2","enabled":false,"policy":{"name":"soc2","framework":"SOC 2","version":"1"}}]}"""), "policy", "packs")).Out, StringComparison.Ordinal);
        Assert.Contains("rules.owner.require", (await CliRun.OfAsync(new StubServer().Answer("""{"name":"bank","from":1,"to":2,"changes":[{"path":"rules.owner.require","before":"a","after":"b"}]}"""), "policy", "diff", "bank")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_is_tested_without_a_server()
    {
        var path = File("bank.policy.yaml", "name: bank\nversion: '1'\nrules:\n  - { id: owner, require: exists(model.owner), message: Say who owns it. }\n");
        File("bank.tests.yaml", "fixtures:\n  - { name: owned, facts: { model: { owner: ann } }, expect: { owner: pass } }\n");
        var run = await CliRun.OfAsync(new StubServer(), "policy", "test", path);
        Assert.Equal((ExitCodes.Ok, ""), (run.ExitCode, run.Error));
        Assert.Contains("bank: 1 passed, 0 failed", run.Out, StringComparison.Ordinal);

        File("bank.tests.yaml", "fixtures:\n  - { name: nobody, facts: {}, expect: { owner: pass } }\n");
        run = await CliRun.OfAsync(new StubServer(), "policy", "test", path);
        Assert.Equal(ExitCodes.Failed, run.ExitCode);
        Assert.Contains("owner: expected pass, got block", run.Out, StringComparison.Ordinal);
        Assert.False((bool)JsonNode.Parse((await CliRun.OfAsync(new StubServer(), "policy", "test", path, "--json")).Out)!["passed"]!);

        run = await CliRun.OfAsync(new StubServer(), "policy", "test", File("bad.policy.yaml", "name: bad\nversion: '1'\nrules:\n  - { id: a, require: 'x =', message: m }\n"));
        Assert.Equal(ExitCodes.Failed, run.ExitCode);
        Assert.Contains("rules.a.require: at character 3", run.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, (await CliRun.OfAsync(new StubServer(), "policy", "test", Path.Combine(_folder, "none.policy.yaml"))).ExitCode);
    }

    [Fact]
    public async Task Whom_a_policy_would_block_is_shown_and_a_version_checked()
    {
        const string verdict = """
            {"model":"churn","version":"3","environment":"production","passed":false,"rules":[{"policy":"bank","rule":"owner","outcome":"block","message":"Say who owns it.","missing":"model.owner"}],
             "blocked":[{"policy":"bank","rule":"owner","outcome":"block","message":"Say who owns it."}],"policies_sha256":"a","facts_sha256":"b","at":"2026-11-22T10:00:00+00:00"}
            """;
        var path = File("bank.policy.yaml", "name: bank\nversion: '1'\nrules:\n  - { id: owner, require: exists(model.owner), message: Say who owns it. }\n");
        var run = await CliRun.OfAsync(new StubServer().Answer($$"""{"versions":4,"is_whole":true,"newly_blocked":[{{verdict}}]}"""), "policy", "dry-run", path);
        Assert.Contains("churn", run.Out, StringComparison.Ordinal);
        Assert.Contains("4 versions in production: 1 would be blocked anew", run.Error, StringComparison.Ordinal);

        run = await CliRun.OfAsync(new StubServer().Answer(verdict), "policy", "check", "churn", "3");
        Assert.Equal(ExitCodes.Failed, run.ExitCode);
        Assert.Contains("missing: model.owner", run.Out, StringComparison.Ordinal);
        run = await CliRun.OfAsync(new StubServer().Answer("""{"sha256":"a","facts":{"environment":"production"}}"""), "policy", "facts", "churn", "3");
        Assert.Contains("\"environment\":\"production\"", run.Out, StringComparison.Ordinal);
    }
}
