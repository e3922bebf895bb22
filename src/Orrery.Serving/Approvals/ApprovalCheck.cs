using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Registry;

namespace Orrery.Serving;

/// <summary>
/// Keeps versions without an approval out of the traffic of governed environments. What it believes is the signature, not the database: a token says which version of
/// which files may get which environment's traffic, and is checked when a revision is made and each time that one is brought to life.
/// </summary>
/// <param name="records">Asked late: who keeps the approvals knows deployments.</param>
/// <param name="keys">That tokens are signed with.</param>
/// <param name="packages">Hashes of versions.</param>
/// <param name="options">Which environments are governed.</param>
/// <param name="time">The clock.</param>
internal sealed class ApprovalCheck(Func<IApprovalRecords?> records, ApprovalKeys keys, Packages packages, ServingOptions options, TimeProvider time)
{
    /// <summary>Code of what is refused for want of an approval.</summary>
    public const string NotApprovedCode = "serving.not_approved";

    /// <summary>
    /// The document with the approval of each variant in it, for a new revision; <c>serving.not_approved</c> when one has none. A token that the document names and that
    /// does not hold is replaced by the one that stands, if one does. In environments that are not governed tokens are left out.
    /// </summary>
    /// <param name="actor">In which workspace.</param>
    /// <param name="environment">Where.</param>
    /// <param name="spec">What it is to be.</param>
    /// <param name="now">What it is; null for nothing.</param>
    /// <param name="goesBack">Whether an earlier revision is gone back to, which answered under its approvals.</param>
    /// <param name="cancel">Breaks off.</param>
    public async ValueTask<Result<DeploymentSpec>> PinAsync(Actor actor, string environment, DeploymentSpec spec, DeploymentSpec? now, bool goesBack, CancellationToken cancel)
    {
        if (!options.IsGoverned(environment))
            return spec with { Variants = [.. spec.Variants.Select(static variant => variant with { Approval = null })] };
        var pinned = new List<VariantSpec>();
        foreach (var variant in spec.Variants)
        {
            if ((await packages.GetAsync(actor, variant.Model, variant.Version, cancel)).Failed(out var unknown, out var package))
                return unknown;
            var asked = new ApprovalQuestion(actor.Workspace, environment, variant.Model, variant.Version, package.Sha256 ?? "", variant.Remote?.Sha256() ?? "");
            var given = await RefusalAsync(variant.Approval, asked, Stays(variant, spec, now), goesBack, cancel);
            if (given is null)
            {
                pinned.Add(variant);
                continue;
            }

            var standing = records() is { } known ? await known.FindTokenAsync(actor, environment, variant.Model, variant.Version, cancel) : null;
            var why = standing is null ? given : await RefusalAsync(standing, asked, false, false, cancel);
            if (why is not null)
                return NotApproved(asked, why);
            pinned.Add(variant with { Approval = standing });
        }

        return spec with { Variants = pinned };
    }

    /// <summary>Why a stored revision's variant may not be brought to life; null when it may.</summary>
    /// <param name="row">The revision.</param>
    /// <param name="variant">Of it.</param>
    /// <param name="sha256">Of the version's files as they are now.</param>
    /// <param name="cancel">Breaks off.</param>
    public async ValueTask<Failure?> ProblemAsync(DeploymentRow row, VariantSpec variant, string? sha256, CancellationToken cancel)
    {
        var (workspace, environment) = (row.Key.Workspace, row.Key.Environment);
        if (!options.IsGoverned(environment))
            return null;
        var asked = new ApprovalQuestion(workspace, environment, variant.Model, variant.Version, sha256 ?? "", variant.Remote?.Sha256() ?? "");
        // What was there before approvals were asked for has no token in its document; whoever keeps them has signed one since.
        var text = variant.Approval ?? (records() is { } known ? await known.FindTokenAsync(Actor.System(workspace, ""), environment, variant.Model, variant.Version, cancel) : null);
        if (await BadAsync(text, asked, cancel) is { } bad)
            return NotApproved(asked, bad);
        var token = ApprovalToken.Parse(text)!;
        // Whether it was used in time was asked when the revision was made: one that changes limits, or goes back, may be made later.
        return Ended(token, workspace) is { } ended ? NotApproved(asked, ended) : null;
    }

