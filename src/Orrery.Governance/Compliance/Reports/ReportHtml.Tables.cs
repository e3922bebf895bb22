using System.Text;
using Orrery.Contracts;

namespace Orrery.Governance;

/// <summary>The tables of a report.</summary>
internal static partial class ReportHtml
{
    private static void People(StringBuilder page, ComplianceDocument report)
    {
        page.Append("<h2 id=\"people\">What a person must add</h2>\n");
        var rows = report.Rows.Where(static row => row.People.Count > 0).ToList();
        if (rows.Count == 0)
        {
            page.Append("<p>Nothing.</p>\n");
            return;
        }

        page.Append("<ul>");
        foreach (var row in rows)
            page.Append("<li>Row ").Append(Number(row.Id)).Append(", ").Append(Encode(row.Topic)).Append(": ").Append(Encode(string.Join("; ", row.People))).Append(".</li>");
        page.Append("</ul>\n");
    }

    private static void Models(StringBuilder page, ComplianceDocument report) => Table(
        page, "models", "Models", report.Models, "No model is registered.", ["Model", "Versions", "Newest", "Hashed", "Production", "Deployed", "Risk", "Approval", "Registered by"], static model =>
        [
            model.Name, Number(model.Versions), Number(model.Newest), Number(model.Hashed), model.Production is { } version ? Number(version) : "", string.Join(", ", model.Deployed),
            model.Tier ?? "not assessed", model.Approval ?? "none recorded", model.CreatedBy,
        ]);

    private static void Changes(StringBuilder page, ComplianceDocument report) => Table(
        page, "changes", "Changes in the period", report.Changes, "Nothing was deployed, promoted or rolled back.", ["Time", "Action", "Object", "By", "Entry", "More"], static change =>
        [Time(change.At), change.Action, change.ObjectId, change.By, change.EntryId, change.Text]);

    private static void Incidents(StringBuilder page, ComplianceDocument report) => Table(
        page, "incidents", "Incidents", report.Incidents, "No incident is registered for the period.", ["Opened", "Severity", "State", "Kind", "Title", "Model", "Restored after", "Deadlines"], static one =>
        [
            Time(one.OpenedAt), one.Severity, one.State, one.Kind, one.Title, one.Model is null ? "" : one.Version is null ? one.Model : $"{one.Model}/{one.Version}",
            one.SecondsToRestore is { } seconds ? $"{Number((long)seconds)} s" : "", string.Join("; ", one.Deadlines.Select(static clock => $"{clock.Id} {Time(clock.DueAt)} {clock.State}")),
        ]);

    private static void Exceptions(StringBuilder page, ComplianceDocument report) => Table(
        page, "exceptions", "Exceptions", report.Exceptions, "No exception is registered for the period.", ["Control", "State", "For", "Reason", "Measure", "Owner", "Asked by", "Decided by", "Expires", "Review"], static one =>
        [
            one.Control, one.State, string.Join(' ', new[] { one.Model ?? "all", one.Version, one.Environment }.Where(static part => part is not null)), one.Reason, one.CompensatingMeasure, one.Owner,
            one.RequestedBy, one.DecidedBy, Day(one.ExpiresAt), one.IsReviewOverdue ? "overdue" : Day(one.ReviewAt),
        ]);

    private static void Requests(StringBuilder page, ComplianceDocument report) => Table(
        page, "requests", "Requests of data subjects", report.SubjectRequests, "No request is registered for the period.", ["Received", "Type", "State", "Due", "Extended", "Ended", "Outcome", "Links"], static one =>
        [
            Time(one.ReceivedAt), one.Type, one.State, one.IsOverdue ? Day(one.DueAt) + ", overdue" : Day(one.DueAt), one.ExtensionReason, one.WasLate ? Time(one.EndedAt) + ", late" : Time(one.EndedAt), one.ReviewOutcome,
            string.Join(", ", one.Links.Select(static link => $"{link.Kind} {link.Id}")),
        ]);

