using System.Globalization;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Governance;

/// <summary>Writes what a report says from its base.</summary>
internal static class ReportWriting
{
    private const int Format = 1;

    private static readonly string Generator = "Orrery " + typeof(ReportWriting).Assembly.GetName().Version?.ToString(3);

    public static ComplianceDocument Write(Actor actor, ComplianceReport report, EvidenceRecords known, DateTimeOffset now)
    {
        var rows = ControlMaps.Of(report.Framework).Select(row => RowCollectors.Collect(row, known)).ToList();
        return new()
        {
            Format = Format,
            Generator = Generator,
            Id = report.Id,
            Workspace = actor.WorkspaceName,
            Framework = report.Framework,
            From = report.From,
            To = report.To,
            At = now.ToUnixTimeMilliseconds(),
            RequestedBy = report.CreatedBy,
            MapVersion = $"{ControlMaps.Known.Version}, regulations {Regulations.Known.Version}",
            Regulations = [.. ControlMaps.Known.Regulations.Where(law => report.Framework == ControlMaps.All || law.Id == report.Framework)],
            Summary = RowCollectors.Statuses.ToDictionary(static status => status, status => rows.Count(row => row.Status == status), StringComparer.Ordinal),
            Rows = rows,
            Models = Models(known),
            Changes = Changes(known),
            Incidents = known.Incidents,
            Exceptions = known.Exceptions,
            SubjectRequests = known.Requests,
            Access = known.Access,
            AuditVerdict = known.Verdict,
            Checkpoints = known.Checkpoints,
            LeftOut = known.LeftOut,
        };
    }

    private static List<ReportedModel> Models(EvidenceRecords known)
    {
        var deployed = known.Deployed.ToLookup(static entry => entry.Model, static entry => $"{entry.Environment}/{entry.Deployment}: {entry.Version}{(entry.Shadow ? " (shadow)" : "")}", StringComparer.Ordinal);
        return
        [
            .. known.Models.Select(model => new ReportedModel
            {
                Name = model.Name,
                Versions = model.Versions,
                Newest = model.Newest,
                Hashed = model.Hashed,
                Deployed = [.. deployed[model.Name].Distinct(StringComparer.Ordinal)],
                Production = model.Production,
                Tier = known.Tiers.GetValueOrDefault(model.Name),
                Approval = known.Approvals.GetValueOrDefault(model.Name),
                CreatedBy = model.CreatedBy,
            }),
        ];
    }

    private static List<ReportedChange> Changes(EvidenceRecords known) =>
    [
        .. known.Changes.Select(static act => new ReportedChange
        {
            At = act.SealedAt,
            Action = act.Action,
            ObjectId = act.ObjectId,
            By = act.ActorId,
            EntryId = act.EntryId,
            Text = string.Create(CultureInfo.InvariantCulture, $"place {act.Seq} of the trail"),
        }).Concat(known.FurtherChanges).OrderByDescending(static change => change.At).ThenBy(static change => change.EntryId, StringComparer.Ordinal).Take(EvidenceReading.MostChanges),
    ];
}