    /// <summary>Why traffic under a token has to end now, from memory alone; null when it goes on.</summary>
    public string? Ended(ApprovalToken token, WorkspaceId workspace)
    {
        if (token.NotAfter is { } end && end <= Now())
            return $"{(token.Kind == ApprovalToken.Waiver ? "waiver" : "approval")} {token.Id} ended at {Date(end)}";
        return records()?.EndOf(workspace, token.Id) is { StopsTraffic: true } known ? $"approval {token.Id} does not stand any more: {known.Reason}" : null;
    }

    /// <summary>Whether approvals are asked for in an environment.</summary>
    public bool IsGoverned(string environment) => options.IsGoverned(environment);

    // Null when a new revision may name the token.
    private async ValueTask<string?> RefusalAsync(string? text, ApprovalQuestion asked, bool stays, bool goesBack, CancellationToken cancel)
    {
        if (await BadAsync(text, asked, cancel) is { } bad)
            return bad;
        var token = ApprovalToken.Parse(text)!;
        if (Ended(token, asked.Workspace) is { } ended)
            return ended;
        if (token.Kind == ApprovalToken.Inherited && asked.Remote.Length > 0 && !stays && !goesBack)
            return $"approval {token.Id} was inherited, and holds for the endpoint that answered then";
        if (!stays && !goesBack && token.UseBy < Now())
            return $"approval {token.Id} was to be used by {Date(token.UseBy)}";
        return !stays && !goesBack && records()?.EndOf(asked.Workspace, token.Id) is { } end ? $"approval {token.Id} does not stand any more: {end.Reason}" : null;
    }

    // What is wrong with a token for a version, whatever the time.
    private async ValueTask<string?> BadAsync(string? text, ApprovalQuestion asked, CancellationToken cancel)
    {
        if (text is null)
            return "there is no approval";
        if (ApprovalToken.Parse(text) is not { } token)
            return "what is given as its approval is none";
        if (token.Workspace != asked.Workspace.Value || token.Environment != asked.Environment || token.Model != asked.Model || token.Version != asked.Version)
            return $"approval {token.Id} is of version {token.Version} of {token.Model} for {token.Environment}{(token.Workspace == asked.Workspace.Value ? "" : " in another workspace")}";
        if (token.ModelSha256 != asked.Sha256)
            return $"the files are not those that approval {token.Id} was given for";
        // What was inherited was not asked for by endpoint; it may stay as it is, which is looked at before.
        if (token.Kind != ApprovalToken.Inherited && (token.Pins.GetValueOrDefault("remote") ?? "") != asked.Remote)
            return asked.Remote.Length == 0 ? $"approval {token.Id} was given for an endpoint elsewhere" : $"approval {token.Id} was not given for this endpoint elsewhere";
        return await keys.SignedAsync(token, cancel) ? null : $"the signature of approval {token.Id} is not good";
    }

    // A variant that is there already, and gets no more of the traffic than it has.
    private static bool Stays(VariantSpec variant, DeploymentSpec spec, DeploymentSpec? now) =>
        now?.Variants.FirstOrDefault(one => one.Approval == variant.Approval && one.Model == variant.Model && one.Version == variant.Version && one.Remote?.Sha256() == variant.Remote?.Sha256()) is { } before
        && Share(variant, spec) <= Share(before, now) && (before.Shadow || !variant.Shadow) && (!before.Shadow || variant.Shadow);

    private static double Share(VariantSpec variant, DeploymentSpec spec)
    {
        if (variant.Shadow)
            return variant.ShadowPercent ?? 100;
        var sum = spec.Variants.Where(static one => !one.Shadow).Sum(static one => (long)one.Weight);
        return sum == 0 ? 0 : 100.0 * variant.Weight / sum;
    }

    private static Failure NotApproved(ApprovalQuestion asked, string why) => new(FailureKind.Denied, NotApprovedCode,
        $"Version {asked.Version} of {asked.Model} may not get traffic of {asked.Environment}: {why}. Deliver it ('mlops deploy --model {asked.Model} --version {asked.Version} --environment {asked.Environment}'), which has it approved, or ask for approval first ('mlops approvals request').");

    private static string Date(long at) => DateTimeOffset.FromUnixTimeMilliseconds(at).ToString("yyyy-MM-dd HH:mm 'UTC'", System.Globalization.CultureInfo.InvariantCulture);

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();

    private readonly record struct ApprovalQuestion(WorkspaceId Workspace, string Environment, string Model, string Version, string Sha256, string Remote);
}
