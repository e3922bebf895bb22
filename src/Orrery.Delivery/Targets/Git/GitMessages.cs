using System.Globalization;
using System.Text;
using Orrery.Contracts;

namespace Orrery.Delivery;

/// <summary>Texts of commits. The trailers are read again: they tell which delivery a commit belongs to.</summary>
internal static class GitMessages
{
    /// <summary>Of a step of a delivery.</summary>
    public static string Of(ReleaseOrder order, string step, int percent)
    {
        var share = percent < 100 ? string.Create(CultureInfo.InvariantCulture, $" with {percent} % of the traffic") : "";
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Deliver {Line(order.Model)} {Line(order.Version)} to {order.Target.Environment}{share}\n\n");
        if (!string.IsNullOrWhiteSpace(order.Justification))
            text.Append(Line(order.Justification)).Append("\n\n");
        text.Append(CultureInfo.InvariantCulture, $"Orrery-Delivery: {order.DeliveryId}\nOrrery-Step: {step}\nOrrery-Requested-By: {Line(order.RequestedBy)}\n");
        if (ApprovalToken.Parse(order.Approval) is { } token)
            text.Append(CultureInfo.InvariantCulture, $"Orrery-Approval: {Line(token.Id)}\n");
        return text.ToString();
    }

    /// <summary>Of taking a delivery back.</summary>
    public static string Revert(ReleaseOrder order, IReadOnlyList<string> commits, string reason)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Revert \"Deliver {Line(order.Model)} {Line(order.Version)} to {order.Target.Environment}\"\n\n{Line(reason)}\n\n");
        foreach (var commit in commits)
            text.Append(CultureInfo.InvariantCulture, $"This reverts commit {commit}.\n");
        return text.Append(CultureInfo.InvariantCulture, $"\nOrrery-Reverts: {order.DeliveryId}\nOrrery-Requested-By: {Line(order.RequestedBy)}\n").ToString();
    }

    /// <summary>Of going back to a commit.</summary>
    public static string GoBack(ReleaseOrder order, string commit, string reason) => string.Create(
        CultureInfo.InvariantCulture,
        $"Go back to {commit[..12]} with {Line(order.Name)} in {order.Target.Environment}\n\n{Line(reason)}\n\nOrrery-Reverts: {order.DeliveryId}\nOrrery-Requested-By: {Line(order.RequestedBy)}\n");

    // One line, so that nobody writes a trailer by a reason.
    private static string Line(string text)
    {
        var line = new string([.. text.Select(static one => char.IsControl(one) ? ' ' : one)]).Trim();
        return line.Length > 500 ? line[..500] : line;
    }
}
