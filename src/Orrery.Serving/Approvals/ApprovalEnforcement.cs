using Microsoft.Extensions.Logging;

namespace Orrery.Serving;

/// <summary>Finds what answers under approvals that have ended: a waiver whose time is over, an approval that was revoked. From memory alone.</summary>
internal sealed class ApprovalEnforcement(ApprovalCheck check, ILogger<ApprovalEnforcement> logger)
{
    /// <summary>Variants of a deployment whose traffic has to end, and why.</summary>
    public List<(ActiveVariant Variant, string Reason)> Ended(ActiveDeployment deployment)
    {
        var key = deployment.Row.Key;
        var ended = new List<(ActiveVariant Variant, string Reason)>();
        if (!check.IsGoverned(key.Environment))
            return ended;
        foreach (var variant in deployment.Answering.Concat(deployment.Shadows))
        {
            if (variant.Approval is not { } token || check.Ended(token, key.Workspace) is not { } why)
                continue;
            Log.ApprovalEnded(logger, variant.Name, key.Name, key.Environment, why);
            ended.Add((variant, $"Version {variant.Version} of {variant.Model} gets no traffic of {key.Environment} any more: {why}."));
        }

        return ended;
    }

    /// <summary>The deployment without some of its variants; null when nothing is left that requests go to by themselves.</summary>
    public static ActiveDeployment? Without(ActiveDeployment deployment, List<(ActiveVariant Variant, string Reason)> gone)
    {
        var left = deployment.Answering.Concat(deployment.Shadows).Where(variant => !gone.Exists(one => one.Variant == variant)).ToList();
        return left.Exists(static variant => variant.Spec is { Shadow: false, Weight: > 0 }) ? deployment.With(left, gone[0].Reason) : null;
    }
}