    private static void Access(StringBuilder page, ComplianceDocument report)
    {
        if (report.Access is not { } review)
            return;
        page.Append("<h2 id=\"access\">Access review</h2>\n<dl>");
        Pair(page, "Read", Time(review.At));
        Pair(page, "Sign-in", review.IsIdentityOn ? "People must sign in." : "Nobody has to sign in: the server listens to its own machine only.");
        Pair(page, "Single sign-on", review.SingleSignOnIssuer ?? "not configured");
        Pair(page, "Sessions", FormattableString.Invariant($"end after {review.SessionIdleMinutes:0.#} minutes of quiet, and after {review.SessionLongestMinutes:0.#} minutes in any case"));
        page.Append("</dl>\n");
        Table(page, "grants", null, review.Grants, "There are no grants.", ["Subject", "Role", "On", "Given by", "Given", "Ends"], static grant =>
            [grant.Subject, grant.Role, grant.Everywhere ? "everywhere" : grant.ObjectKind is null ? "the workspace" : $"{grant.ObjectKind} {grant.ObjectId}", grant.GrantedBy, Time(grant.GrantedAt), Time(grant.ExpiresAt)]);
        Table(page, "principals", null, review.Principals, "Grants reach nobody.", ["Principal", "Kind", "State", "Second factor", "Token last used"], static one =>
            [one.Name, one.Kind, one.State, one.HasSecondFactor ? "yes" : "no", Time(one.TokenLastUsedAt)]);
        Table(page, "tokens", null, review.Tokens, "There are no tokens.", ["Token", "Owner", "Scope", "Made", "Ends", "Last used", "State"], static one =>
            [
                one.Name, one.Owner, (one.ThisWorkspaceOnly ? "this workspace" : "all of its owner's workspaces") + (one.Permissions is null ? "" : $", {one.Permissions.Count} permissions"), Time(one.CreatedAt), Time(one.ExpiresAt),
                Time(one.LastUsedAt), one.RevokedAt is not null ? "revoked" : one.IsOrphan ? "owner disabled" : "",
            ]);
    }

    private static void Trail(StringBuilder page, ComplianceDocument report)
    {
        page.Append("<h2 id=\"trail\">Audit trail</h2>\n");
        if (report.AuditVerdict is { } verdict)
        {
            page.Append("<dl>");
            Pair(page, "Result", verdict.Valid ? "The whole chain was computed anew and nothing was wrong." : $"BROKEN: {verdict.Fault?.Message}");
            Pair(page, "Entries", $"{Number(verdict.Entries)}, places {Number(verdict.FirstSeq)} to {Number(verdict.LastSeq)}");
            Pair(page, "Head", verdict.Head);
            Pair(page, "Checkpoints held against", Number(verdict.Checkpoints));
            page.Append("</dl>\n");
        }

        Table(page, "checkpoints", null, report.Checkpoints, "No checkpoint is signed yet.", ["Size", "Signed", "Head", "Key"], static one => [Number(one.Size), Time(one.At), one.Head, one.KeyId]);
    }

    private static void Laws(StringBuilder page, ComplianceDocument report) => Table(
        page, "laws", "Laws and standards", report.Regulations, "None.", ["Name", "Reference", "Status", "Dates", "Note"], static law => [law.Name, law.Reference, law.Status, string.Join("; ", law.Dates), law.Note]);

    private static void Table<T>(StringBuilder page, string id, string? title, IReadOnlyList<T> rows, string none, string[] columns, Func<T, string?[]> cells)
    {
        if (title is not null)
            page.Append("<h2 id=\"").Append(id).Append("\">").Append(Encode(title)).Append("</h2>\n");
        if (rows.Count == 0)
        {
            page.Append("<p>").Append(Encode(none)).Append("</p>\n");
            return;
        }

        page.Append("<div class=\"wide\"><table><thead><tr>");
        foreach (var column in columns)
            page.Append("<th>").Append(Encode(column)).Append("</th>");
        page.Append("</tr></thead><tbody>\n");
        foreach (var row in rows)
        {
            page.Append("<tr>");
            foreach (var cell in cells(row))
                page.Append("<td>").Append(Encode(cell)).Append("</td>");
            page.Append("</tr>\n");
        }

        page.Append("</tbody></table></div>\n");
    }
}
