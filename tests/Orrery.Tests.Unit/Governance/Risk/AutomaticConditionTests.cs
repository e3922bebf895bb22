using Orrery.Contracts;
using Orrery.Features;
using Orrery.Governance;
using Orrery.Kernel;
using Orrery.Registry;
using Orrery.Tracking;
using Xunit;
using ModelVersion = Orrery.Registry.ModelVersion;
using RegisteredModel = Orrery.Registry.RegisteredModel;

namespace Orrery.Tests.Unit;

/// <summary>GOV-08: from a version of which every condition holds, one change breaks that condition and no other.</summary>
public sealed class AutomaticConditionTests
{
    private static readonly RiskSubject Subject = new(
        Actor.System(WorkspaceId.Default, "default"), new("m", "churn", null, "ann", 0, 0),
        new ModelVersion { ModelId = "m", Name = "churn", Version = 3, Stage = "None", Source = "runs:/r/model", StorageUri = "x", RunId = "r", CreatedBy = "ann", CreatedAt = 0, UpdatedAt = 0 }, "staging");

    private static readonly ModelPackage Package = new("churn", 3, PackageStates.Stored, null, "x", "f", 1, new string('a', 64), 0, new PackageDocument(), []);

    private static readonly UsedColumns Columns = new("set", "bank", [new("customer", "tenure", IsKnown: true, IsPii: false, IsRestricted: false, []) { Source = "customers" }], []);

    private static readonly ScanReport Scan = new() { Id = "s", Verdict = "clean" };

    private static EvaluatedVersion Evaluated(Func<EvaluationResult, EvaluationResult>? change = null, bool gatesPass = true, bool? ownPass = true)
    {
        var result = new EvaluationResult
        {
            Task = "binary",
            Comparisons = [new() { Against = "production", Version = "2", Metrics = [new() { Name = "auc", Value = 0.8, Other = 0.79, Difference = 0.01, PValue = 0.2, AdjustedPValue = 0.2 }] }],
            Fairness = [new() { Attribute = "female", Groups = [Group("no", 1), Group("yes", 0.8)] }],
        };
        var row = new EvaluationRow
        {
            Workspace = WorkspaceId.Default,
            Id = "e",
            State = EvaluationRow.Succeeded,
            Spec = new(),
            SeesSmall = false,
            ModelSha256 = "",
            JobId = "",
            CreatedBy = "",
            CreatedAt = 0,
            Passed = ownPass,
        };
        return new(row, change is null ? result : change(result), new() { Passed = gatesPass, Reason = gatesPass ? null : "Its evaluation e fails auc >= 0.9 (0.8).", EvaluationId = "e" }, HasGates: true);
    }

    private static FairnessGroup Group(string value, double ratio) => new() { Value = value, FourFifths = new() { Reference = "no", ImpactRatio = ratio, BelowFourFifths = ratio < 0.8 } };

    private static Dictionary<string, bool> Holds(
        EvaluatedVersion? evaluated = null, UsedColumns? columns = null, ScanReport? scan = null, RunDocument? run = null, IReadOnlyDictionary<string, string>? tests = null, string? standing = "2")
    {
        evaluated ??= Evaluated();
        columns ??= Columns;
        AutomaticCheck[] checks =
        [
            EvaluationConditions.Performance(Subject, evaluated, standing),
            EvaluationConditions.Bias(Subject, evaluated),
            LineageConditions.Lineage(Subject, Package, run ?? Run, columns),
            TestConditions.Tests(scan ?? Scan, null, evaluated, tests ?? new Dictionary<string, string> { ["smoke"] = "passed" }),
            LineageConditions.NoPii(Subject, columns, []),
        ];
        Assert.All(checks, static check => Assert.NotEmpty(check.Reason));
        return checks.ToDictionary(static check => check.Name, static check => check.Passed);
    }

    private static RunDocument Run => new(null!, [], [], [], [], []);

    private static void OnlyFails(string name, Dictionary<string, bool> checks) => Assert.Equal([name], checks.Where(static one => !one.Value).Select(static one => one.Key));

    [Fact]
    public void All_hold() => Assert.All(Holds(), static one => Assert.True(one.Value, one.Key));

    [Fact]
    public void Being_significantly_worse_than_what_stands_breaks_performance_alone() => OnlyFails("performance", Holds(Evaluated(static result => result with
    {
        Comparisons = [new() { Version = "2", Metrics = [new() { Name = "auc", Value = 0.7, Other = 0.8, Difference = -0.1, AdjustedPValue = 0.001 }] }],
    })));

    [Fact]
    public void A_loss_that_grew_breaks_performance_and_one_that_shrank_does_not()
    {
        static EvaluatedVersion Of(double difference) => Evaluated(result => result with
        {
            Comparisons = [new() { Version = "2", Metrics = [new() { Name = "log_loss", Difference = difference, AdjustedPValue = 0.001 }] }],
        });
        OnlyFails("performance", Holds(Of(0.1)));
        Assert.True(Holds(Of(-0.1))["performance"]);
    }

