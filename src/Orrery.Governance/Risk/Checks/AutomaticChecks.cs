using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Registry;
using Orrery.Serving;
using Orrery.Tracking;

namespace Orrery.Governance;

/// <summary>The six conditions of automatic approval (GOV-08), each computed from the records.</summary>
public sealed class AutomaticChecks
{
    /// <summary>Name of the check that fails where a prohibited use was declared; it stands behind the six.</summary>
    public const string ProhibitedUse = "governance.prohibited_use";

    private readonly RiskAssessments _assessments;
    private readonly VersionRecords _records;
    private readonly ProvenConditions _proven;
    private readonly DeployedVersions _deployed;

    internal AutomaticChecks(RiskAssessments assessments, VersionRecords records, ProvenConditions proven, DeployedVersions deployed) =>
        (_assessments, _records, _proven, _deployed) = (assessments, records, proven, deployed);

    /// <summary>
    /// The conditions in the order of GOV-08: <c>performance</c>, <c>bias</c>, <c>lineage</c>, <c>tests</c>, <c>no_pii</c>, <c>non_production</c>; behind them
    /// <see cref="ProhibitedUse"/> where it was declared. <c>governance.invalid_environment</c>, and what the registry refuses.
    /// </summary>
    /// <param name="actor">Who asks, and in which workspace.</param>
    /// <param name="model">Registered model.</param>
    /// <param name="version">Its version's number.</param>
    /// <param name="environment">Where it is to be.</param>
    /// <param name="cancel">Stops waiting.</param>
    public async ValueTask<Result<IReadOnlyList<AutomaticCheck>>> CheckAsync(Actor actor, string model, string version, string environment, CancellationToken cancel)
    {
        if ((await _assessments.SubjectAsync(actor, model, version, environment, cancel)).Failed(out var unknown, out var subject))
            return unknown;
        if ((await _assessments.AssessAsync(subject, new(), cancel)).Failed(out unknown, out var risk))
            return unknown;
        var found = await _records.OfAsync(subject, cancel);
        var checks = new List<AutomaticCheck>
        {
            EvaluationConditions.Performance(subject, found.Evaluated, await StandingAsync(subject, cancel)),
            EvaluationConditions.Bias(subject, found.Evaluated),
            LineageConditions.Lineage(subject, found.Package, found.Run, found.Columns),
            TestConditions.Tests(found.Scan, found.ScanFailure, found.Evaluated, TestConditions.Declared(subject, found.Run)),
            LineageConditions.NoPii(subject, found.Columns, risk.Triggers),
            await _proven.CheckAsync(subject, found.Package, cancel),
        };
        if (RiskScore.Prohibited(await _assessments.AnswersAsync(subject, cancel)) is { } practice)
            checks.Add(new() { Name = ProhibitedUse, Reason = $"A practice that the law prohibits was declared: {practice}. Such a use is not approved." });
        return checks;
    }

    // The one that most requests go to.
    private async ValueTask<string?> StandingAsync(RiskSubject subject, CancellationToken cancel) =>
        (await _deployed.NowAsync(subject.Actor, subject.Model.Name, subject.Environment, cancel)).Where(static one => one is { Shadow: false, Share: > 0 })
            .GroupBy(static one => one.Version).OrderByDescending(static group => group.Sum(static one => one.Share)).ThenBy(static group => group.Key, StringComparer.Ordinal).FirstOrDefault()?.Key;
}

/// <summary>What the records have of a version.</summary>
/// <param name="Package">Its files; null when the registry has not read them.</param>
/// <param name="Scan">Of its files; null for none.</param>
/// <param name="ScanFailure">Why there is no scan.</param>
/// <param name="Evaluated">The evaluation that counts.</param>
/// <param name="Run">The run that made it; null for none.</param>
/// <param name="Columns">What it was trained on.</param>
internal sealed record VersionRecord(ModelPackage? Package, ScanReport? Scan, string? ScanFailure, EvaluatedVersion Evaluated, RunDocument? Run, UsedColumns Columns);

/// <summary>Reads what the records have of a version.</summary>
internal sealed class VersionRecords(Packages packages, Scans scans, EvaluatedVersions evaluated, Runs runs, ColumnFacts columns)
{
    public async ValueTask<VersionRecord> OfAsync(RiskSubject subject, CancellationToken cancel)
    {
        var run = RunAsync(subject, cancel);
        var seen = columns.OfAsync(subject, cancel).AsTask();
        var package = (await packages.GetAsync(subject.Actor, subject.Model.Name, subject.Number, cancel)).Failed(out _, out var read) || read.Sha256 is null ? null : read;
        var judged = evaluated.OfAsync(subject, package?.Sha256 ?? "", cancel).AsTask();
        ScanReport? scan = null;
        string? failure = "its files are not known to the registry, so that they cannot be scanned";
        if (package is not null)
            failure = (await scans.OfAsync(subject.Actor, package, cancel)).Failed(out var failed, out scan) ? failed.Message : null;
        return new(package, scan, failure, await judged, await run, await seen);
    }

    private async Task<RunDocument?> RunAsync(RiskSubject subject, CancellationToken cancel) =>
        subject.Version.RunId is { } run ? await runs.DocumentAsync(subject.Actor, run, cancel) : null;
}
