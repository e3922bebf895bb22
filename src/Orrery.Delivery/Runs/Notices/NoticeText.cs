namespace Orrery.Delivery;

/// <summary>What is told of a delivery.</summary>
/// <param name="Title">One line.</param>
/// <param name="Lines">Facts: names and values.</param>
internal sealed record NoticeText(string Title, IReadOnlyList<(string Name, string Value)> Lines)
{
    public static NoticeText Of(DeliveryRow row)
    {
        var what = $"{row.Spec.Model} {row.Spec.Version}";
        var title = row.State switch
        {
            DeliveryStates.Succeeded => $"{what} was delivered to {row.Environment}",
            DeliveryStates.Waiting => $"{what} waits for approval for {row.Environment}",
            DeliveryStates.RolledBack => $"{what} was taken back from {row.Environment}",
            DeliveryStates.Rejected => $"{what} was rejected for {row.Environment}",
            DeliveryStates.Cancelled => $"The delivery of {what} to {row.Environment} was stopped",
            DeliveryStates.Failed => $"The delivery of {what} to {row.Environment} failed at {row.Stage}",
            _ => $"The delivery of {what} to {row.Environment} is {row.State}",
        };
        var lines = new List<(string, string)> { ("Deployment", row.Name), ("Asked for by", row.RequestedBy), ("Delivery", row.Id) };
        if (row.Spec.Justification is { Length: > 0 } why)
            lines.Add(("Why", why.Length > 300 ? why[..300] : why));
        if (row.Message is { Length: > 0 } message)
            lines.Add(("Message", message.Length > 500 ? message[..500] : message));
        if (row.Plan.IncidentId is { } incident)
            lines.Add(("Incident", incident));
        return new NoticeText(title, lines);
    }
}