    [Fact]
    public void Not_being_compared_with_what_stands_breaks_performance_alone()
    {
        OnlyFails("performance", Holds(standing: "1"));
        OnlyFails("performance", Holds(Evaluated(static result => result with { Comparisons = [new() { Version = "2", Undefined = "other classes" }] })));
    }

    [Fact]
    public void Without_a_test_the_number_counts() => OnlyFails("performance", Holds(Evaluated(static result => result with
    {
        Comparisons = [new() { Version = "2", Metrics = [new() { Name = "auc", Value = 0.79, Other = 0.8, Difference = -0.01 }] }],
    })));

    [Fact]
    public void With_nothing_to_compare_with_gates_must_be_set()
    {
        Assert.True(Holds(standing: null)["performance"]);
        var bare = Evaluated(static result => result with { Comparisons = [] }, ownPass: null) with { HasGates = false };
        OnlyFails("performance", Holds(bare, standing: null));
    }

    [Theory]
    [InlineData(0.79)]
    [InlineData(0.1)]
    public void Less_than_four_fifths_breaks_bias_alone(double ratio) => OnlyFails("bias", Holds(Evaluated(result => result with
    {
        Fairness = [new() { Attribute = "female", Groups = [Group("no", 1), Group("yes", ratio)] }],
    })));

    [Fact]
    public void Fairness_that_nobody_looked_at_breaks_bias_alone() => OnlyFails("bias", Holds(Evaluated(static result => result with { Fairness = [] })));

    [Fact]
    public void A_group_that_is_too_small_to_be_told_breaks_bias_alone() => OnlyFails("bias", Holds(Evaluated(static result => result with
    {
        Fairness = [new() { Attribute = "female", Groups = [Group("no", 1), Group("yes", 0.9), new() { Value = "unknown" }] }],
    })));

    [Fact]
    public void A_missing_run_breaks_lineage_alone() =>
        Assert.False(LineageConditions.Lineage(Subject, Package, null, Columns).Passed);

    [Fact]
    public void A_source_that_is_not_known_breaks_lineage_alone() =>
        OnlyFails("lineage", Holds(columns: Columns with { Marks = [Columns.Marks![0] with { Source = "" }] }));

    [Fact]
    public void A_data_set_without_a_digest_breaks_lineage()
    {
        var none = new UsedColumns(null, null, [], []);
        var good = Run with { Inputs = [new("churn", "abc", "s3", """{"uri":"s3://x"}""", null, null, [])] };
        Assert.True(LineageConditions.Lineage(Subject, Package, good, none).Passed);
        Assert.False(LineageConditions.Lineage(Subject, Package, Run, none).Passed);
        Assert.False(LineageConditions.Lineage(Subject, Package, good with { Inputs = [good.Inputs[0] with { Digest = "" }] }, none).Passed);
        Assert.False(LineageConditions.Lineage(Subject, null, good, none).Passed);
    }

    [Fact]
    public void A_refused_scan_breaks_tests_alone() => OnlyFails("tests", Holds(scan: new() { Id = "s", Verdict = "refused" }));

    [Theory]
    [InlineData("failed")]
    [InlineData("")]
    [InlineData("skipped")]
    public void A_declared_test_that_did_not_pass_breaks_tests_alone(string outcome) =>
        OnlyFails("tests", Holds(tests: new Dictionary<string, string> { ["smoke"] = "passed", ["latency"] = outcome }));

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void A_marked_column_breaks_no_pii_alone(bool isPii, bool isRestricted) =>
        OnlyFails("no_pii", Holds(columns: Columns with { Marks = [Columns.Marks![0] with { IsPii = isPii, IsRestricted = isRestricted }] }));

    [Theory]
    [InlineData("sensitivity", "phi")]
    [InlineData("sensitivity", "Confidential")]
    [InlineData("pii", "true")]
    public void A_tagged_column_breaks_no_pii_alone(string key, string value) =>
        OnlyFails("no_pii", Holds(columns: Columns with { Marks = [Columns.Marks![0] with { Tags = [new(key, value)] }] }));

    [Fact]
    public void What_a_privacy_scan_found_breaks_no_pii_alone() => OnlyFails("no_pii", Holds(columns: Columns with { Found = ["customer:tenure (phone)"] }));

    [Fact]
    public void Declared_personal_data_breaks_no_pii()
    {
        Assert.True(LineageConditions.NoPii(Subject, Columns, [new() { Name = "regulated_domain" }]).Passed);
        Assert.False(LineageConditions.NoPii(Subject, Columns, [new() { Name = "pii", Reason = "declared" }]).Passed);
    }

    [Fact]
    public void Columns_that_nobody_knows_are_not_held_to_be_harmless() => Assert.False(LineageConditions.NoPii(Subject, new(null, null, [], []), []).Passed);
}
