using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Registry;
using Orrery.Storage;

namespace Orrery.Serving;

/// <summary>
/// Keeps versions without an approval out of the traffic of governed environments. A token says which version of which files may get which environment's traffic; what it says is
/// believed for its signature. When a revision is made, and each time that one is brought to life, the signature is checked, and by the database whether the approval stands.
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
    /// does not hold is replaced by the one that stands, if one does; a variant that names none keeps the one it has. In environments that are not governed tokens are left out.
    /// What is brought to traffic is looked at: an approval whose grounds have changed is voided, and does not count.
    /// </summary>
    /// <param name="actor">In which workspace.</param>
    /// <param name="environment">Where.</param>
    /// <param name="spec">What it is to be.</param>
    /// <param name="now">What it is; null for nothing.</param>
    /// <param name="goesBack">Whether an earlier revision is gone back to, which answered under its approvals.</param>
    /// <param name="cancel">Breaks off.</param>
    public async ValueTask<Result<DeploymentSpec>> PinAsync(Actor actor, string environment, DeploymentSpec spec, DeploymentSpec? now, bool goesBack, CancellationToken cancel)
    {
        var pinned = new List<VariantSpec>();
        foreach (var variant in spec.Variants)
        {
            if ((await PinOneAsync(actor, environment, variant, spec, now, goesBack, cancel)).Failed(out var refused, out var one))
                return refused;
            pinned.Add(one);
        }

        return spec with { Variants = pinned };
    }

    /// <summary>As <see cref="PinAsync"/> for one variant of a document.</summary>
    public async ValueTask<Result<VariantSpec>> PinOneAsync(
        Actor actor, string environment, VariantSpec variant, DeploymentSpec spec, DeploymentSpec? now, bool goesBack, CancellationToken cancel)
    {
        if (!options.IsGoverned(environment))
            return variant with { Approval = null };
        if ((await packages.GetAsync(actor, variant.Model, variant.Version, cancel)).Failed(out var unknown, out var package))
            return unknown;
        var kept = Kept(variant, spec, now);
        // What is there without a token stays as it is named: without one.
        var named = variant.Approval ?? kept?.Approval;
        var asked = new ApprovalQuestion(actor.Workspace, environment, variant.Model, variant.Version, package.Sha256 ?? "", variant.Remote?.Sha256() ?? "");
        return (await TokenAsync(named, asked, goesOn: goesBack || kept is not null, cancel)).Failed(out var unapproved, out var token) ? unapproved : variant with { Approval = token };
    }

    /// <summary>
    /// Why a document that <see cref="PinAsync"/> gave may not be written after all, by the database as the transaction sees it; null when it may. Its approvals do not end before the
    /// transaction does.
    /// </summary>
    /// <param name="session">That writes the revision, with the deployment held.</param>
    /// <param name="key">Which deployment.</param>
    /// <param name="pinned">What it is to be.</param>
    /// <param name="now">What it is in the transaction; null for nothing.</param>
    /// <param name="goesBack">As <see cref="PinAsync"/> was told.</param>
    public async ValueTask<Failure?> RecheckAsync(DbSession session, DeploymentKey key, DeploymentSpec pinned, DeploymentSpec? now, bool goesBack)
    {
        if (!options.IsGoverned(key.Environment) || records() is not { } known)
            return null;
        // In one order, so that two who hold several do not wait for each other.
        foreach (var variant in pinned.Variants.OrderBy(static variant => variant.Approval, StringComparer.Ordinal))
        {
            if (ApprovalToken.Parse(variant.Approval) is { } token && await known.HoldAsync(session, key.Workspace, token.Id) is { } end
                && (end.StopsTraffic || (!goesBack && Kept(variant, pinned, now) is null)))
                return NotApproved(new(key.Workspace, key.Environment, variant.Model, variant.Version, "", ""), Over(token, end));
        }

        return null;
    }

    /// <summary>
    /// The token under which a stored revision's variant is brought to life, null where none is asked for; <c>serving.not_approved</c>. What was there before approvals were asked for
    /// has no token in its document: whoever keeps them has signed one since.
    /// </summary>
    /// <param name="row">The revision.</param>
    /// <param name="variant">Of it.</param>
    /// <param name="sha256">Of the version's files as they are now.</param>
    /// <param name="cancel">Breaks off.</param>
    public async ValueTask<Result<string?>> AdmitAsync(DeploymentRow row, VariantSpec variant, string? sha256, CancellationToken cancel)
    {
        if (!options.IsGoverned(row.Key.Environment))
            return (string?)null;
        var asked = new ApprovalQuestion(row.Key.Workspace, row.Key.Environment, variant.Model, variant.Version, sha256 ?? "", variant.Remote?.Sha256() ?? "");
        if (variant.Approval is null)
            return (await TokenAsync(null, asked, goesOn: true, cancel)).Then(static token => (Result<string?>)token);
        // Whether it was used in time was asked when the revision was made: one that changes limits, or goes back, may be made later.
        if ((await RefusalAsync(variant.Approval, asked, TokenUse.GoesOn, cancel)).Failed(out var unsure, out var why))
            return unsure;
        return why is null ? variant.Approval : NotApproved(asked, why);
    }

    /// <summary>Why traffic under a token has to end now, from memory alone; null when it goes on.</summary>
    public string? Ended(ApprovalToken token, WorkspaceId workspace) =>
        TimeOver(token) ?? (records()?.EndOf(workspace, token.Id) is { StopsTraffic: true } end ? Over(token, end) : null);

    /// <summary>Whether approvals are asked for in an environment.</summary>
    public bool IsGoverned(string environment) => options.IsGoverned(environment);

    // The token that is named, or the one that takes its place.
    private async ValueTask<Result<string>> TokenAsync(string? named, ApprovalQuestion asked, bool goesOn, CancellationToken cancel)
    {
        if ((await RefusalAsync(named, asked, goesOn ? TokenUse.GoesOn : TokenUse.Begins, cancel)).Failed(out var unsure, out var why))
            return unsure;
        if (why is null)
            return named!;
        if (records() is not { } known)
            return NotApproved(asked, why);
        if ((await known.FindTokenAsync(Actor.System(asked.Workspace, ""), asked.Environment, asked.Model, asked.Version, cancel)).Failed(out unsure, out var standing))
            return unsure;
        // What names none is there under what was found for it, as it will be after the next start.
        var use = named is null && goesOn ? TokenUse.GoesOn : TokenUse.Found;
        if (standing is not null)
        {
            if ((await RefusalAsync(standing, asked, use, cancel)).Failed(out unsure, out why))
                return unsure;
            if (why is null)
                return standing;
        }

        if (use == TokenUse.GoesOn && await known.FindInheritedAsync(asked.Workspace, asked.Environment, asked.Model, asked.Version, cancel) is { } inherited)
        {
            if ((await RefusalAsync(inherited, asked, use, cancel)).Failed(out unsure, out why))
                return unsure;
            if (why is null)
                return inherited;
        }

        return NotApproved(asked, why);
    }

    // Why a token may not be used so; null when it may. Fails when its grounds could not be looked at.
    private async ValueTask<Result<string?>> RefusalAsync(string? text, ApprovalQuestion asked, TokenUse use, CancellationToken cancel)
    {
        if (await BadAsync(text, asked, cancel) is { } bad)
            return bad;
        var token = ApprovalToken.Parse(text)!;
        if (TimeOver(token) is { } over)
            return over;
        if (use != TokenUse.GoesOn && token.Kind == ApprovalToken.Inherited && asked.Remote.Length > 0)
            return $"approval {token.Id} was inherited, and holds for the endpoint that answered then";
        if (use != TokenUse.GoesOn && token.UseBy < Now())
            return $"approval {token.Id} was to be used by {Date(token.UseBy)}";
        ApprovalEnd? end = null;
        if (records() is not { } known)
            return (string?)null;
        if (use != TokenUse.Begins)
            end = await known.FindEndAsync(asked.Workspace, token.Id, cancel);
        else if ((await known.LookAsync(asked.Workspace, token.Id, cancel)).Failed(out var unsure, out end))
            return unsure;
        return end is not null && (end.StopsTraffic || use != TokenUse.GoesOn) ? Over(token, end) : (string?)null;
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

    private string? TimeOver(ApprovalToken token) =>
        token.NotAfter is { } end && end <= Now() ? $"{(token.Kind == ApprovalToken.Waiver ? "waiver" : "approval")} {token.Id} ended at {Date(end)}" : null;

    private static string Over(ApprovalToken token, ApprovalEnd end) => $"approval {token.Id} does not stand any more: {end.Reason}";

    // The variant as it is there already, when it stays and gets no more of the traffic than it has; null for anything new.
    private static VariantSpec? Kept(VariantSpec variant, DeploymentSpec spec, DeploymentSpec? now) =>
        now?.Variants.FirstOrDefault(one => IsUnder(one, variant.Approval) && one.Model == variant.Model && one.Version == variant.Version && one.Remote?.Sha256() == variant.Remote?.Sha256()) is { } before
        && Share(variant, spec) <= Share(before, now) && (before.Shadow || !variant.Shadow) && (!before.Shadow || variant.Shadow) ? before : null;

    // A document that names no approval means the one that is there; what was there before approvals were asked for is under the one it inherited.
    private static bool IsUnder(VariantSpec there, string? approval) =>
        approval is null || there.Approval == approval || (there.Approval is null && ApprovalToken.Parse(approval)?.Kind == ApprovalToken.Inherited);

    private static double Share(VariantSpec variant, DeploymentSpec spec)
    {
        if (variant.Shadow)
            return variant.ShadowPercent ?? 100;
        var sum = spec.Variants.Where(static one => !one.Shadow).Sum(static one => (long)one.Weight);
        return sum == 0 ? 0 : 100.0 * variant.Weight / sum;
    }

    private static Failure NotApproved(ApprovalQuestion asked, string why) => new(FailureKind.Denied, NotApprovedCode,
        $"Version {asked.Version} of {asked.Model} may not get traffic of {asked.Environment}: {why.TrimEnd('.')}. Deliver it ('mlops deploy --model {asked.Model} --version {asked.Version} --environment {asked.Environment}'), which has it approved, or ask for approval first ('mlops approvals request').");

    private static string Date(long at) => DateTimeOffset.FromUnixTimeMilliseconds(at).ToString("yyyy-MM-dd HH:mm 'UTC'", System.Globalization.CultureInfo.InvariantCulture);

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();

    private enum TokenUse
    {
        // What answers, or is gone back to, goes on.
        GoesOn,

        // A version is brought to traffic under a token that the records gave just now.
        Found,

        // A version is brought to traffic under a token that somebody named.
        Begins,
    }

    private readonly record struct ApprovalQuestion(WorkspaceId Workspace, string Environment, string Model, string Version, string Sha256, string Remote);
}
