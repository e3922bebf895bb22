using Orrery.Contracts;
using Orrery.Governance;
using Orrery.Registry;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>What evaluations must show before production.</summary>
public sealed class PromotionGateTests
{
    private static readonly EvaluationSpec Spec = new() { Task = "binary", Slices = ["contract"], Sensitive = ["female"], Baseline = "1" };

    private static readonly EvaluationResult Result = new()
    {
        Rows = 500,
        Sources = [new() { Name = "holdout.parquet" }],
        Metrics = [new() { Name = "auc", Value = 0.82, Lower = 0.78, Upper = 0.86 }, new() { Name = "precision", Undefined = "no row is predicted positive" }],
        Fairness = [new() { Attribute = "female", Metrics = [new() { Name = "demographic_parity_difference", Value = 0.14 }] }],
    };

    [Fact]
    public void Gates_are_judged_on_what_was_measured_whatever_the_evaluation_itself_asked_for()
    {
        var gates = new EvaluationGates { Gates = ["auc >= 0.8", "auc.lower >= 0.8", "demographic_parity_difference(female) <= 0.1", "precision >= 0.1", "recall@region=north >= 0.5", "mae <= 3"] };

        var judged = GateRules.Judge(gates, Spec with { OnUndefined = "ignore" }, Result);

        Assert.Equal(["passed", "failed", "failed", "failed", "failed", "failed"], judged.Select(static gate => gate.Outcome));
        Assert.Equal((0.78, "it is 0.78"), (judged[1].Value, judged[1].Reason));
        Assert.Equal("it is 0.14", judged[2].Reason);
        Assert.Contains("no row is predicted positive", judged[3].Reason, StringComparison.Ordinal);
        Assert.Contains("'region', which is not looked at", judged[4].Reason, StringComparison.Ordinal);
        Assert.Contains("no metric of a binary evaluation", judged[5].Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(500, "holdout.parquet", true)]
    [InlineData(501, "holdout.parquet", false)]
    [InlineData(null, "other.parquet", false)]
    [InlineData(null, null, true)]
    public void An_evaluation_counts_when_it_was_made_on_the_rows_that_are_asked_for(int? rows, string? source, bool counts) =>
        Assert.Equal(counts, GateRules.Counts(new() { MinRows = rows, Sources = source is null ? [] : [source] }, Spec, Result));

    [Fact]
    public void An_evaluation_on_more_than_the_sources_asked_for_does_not_count() =>
        Assert.False(GateRules.Counts(new() { Sources = ["holdout.parquet"] }, Spec, Result with { Sources = [new() { Name = "holdout.parquet" }, new() { Name = "train.parquet" }] }));

    public static TheoryData<EvaluationSpec> Chosen =>
    [
        Made with { Label = "always" },
        Made with { Task = "multiclass" },
        Made with { Positive = "no" },
        Made with { Threshold = 0.01 },
        Made with { Weight = "easy" },
        Made with { Columns = new Dictionary<string, string> { ["tenure"] = "told" } },
        Made with { Features = ["told"] },
        Made with { Baseline = "2" },
        Made with { Resamples = 2 },
        Made with { Seed = 7 },
        Made with { Confidence = 0.5 },
        Made with { Interval = "bca" },
    ];

    private static EvaluationSpec Made => Spec with { Label = "churned", Positive = "yes" };

    [Theory]
    [MemberData(nameof(Chosen))]
    public void What_a_reference_pins_is_not_for_who_evaluates_to_choose(EvaluationSpec spec)
    {
        var result = Result with { Sources = [new() { Name = "holdout.parquet", Sha256 = new('a', 64) }] };
        var gates = new EvaluationGates { Gates = ["auc >= 0.8"], Pinned = GatePins.Of(Made, result) };
        Assert.True(GateRules.Counts(gates, Made with { Slices = ["region"], Resamples = 500 }, result));
        Assert.False(GateRules.Counts(gates, spec, result));
        Assert.False(GateRules.Counts(gates, Made, result with { Sources = [new() { Name = "holdout.parquet", Sha256 = new('b', 64) }] }));
        Assert.Null(GatePins.Of(Made, Result));
        Assert.Contains("--label churned --task binary --positive yes", GateRules.Command(gates, "churn", "3"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_truth_is_no_feature_and_a_version_no_baseline_of_itself()
    {
        var spec = new EvaluationSpec { Model = "churn", Version = "1", Label = "churned", Task = "binary", Data = new() { Files = ["rows.csv"] } };
        Assert.Null(EvaluationRules.Problem(spec));
        Assert.Contains("as 'tenure'", EvaluationRules.Problem(spec with { Columns = new Dictionary<string, string> { ["tenure"] = "Churned" } })!.Message, StringComparison.Ordinal);
        Assert.Contains("'features'", EvaluationRules.Problem(spec with { Features = ["charges", "churned"] })!.Message, StringComparison.Ordinal);
        Assert.Contains("'weight'", EvaluationRules.Problem(spec with { Weight = "churned" })!.Message, StringComparison.Ordinal);
        var package = new ModelPackage("churn", 1, PackageStates.Stored, null, "", null, 0, "ab", 0, PackageDocument.Empty, []);
        Assert.Contains("itself", EvaluationRules.Baseline(package, package)!.Message, StringComparison.Ordinal);
        Assert.Contains("very files", EvaluationRules.Baseline(package, package with { Version = 2 })!.Message, StringComparison.Ordinal);
        Assert.Null(EvaluationRules.Baseline(package, package with { Version = 2, Sha256 = "cd" }));
    }

    public static TheoryData<EvaluationGates, string> Wrong => new()
    {
        { new() { Gates = ["auk >= 0.8"] }, "'auk'" },
        { new() { Gates = ["auc is good"] }, "is not written as" },
        { new() { Gates = ["auc(female) >= 0.8"] }, "'auc'" },
        { new() { Gates = ["auc >= 0.8\nrecall >= 0"] }, "control characters" },
        { new() { Gates = ["auc >= 0.8"], MaxAgeDays = 0 }, "max_age_days" },
        { new() { Gates = ["auc >= 0.8"], MinRows = 0 }, "min_rows" },
        { new() { MaxAgeDays = 30 }, "no 'gates'" },
        { new() { Gates = ["auc >= 0.8"], Pinned = new() { SourceSha256 = ["abc"] } }, "no SHA-256" },
        { new() { Gates = ["auc >= 0.8"], Reference = "01", Sources = ["holdout.parquet"] }, "no place beside it" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Gates_that_nothing_could_pass_are_refused(EvaluationGates gates, string why) => Assert.Contains(why, GateRules.Problem(gates), StringComparison.Ordinal);

    [Fact]
    public void Gates_of_any_task_are_taken_and_none_take_them_away()
    {
        Assert.Null(GateRules.Problem(new() { Gates = ["rmse <= 3", "f1_macro >= 0.5", "delta.auc >= -0.01", "mae_difference(region) <= 2", "recall@a*b=x*y >= 0.1"] }));
        Assert.Null(GateRules.Problem(new()));
    }

    [Fact]
    public void The_verb_that_is_told_measures_what_the_gates_need() => Assert.Equal(
        "mlops evaluate churn 3 --data holdout.parquet --label COLUMN --task TASK --slices contract --sensitive female --baseline VERSION",
        GateRules.Command(new() { Gates = ["auc@contract=x >= 0.8", "recall@contract=y >= 0", "demographic_parity_ratio(female) >= 0.8", "delta.auc >= 0"], Sources = ["holdout.parquet"] }, "churn", "3"));
}
