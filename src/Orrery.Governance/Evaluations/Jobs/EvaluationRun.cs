using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Native;
using Orrery.Serving;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>Does an evaluation: loads the versions, has them score the rows, and computes what was asked for. The same rows, versions and seed give the same result.</summary>
internal sealed class EvaluationRun(VersionScoring scoring, ProductionVersions production, EvaluationInputs inputs)
{
    private const string Code = "governance.evaluation_data";
    private const double Reading = 0.6;

    /// <summary>Does it; <c>governance.evaluation_data</c>, <c>governance.evaluation_output</c>, <c>governance.package_changed</c>, and what the versions and the data refuse.</summary>
    public async Task<Result<(EvaluationResult Result, string DataSha256)>> RunAsync(JobContext job, EvaluationRow row, CancellationToken cancel)
    {
        var (spec, held, compared) = (row.Spec, new List<ScoredVersion>(), new List<(EvaluationComparison Named, int Place)>());
        try
        {
            job.Report(0, "loading models");
            if ((await HoldAsync(job.Actor, row, held, compared, cancel)).Failed(out var refused, out _))
                return refused;
            using var scratch = inputs.NewFolder();
            if ((await inputs.OpenAsync(job.Actor, spec.Data, scratch, Code, cancel)).Failed(out var unreadable, out var opened))
                return EvaluationFailures.WithoutValues(unreadable);
            using var database = EvaluationInputs.Engine(scratch, opened.Paths);
            using var connection = database.Connect();
            var reading = new EvaluationReading(spec, held, connection, opened.Paths, share => job.Report(Reading * share, "scoring rows"), cancel);
            if ((await reading.ReadAsync()).Failed(out var wrong, out var data))
                return wrong;
            return (Compute(job, row, data, compared, cancel) with { Sources = opened.Sources }, data.Sha256);
        }
        catch (DuckException broken) when (broken.Type is not DuckErrorType.Interrupt)
        {
            return Failure.Invalid(Code, EvaluationFailures.Unreadable(broken.Type));
        }
        finally
        {
            held.ForEach(static version => version.Dispose());
        }
    }

    private static EvaluationResult Compute(JobContext job, EvaluationRow row, EvaluationColumns data, List<(EvaluationComparison Named, int Place)> compared, CancellationToken cancel)
    {
        var (spec, plan) = (row.Spec, EvaluationRules.Plan(row.Spec) with { Cancel = cancel });
        var work = new EvaluationWork(spec, data, EvaluationRules.Groups(spec, row.SeesSmall), plan, (share, doing) => job.Report(Reading + ((1 - Reading) * share), doing));
        var result = work.Run(cancel);
        job.Report(0.9, "comparing");
        var comparison = new VersionComparison(spec, data, work, plan);
        result = result with { Comparisons = [.. compared.Select(one => one.Place < 0 ? one.Named : comparison.Of(one.Named, data.Versions[one.Place]))] };
        return result with { Gates = [.. spec.Gates.Select(text => Gate.Parse(text, spec).Gate!.Judge(result, spec.OnUndefined))] };
    }

    private async ValueTask<Result<Done>> HoldAsync(Actor actor, EvaluationRow row, List<ScoredVersion> held, List<(EvaluationComparison Named, int Place)> compared, CancellationToken cancel)
    {
        var spec = row.Spec;
        if ((await scoring.HoldAsync(actor, spec.Model, spec.Version, spec.Features, cancel)).Failed(out var refused, out var own))
            return refused;
        held.Add(own);
        if (own.Sha256 != row.ModelSha256)
            return Failure.Conflict("governance.package_changed", "The version's package was replaced after the evaluation was asked for; ask again.");
        if (spec.Baseline is { } baseline)
        {
            if ((await scoring.HoldAsync(actor, spec.Model, baseline, spec.Features, cancel)).Failed(out var away, out var other))
                return away;
            Add("baseline", other);
        }

        if (spec.CompareProduction is false || await production.FindAsync(actor, spec.Model, cancel) is not { } live || live == spec.Version)
            return Done.Ok;
        if (live == spec.Baseline)
            compared.Add((compared[0].Named with { Against = "production" }, 1));
        else if ((await scoring.HoldAsync(actor, spec.Model, live, spec.Features, cancel)).Failed(out var gone, out var other))
            compared.Add((new() { Against = "production", Version = live, Undefined = gone.Message }, -1));
        else
            Add("production", other);
        return Done.Ok;

        void Add(string against, ScoredVersion version)
        {
            compared.Add((new() { Against = against, Version = version.Version.ToString(System.Globalization.CultureInfo.InvariantCulture), ModelSha256 = version.Sha256 }, held.Count));
            held.Add(version);
        }
    }
}
