using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Orrery.Governance;
using Orrery.Kernel;
using Orrery.Registry;
using Orrery.Serving;

namespace Orrery.Delivery;

/// <summary>Stage 3: accuracy by the evaluations' gates, latency by measured predictions, consistency with what answers now, and the tests that the project declares.</summary>
internal sealed class TestStage(
    ModelVersions versions, Packages packages, VersionGates gates, VersionScoring scoring, VersionAnswers answers, SampleRequests samples, Releases releases, TimeProvider time) : IDeliveryStage
{
    private const int WarmUps = 5;

    private static readonly string?[] OneText = [""];
    private static readonly double[] OneZero = [0];

    public string Name => StageNames.Test;

    public async ValueTask<StageEnd> RunAsync(StageRun run, CancellationToken cancel)
    {
        var spec = run.Row.Spec;
        if ((await versions.GetAsync(run.Actor, spec.Model, spec.Version, cancel)).Failed(out var missing, out var version))
            return StageEnd.Failed(missing);
        if ((await packages.GetAsync(run.Actor, spec.Model, spec.Version, cancel)).Failed(out missing, out var package))
            return StageEnd.Failed(missing);
        if ((await samples.ProjectAsync(package, cancel)).Failed(out var wrong, out var project))
            return StageEnd.Failed(wrong);
        // What was found, and what could not be: both are told.
        var told = new List<string>();
        if (await AccuracyAsync(run, version, told, cancel) is { } inaccurate)
            return inaccurate;
        if (await LatencyAsync(run, package, Math.Min(project?.MaxP95Ms ?? double.MaxValue, run.Settings.MaxP95Ms!.Value), told, cancel) is { } slow)
            return slow;
        if (await ConsistencyAsync(run, package, told, cancel) is { } drifted)
            return drifted;
        if (await TagsAsync(run, version, cancel) is { } failedTag)
            return failedTag;
        if (await ProjectAsync(run, project, cancel) is { } failed)
            return failed;
        return StageEnd.Passed($"{string.Join("; ", told)}; {(project is { Tests.Count: > 0 } tested ? $"{tested.Tests.Count} tests of the project passed" : "the project declares no tests")}.");
    }

    private async ValueTask<StageEnd?> AccuracyAsync(StageRun run, Orrery.Registry.ModelVersion version, List<string> told, CancellationToken cancel)
    {
        if ((await gates.CheckAsync(run.Actor, version, cancel)).Failed(out var failure, out var check))
            return StageEnd.Failed(failure);
        run.Fact("evaluation", check.EvaluationId);
        if (!check.Passed)
            return StageEnd.Failed($"Accuracy: {check.Reason}");
        if (check.EvaluationId is null && run.Settings.RequireEvaluation == true)
            return StageEnd.Failed($"Accuracy: deliveries to {run.Row.Environment} need gates of evaluations, and {run.Row.Spec.Model} has none. Set them: mlops evaluations gates set {run.Row.Spec.Model} 'auc >= 0.8'");
        await run.SayAsync(check.EvaluationId is { } id ? $"Accuracy: evaluation {id} passes its {check.Gates.Count} gates." : "Accuracy: the model has no gates of evaluations.", cancel);
        told.Add(check.EvaluationId is null ? "No gates of evaluations are set" : $"{check.Gates.Count} gates of evaluations passed");
        return null;
    }

    private async ValueTask<StageEnd?> LatencyAsync(StageRun run, ModelPackage package, double most, List<string> told, CancellationToken cancel)
    {
        told.Add("latency was not measured");
        if (package.State is not PackageStates.Stored)
            return null;
        var spec = run.Row.Spec;
        if ((await scoring.HoldAsync(run.Actor, spec.Model, spec.Version, null, cancel)).Failed(out var unheld, out var held))
        {
            if (unheld.Code != "serving.batch_columns")
                return StageEnd.Failed(unheld);
            await run.WarnAsync("Latency: not measured, since the model's columns are not known.", cancel);
            return null;
        }

        using (held)
        {
            var rows = new ScoreRows(1);
            foreach (var input in held.Inputs)
                rows = input.IsText ? rows.Set(input.Name, OneText) : rows.Set(input.Name, OneZero);
            var times = new List<double>();
            for (var trial = 0; trial < WarmUps + run.Settings.LatencyTrials!.Value; trial++)
            {
                var began = time.GetTimestamp();
                if ((await held.ScoreAsync(rows, cancel)).Failed(out var refused, out _))
                {
                    if (refused.Kind is not FailureKind.Invalid)
                        return StageEnd.Failed(refused);
                    await run.WarnAsync($"Latency: not measured, since the model refuses a row of zeros: {refused.Message}", cancel);
                    return null;
                }

                if (trial >= WarmUps)
                    times.Add(time.GetElapsedTime(began).TotalMilliseconds);
            }

            var p95 = Quantiles.Of(times, 0.95);
            var measured = string.Create(CultureInfo.InvariantCulture, $"p95 of {times.Count} predictions is {p95:0.###} ms, up to {most:0.###} ms may be");
            told[^1] = measured;
            run.Fact("latency_limit_ms", most.ToString(CultureInfo.InvariantCulture));
            await run.SayAsync($"Latency: {measured}.", cancel);
            return p95 > most ? StageEnd.Failed($"Latency: {measured}. Make the model faster, or have 'max_p95_ms' of the deliveries to {run.Row.Environment}, or that of its delivery.yaml, be set: the smaller one counts.") : null;
        }
    }

    private async ValueTask<StageEnd?> ConsistencyAsync(StageRun run, ModelPackage package, List<string> told, CancellationToken cancel)
    {
        var document = package.Document;
        await run.SayAsync($"Environment: the model declares Python {document.PythonVersion ?? "none"} and {document.Requirements.Count} requirements.", cancel);
        if (await FormerAsync(run, cancel) is not { } former)
        {
            await run.SayAsync("Environment: nothing answers there yet, so there is nothing to compare with.", cancel);
            told.Add("nothing answered there to compare with");
            return null;
        }

        var drift = EnvironmentDrift.Between(former.Document, document);
        told.Add(drift.Count == 0 ? $"signature and requirements are those of version {former.Version}" : $"{drift.Count} differences from version {former.Version}");
        run.Fact("drift", string.Join('|', drift.Select(static one => one.Text)));
        foreach (var one in drift)
            await run.SayAsync(one.IsSignature ? "warning" : "info", $"Environment: {one.Text}", cancel);
        if (drift.Count == 0)
            await run.SayAsync($"Environment: signature and requirements are those of version {former.Version}, which answers now.", cancel);
        return run.Settings.SignatureChange == "fail" && drift.FirstOrDefault(static one => one.IsSignature) is { } change
            ? StageEnd.Failed($"Environment: {change.Text} Callers of {run.Row.Name} would break; deliver it under another name, or set 'signature_change' to warn.")
            : null;
    }

    private async ValueTask<ModelPackage?> FormerAsync(StageRun run, CancellationToken cancel)
    {
        if ((await releases.GetAsync(run.Actor, run.Row.Environment, run.Row.Name, cancel)).Failed(out _, out var now))
            return null;
        var leading = now.Spec.Variants.Where(static one => !one.Shadow).MaxBy(static one => one.Weight);
        if (leading is null || (leading.Model == run.Row.Spec.Model && leading.Version == run.Row.Spec.Version))
            return null;
        return (await packages.GetAsync(run.Actor, leading.Model, leading.Version, cancel)).Failed(out _, out var former) ? null : former;
    }

    // Tests that ran elsewhere tell of themselves as tags: test.unit = passed.
    private static async ValueTask<StageEnd?> TagsAsync(StageRun run, Orrery.Registry.ModelVersion version, CancellationToken cancel)
    {
        foreach (var tag in version.Tags.Where(static tag => tag.Key.StartsWith("test.", StringComparison.Ordinal)))
        {
            run.Fact(tag.Key, tag.Value);
            if (tag.Value is not "passed")
                return StageEnd.Failed($"The version's tag {tag.Key} is '{tag.Value}' and not 'passed'.");
            await run.SayAsync($"Tests: {tag.Key} has passed, as the version's tag says.", cancel);
        }

        return null;
    }

    private async ValueTask<StageEnd?> ProjectAsync(StageRun run, ProjectTests? project, CancellationToken cancel)
    {
        foreach (var test in project?.Tests ?? [])
        {
            if ((await answers.AskAsync(run.Actor, run.Row.Spec.Model, run.Row.Spec.Version, Encoding.UTF8.GetBytes(test.Request), null, cancel)).Failed(out var refused, out var told))
                return StageEnd.Failed(refused with { Message = $"Test '{test.Name}' of delivery.yaml: {refused.Message}" });
            if (test.Difference(JsonNode.Parse(told.Answer)?["predictions"]) is { } difference)
                return StageEnd.Failed($"Test '{test.Name}' of delivery.yaml fails: {difference}");
            run.Fact("test", test.Name);
            await run.SayAsync($"Tests: '{test.Name}' of delivery.yaml passes.", cancel);
        }

        return null;
    }
}
