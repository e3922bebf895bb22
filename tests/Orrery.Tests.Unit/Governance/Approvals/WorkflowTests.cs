using System.Text.Json.Nodes;
using Orrery.Governance;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>Workflows as they are written, and the facts of those that are built in.</summary>
public sealed class WorkflowTests
{
    private const string Good = "name: mine\ntiers: [medium]\nstages:\n- name: one\n  seats:\n  - {role: manager, required: true}\n  - {role: legal, count: 2}\n  quorum: 2\n";

    [Fact]
    public void The_built_in_ones_say_what_was_promised()
    {
        var (low, medium, high) = (BuiltInWorkflows.All["low-risk"].Spec!, BuiltInWorkflows.All["medium-risk"].Spec!, BuiltInWorkflows.All["high-risk"].Spec!);
        Assert.Equal((true, 24, 30, "team-lead"), (low.Automatic, low.Stages[0].DueHours, low.Review!.EveryDays, low.Stages[0].Seats.Single().Role));
        Assert.Equal((false, 48, 14, 2), (medium.Automatic, medium.Stages[0].DueHours, medium.Review!.EveryDays, medium.Stages[0].Quorum));
        Assert.Equal(["manager", "senior-data-scientist"], medium.Stages[0].Seats.Select(static seat => seat.Role));
        Assert.Equal((false, 5 * 24, 7, 30, 4), (high.Automatic, high.Stages[0].DueHours, high.Review!.EveryDays, high.Review.RevalidateEveryDays, high.Stages[0].Quorum));
        Assert.Equal(["vp-engineering", "ml-architect", "senior-data-scientist", "product-manager", "legal", "security"], high.Stages[0].Seats.Select(static seat => seat.Role));
        Assert.Equal("vp-engineering", high.Stages[0].Seats.Single(static seat => seat.Required).Role);
        Assert.Equal(("thursday", "14:00", "16:00"), (high.Board!.Day, high.Board.From, high.Board.Until));
        Assert.Equal(["data-scientist", "ml-engineer", "model-owner"], BuiltInWorkflows.All["registry-chain"].Spec!.Stages.Select(static stage => stage.Seats.Single().Role));
        Assert.False(BuiltInWorkflows.All["registry-chain"].InForce);
        Assert.All(BuiltInWorkflows.All.Values, static one => Assert.Equal((24, 72, 5), (one.Spec!.Waiver!.DefaultHours, one.Spec.Waiver.MaxHours, one.Spec.Waiver.ReviewDays)));
    }

    [Fact]
    public void The_procedure_tells_of_the_workflows_as_they_are()
    {
        var text = File.ReadAllText(Repository.PathOf("docs", "governance", "approval-procedure.md"));
        foreach (var (name, workflow) in BuiltInWorkflows.All)
        {
            foreach (var stage in workflow.Spec!.Stages)
            {
                var seats = string.Join(", ", stage.Seats.Select(static seat => seat.Role + (seat.Required ? "*" : "")));
                Assert.Contains($"| {name} | {stage.Name} | {seats} | {WorkflowRules.Quorum(stage)} | {stage.DueHours} h |", text, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void The_schema_is_the_one_in_the_docs_and_knows_every_field()
    {
        Assert.Equal(File.ReadAllBytes(Repository.PathOf("docs", "api", "workflow.schema.json")), BuiltInWorkflows.Schema);
        var fields = JsonNode.Parse(BuiltInWorkflows.Schema)!["properties"]!.AsObject().Select(static one => one.Key).Order(StringComparer.Ordinal);
        var type = Contracts.OrreryJson.TypeOf<Contracts.ApprovalWorkflowSpec>();
        Assert.Equal(type.Properties.Select(static property => property.Name).Order(StringComparer.Ordinal), fields);
    }

    [Fact]
    public void A_good_one_is_read_and_the_same_has_the_same_hash()
    {
        var spec = WorkflowYaml.Read(Good).Value;
        Assert.Equal((48, 30, 336, 2), (spec.Stages[0].DueHours, spec.UseWithinDays, spec.ExpiresHours, WorkflowRules.Quorum(spec.Stages[0])));
        Assert.Equal(WorkflowYaml.Sha256(spec), WorkflowYaml.Sha256(WorkflowYaml.Read("# a comment\n" + Good).Value));
        Assert.NotEqual(WorkflowYaml.Sha256(spec), WorkflowYaml.Sha256(WorkflowYaml.Read(Good.Replace("quorum: 2", "quorum: 3", StringComparison.Ordinal)).Value));
    }

    [Theory]
    [InlineData("quorum: 2", "quorum: 4", "must be 1 to 3")]
    [InlineData("quorum: 2", "quorom: 2", "quorom")]
    [InlineData("quorum: 2", "quorum: many", "quorum")]
    [InlineData("tiers: [medium]", "tiers: [purple]", "purple")]
    [InlineData("tiers: [medium]", "tiers: [medium]\nautomatic: true", "low risk alone")]
    [InlineData("name: mine", "name: Mine", "lower-case")]
    [InlineData("role: legal", "role: manager", "twice")]
    [InlineData("count: 2", "count: 21", "1 to 20")]
    [InlineData("tiers: [medium]", "tiers: [medium]\nwaiver: {roles: [manager], max_hours: 73}", "72")]
    [InlineData("tiers: [medium]", "tiers: [medium]\nboard: {day: someday, from: \"14:00\", until: \"16:00\", chair: manager}", "someday")]
    [InlineData("tiers: [medium]", "tiers: [medium]\nboard: {day: monday, from: \"16:00\", until: \"14:00\", chair: manager}", "one after the other")]
    [InlineData("tiers: [medium]", "tiers: [medium]\nexpires_hours: 9000", "8760")]
    [InlineData("stages:", "stages: []\nother:", "other")]
    public void A_wrong_one_is_refused_with_what_is_wrong(string part, string wrong, string told)
    {
        var failure = WorkflowYaml.Read(Good.Replace(part, wrong, StringComparison.Ordinal)).Failure;
        Assert.Equal("governance.invalid_workflow", failure?.Code);
        Assert.Contains(told, failure!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("a: &a [*a]")]
    [InlineData("name: x")]
    public void What_is_no_workflow_is_refused(string yaml) => Assert.Equal("governance.invalid_workflow", WorkflowYaml.Read(yaml).Failure?.Code);

    [Theory]
    [InlineData("churn", "churn", true)]
    [InlineData("churn", "churn-2", false)]
    [InlineData("credit-*", "credit-score", true)]
    [InlineData("*-eu-*", "churn-eu-1", true)]
    [InlineData("*ab*ab", "ab", false)]
    [InlineData("*", "", true)]
    public void Models_are_named_with_stars(string pattern, string name, bool matches) => Assert.Equal(matches, WorkflowRules.Matches(pattern, name));

    [Theory]
    [InlineData("2026-11-22T11:00:00Z", "2026-11-26T14:00:00Z")]
    [InlineData("2026-11-26T13:59:59Z", "2026-11-26T14:00:00Z")]
    [InlineData("2026-11-26T15:59:59Z", "2026-11-26T14:00:00Z")]
    [InlineData("2026-11-26T16:00:00Z", "2026-12-03T14:00:00Z")]
    public void The_board_meets_on_thursdays(string now, string from) => Assert.Equal(
        DateTimeOffset.Parse(from, System.Globalization.CultureInfo.InvariantCulture),
        BoardTimes.Next(BuiltInWorkflows.All["high-risk"].Spec!.Board!, DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture)).From);
}
