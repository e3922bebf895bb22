using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>Deployments as people read them.</summary>
internal static class DeploymentText
{
    /// <summary><c>stable churn 1 90 %, canary churn 2 10 %, shadow churn 3</c>.</summary>
    public static string Traffic(DeploymentSpec spec)
    {
        var sum = spec.Variants.Where(static variant => !variant.Shadow).Sum(static variant => (long)variant.Weight);
        return string.Join(", ", spec.Variants.Select(variant => $"{variant.Name} {variant.Model} {variant.Version} {Share(variant, sum)}".TrimEnd()));
    }

    /// <summary>One thing for people, the wire's record as JSON.</summary>
    public static void Show(Session session, Deployment deployment) => session.Output.Details(
        deployment,
        ("Deployment", $"{deployment.Name} in {deployment.Environment}"),
        ("Revision", Number(deployment.Revision)),
        ("State", deployment.State),
        ("Traffic", Traffic(deployment.Spec)),
        ("Same variant by", deployment.Spec.Sticky?.Header),
        ("V1", Address(session, deployment, $"v1/models/{Uri.EscapeDataString(deployment.Name)}:predict")),
        ("V2", Address(session, deployment, $"v2/models/{Uri.EscapeDataString(deployment.Name)}/infer")),
        ("Servers", Printable.Lines(deployment.Nodes.Select(Node))),
        ("Changed", Printable.Time(deployment.UpdatedAt)),
        ("By", deployment.CreatedBy),
        ("Note", deployment.Spec.Note));

    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Address(Session session, Deployment deployment, string path) =>
        new Uri(session.Client.Address, $"{Uri.EscapeDataString(deployment.Environment)}/{path}").AbsoluteUri;

    private static string Node(DeploymentNode node) =>
        $"{node.Node} {node.State}, {(node.Serving is { } serving ? $"answers with revision {Number(serving)}" : "answers with none")}{(node.Reason is null ? "" : ": " + node.Reason)}";

    private static string Share(VariantSpec variant, long sum) => variant switch
    {
        { Shadow: true, ShadowPercent: { } percent } => string.Create(CultureInfo.InvariantCulture, $"sees {percent:0.####} %"),
        { Shadow: true } => "sees all",
        _ => string.Create(CultureInfo.InvariantCulture, $"{(sum == 0 ? 0 : 100.0 * variant.Weight / sum):0.####} %"),
    };
}
