using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Registry;
using Orrery.Storage;
using Orrery.Tracking;
using ModelVersion = Orrery.Registry.ModelVersion;

namespace Orrery.Governance;

/// <summary>What a version is, as far as an approval pins it.</summary>
/// <param name="Version">The version.</param>
/// <param name="Pins">SHA-256 by name.</param>
/// <param name="EvaluationId">Of the evaluation that is pinned; null for none.</param>
/// <param name="Authors">Names of who registered it and of who ran its run.</param>
internal sealed record PinnedVersion(ModelVersion Version, IReadOnlyDictionary<string, string> Pins, string? EvaluationId, IReadOnlyList<string> Authors)
{
    public string Number => Version.Version.ToString(CultureInfo.InvariantCulture);
}

/// <summary>All that is decided on.</summary>
/// <param name="Pinned">The version and its pins, policy and risk among them.</param>
/// <param name="Risk">Its risk.</param>
/// <param name="Checks">The conditions of automatic approval.</param>
/// <param name="Policy">What policies say.</param>
internal sealed record ApprovalBasis(PinnedVersion Pinned, RiskAssessment Risk, IReadOnlyList<AutomaticCheck> Checks, PolicyStand Policy)
{
    /// <summary>Whether nobody needs to be asked, as far as the facts go (GOV-08, GOV-09).</summary>
    public bool NeedsNobody => Risk.Tier == TierOrder.Low && Risk.Triggers.Count == 0 && Checks.Count > 0 && Checks.All(static check => check.Passed);
}

/// <summary>Finds what an approval is decided on.</summary>
internal sealed class ApprovalGrounds(Db db, ModelVersions versions, Packages packages, Runs runs, PromotionGates gates, DecisionFacts facts)
{
    public const string Model = "model";
    public const string Policy = "policy";
    public const string Risk = "risk";
    public const string Remote = "remote";

    /// <summary>Those that change with the version's own records; the policies and the risk tell by events.</summary>
    public static readonly FrozenSet<string> OfRecords = ((string[])[Model, "training_set", "evaluation", "card"]).ToFrozenSet();

    /// <summary>The version as it is; what the registry refuses.</summary>
    public async ValueTask<Result<PinnedVersion>> PinAsync(Actor actor, string model, string number, CancellationToken cancel)
    {
        if ((await versions.GetAsync(actor, model, number, cancel)).Failed(out var unknown, out var version))
            return unknown;
        if (!IsSeen(actor, version.ModelId))
            return RegisteredModels.NotFound(model);
        if ((await packages.GetAsync(actor, model, number, cancel)).Failed(out var unread, out var package))
            return unread;
        var pins = new SortedDictionary<string, string>(StringComparer.Ordinal) { [Model] = package.Sha256 ?? "" };
        var authors = new List<string> { version.CreatedBy };
        if (version.RunId is { } id && await runs.DocumentAsync(actor, id, cancel) is { } run)
        {
            authors.Add(run.Info.User);
            if (run.Inputs.Count > 0)
                pins["training_set"] = Lines(run.Inputs.Select(static input => $"{input.Digest}  {input.Name}"));
        }

        if ((await EvaluationAsync(actor, version, package.Sha256 ?? "", cancel)).Failed(out var ungated, out var evaluation))
            return ungated;
        if (evaluation is { ResultSha256: { } result })
            pins["evaluation"] = result;
        if (await db.ReadAsync(session => CardStore.ListAsync(session, actor.Workspace, version.ModelId, version.Version, long.MaxValue, 1), cancel) is [var card])
            pins["card"] = card.Snapshot.Sha256;
        return new PinnedVersion(version, pins, evaluation?.Id, [.. authors.Where(static name => name.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase)]);
    }

    /// <summary>The version, its risk, the checks and the policies, all asked now; what they refuse.</summary>
    public async ValueTask<Result<ApprovalBasis>> GatherAsync(Actor actor, string model, string number, string environment, CancellationToken cancel)
    {
        if ((await PinAsync(actor, model, number, cancel)).Failed(out var unknown, out var pinned))
            return unknown;
        var (name, version) = (pinned.Version.Name, pinned.Number);
        if ((await facts.Assess(actor, name, version, environment, cancel)).Failed(out var unassessed, out var risk))
            return unassessed;
        if ((await facts.Check(actor, name, version, environment, cancel)).Failed(out var unchecked_, out var checks))
            return unchecked_;
        if ((await facts.Judge(actor, name, version, environment, cancel)).Failed(out var unjudged, out var policy))
            return unjudged;
        var pins = new SortedDictionary<string, string>(pinned.Pins.ToDictionary(), StringComparer.Ordinal) { [Risk] = risk.Sha256 };
        if (policy.Sha256.Length > 0)
            pins[Policy] = policy.Sha256;
        return new ApprovalBasis(pinned with { Pins = pins }, risk, checks, policy);
    }

    /// <summary>The pins that are other than they were, of those named; empty when nothing has changed.</summary>
    public static IReadOnlyList<string> Changed(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> now, IReadOnlySet<string> of) =>
        [.. of.Where(name => before.GetValueOrDefault(name) != now.GetValueOrDefault(name)).Order(StringComparer.Ordinal)];

    /// <summary>Whether the actor may see a model.</summary>
    public static bool IsSeen(Actor actor, string modelId) => actor.Limits is not { } limits || limits.Ids.Contains(modelId);

    // The one that the model's gates count; without gates the newest of these files.
    private async ValueTask<Result<EvaluationRow?>> EvaluationAsync(Actor actor, ModelVersion version, string sha256, CancellationToken cancel)
    {
        if ((await gates.CheckAsync(actor, version, cancel)).Failed(out var unknown, out var check))
            return unknown;
        if (check.EvaluationId is { } counted)
            return await db.ReadAsync(session => EvaluationStore.FindAsync(session, actor.Workspace, counted), cancel);
        var number = version.Version.ToString(CultureInfo.InvariantCulture);
        return await db.ReadAsync(session => EvaluationStore.SucceededAsync(session, actor.Workspace, version.Name, number, sha256, 0, "~"), cancel);
    }

    private static string Lines(IEnumerable<string> lines) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines.Order(StringComparer.Ordinal).Select(static line => line + "\n")))));
}

/// <summary>Names of the tiers of risk, and which is more.</summary>
internal static class TierOrder
{
    public const string Low = "low";

    private static readonly string[] InOrder = [Low, "medium", "high"];

    /// <summary>Place of a tier; one that nobody knows is the highest.</summary>
    public static int Rank(string tier) => Array.IndexOf(InOrder, tier) is var rank and >= 0 ? rank : InOrder.Length;
}
