using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>What would become of a change of a deployment, as people read it.</summary>
internal static class DeploymentVerdictText
{
    /// <summary>Shows it, and says with which code the verb ends.</summary>
    public static int Show(Session session, DeploymentVerdict verdict)
    {
        // What is wrong with the document as a whole is told of no variant.
        if (verdict.Variants.Count > 0 || session.Output.IsJson)
        {
            session.Output.List(
                verdict, verdict.Variants, null,
                ("VARIANT", static one => one.Name),
                ("MODEL", static one => $"{one.Model} {one.Version}".TrimEnd()),
                ("CHANGE", static one => one.Change),
                ("NOW", static one => Share(one, one.Before)),
                ("THEN", static one => Share(one, one.After)),
                ("REFUSED", static one => one.Message));
        }

        if (!session.Output.IsJson)
            session.Output.Remark(Told(verdict));
        return verdict.Allowed ? ExitCodes.Ok : ExitCodes.Refused;
    }

    private static string Told(DeploymentVerdict verdict) => verdict switch
    {
        { Allowed: false } => $"It would be refused ({verdict.Code}): {verdict.Message}",
        { Changes: false } => "It would be allowed, and change nothing.",
        _ => $"It would be allowed, as the revision after {DeploymentText.Number(verdict.Revision)}. Nothing was changed.",
    };

    private static string? Share(VariantVerdict variant, double? share) => share switch
    {
        null => null,
        _ when variant.Shadow => "shadow",
        { } part => string.Create(CultureInfo.InvariantCulture, $"{100 * part:0.####} %"),
    };
}
