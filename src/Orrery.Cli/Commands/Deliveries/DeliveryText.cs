using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>Deliveries as people read them.</summary>
internal static class DeliveryText
{
    /// <summary>One delivery with its stages, the wire's record as JSON.</summary>
    public static void Show(Session session, ModelDelivery one) => session.Output.Details(
        one,
        ("Delivery", one.Id),
        ("Version", $"{one.Model} {one.Version}"),
        ("To", $"{one.Name} in {one.Environment}"),
        ("State", one.State),
        ("Stages", Printable.Lines(one.Stages.Select(Stage))),
        ("Message", one.Message),
        ("Approval", one.ApprovalId),
        ("Revision", one.Revision),
        ("V1", one.State == "succeeded" ? new Uri(session.Client.Address, $"{Uri.EscapeDataString(one.Environment)}/v1/models/{Uri.EscapeDataString(one.Name)}:predict").AbsoluteUri : null),
        ("Link", one.Link),
        ("Asked for", Printable.Time(one.RequestedAt)),
        ("By", one.RequestedBy),
        ("Why", one.Justification),
        ("Incident", one.IncidentId));

    /// <summary><c>validate passed 0.3 s: Version 1 is there.</c></summary>
    public static string Stage(DeliveryStage stage)
    {
        var took = stage.Seconds is { } seconds ? string.Create(CultureInfo.InvariantCulture, $" {seconds:0.0} s") : "";
        return $"{stage.Name} {stage.State}{took}{(stage.Message is { Length: > 0 } message ? ": " + message : "")}";
    }
}
