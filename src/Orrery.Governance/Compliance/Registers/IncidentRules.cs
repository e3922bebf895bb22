using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Governance;

/// <summary>What may stand in the register of incidents, and what follows from it.</summary>
internal static class IncidentRules
{
    public const string Open = "open";
    public const string Mitigated = "mitigated";
    public const string Resolved = "resolved";
    public const string Reviewed = "reviewed";
    public const string Breach = "breach";

    private const int MostFollowUps = 50;
    private const string None = "none";

    private static readonly string[] Severities = ["sev1", "sev2", "sev3", "sev4"];
    private static readonly string[] SeriousKinds = ["serious", "death", "widespread"];

    // Events that other calls write.
    private static readonly string[] Reserved = ["opened", Resolved, Reviewed, "changed"];

    public static Failure? Problem(NewIncident asked, DateTimeOffset now) => Invalid(
        RegisterText.Problem("key", asked.Key, RegisterText.LongestKey)
        ?? RegisterText.Problem("title", asked.Title, 300, required: true)
        ?? SeverityProblem(asked.Severity)
        ?? (RegisterText.IsWord(asked.Kind) ? null : $"'kind' is '{RegisterText.Clip(asked.Kind)}'; it must be a word of lower-case letters, digits and underscores, such as automatic_rollback.")
        ?? RegisterText.Problem("environment", asked.Environment, 200) ?? RegisterText.Problem("deployment", asked.Deployment, 200) ?? RegisterText.Problem("model", asked.Model, 256)
        ?? RegisterText.Problem("version", asked.Version, 20) ?? RegisterText.Problem("delivery_id", asked.DeliveryId, 100) ?? RegisterText.Problem("lineage_node", asked.LineageNode, 1_000)
        ?? RegisterText.Problem("detail", asked.Detail)
        ?? RegisterText.PastProblem("started_at", asked.StartedAt, now) ?? RegisterText.PastProblem("aware_at", asked.AwareAt, now)
        ?? SeriousProblem(asked.SeriousIncident));

    public static Failure? Problem(IncidentChange asked, DateTimeOffset now) => Invalid(
        (asked.Severity is null ? null : SeverityProblem(asked.Severity))
        ?? RegisterText.Problem("root_cause", asked.RootCause)
        ?? (asked.FollowUps?.Count > MostFollowUps ? $"There are {asked.FollowUps.Count} follow-ups; there may be {MostFollowUps}." : null)
        ?? asked.FollowUps?.Select(one => RegisterText.Problem("follow_ups.text", one.Text, 1_000, required: true) ?? RegisterText.Problem("follow_ups.owner", one.Owner, 200, required: true)
            ?? (one.DueAt > 0 ? null : "'follow_ups.due_at' is missing; give Unix milliseconds.") ?? RegisterText.PastProblem("follow_ups.done_at", one.DoneAt, now)).FirstOrDefault(static wrong => wrong is not null)
        ?? RegisterText.PastProblem("aware_at", asked.AwareAt, now)
        ?? (asked.SeriousIncident is None ? null : SeriousProblem(asked.SeriousIncident)));

    public static Failure? Problem(string kind, string text) => Invalid(
        !RegisterText.IsWord(kind) ? $"'kind' is '{RegisterText.Clip(kind)}'; it must be a word of lower-case letters, digits and underscores, such as note."
        : Reserved.Contains(kind) ? $"'{kind}' is written by the register itself; use /resolve, /review or PATCH."
        : RegisterText.Problem("text", text, required: true));

    public static Failure? Invalid(string? wrong) => wrong is null ? null : Failure.Invalid("governance.invalid_incident", wrong);

    public static Incident Changed(Incident incident, IncidentChange asked) => incident with
    {
        Severity = asked.Severity ?? incident.Severity,
        RootCause = asked.RootCause ?? incident.RootCause,
        FollowUps = asked.FollowUps is null ? incident.FollowUps : [.. asked.FollowUps.Select(static one => one with { IsOverdue = false })],
        PersonalDataBreach = asked.PersonalDataBreach ?? incident.PersonalDataBreach,
        SeriousIncident = asked.SeriousIncident is None ? null : asked.SeriousIncident ?? incident.SeriousIncident,
        AwareAt = asked.AwareAt ?? incident.AwareAt,
    };

    /// <summary>The incident with what is computed from its times.</summary>
    public static Incident Told(Incident incident, IEnumerable<(string Kind, long At)> notices, DateTimeOffset now)
    {
        var at = now.ToUnixTimeMilliseconds();
        var known = notices.ToLookup(static one => one.Kind, static one => one.At);
        return incident with
        {
            SecondsToRestore = (incident.MitigatedAt ?? incident.ResolvedAt) is { } end ? Math.Max(0, end - incident.StartedAt) / 1000.0 : null,
            FollowUps = [.. incident.FollowUps.Select(one => one with { IsOverdue = one.DoneAt is null && one.DueAt < at })],
            Deadlines = [.. Regulations.Known.Clocks.Where(clock => Runs(clock, incident)).Select(clock => Deadline(clock, incident, known[clock.MetBy].Select(static time => (long?)time).Min(), at))],
        };
    }

    private static bool Runs(LegalClock clock, Incident incident) => clock.When == "personal_data_breach" ? incident.PersonalDataBreach : clock.When == incident.SeriousIncident;

    private static IncidentDeadline Deadline(LegalClock clock, Incident incident, long? met, long now)
    {
        var due = incident.AwareAt + (long)TimeSpan.FromHours(clock.Hours).TotalMilliseconds;
        return new()
        {
            Id = clock.Id,
            Text = clock.Text,
            DueAt = due,
            MetAt = met,
            State = met is { } at ? at <= due ? "met" : "late" : now <= due ? "running" : "overdue",
        };
    }

    private static string? SeverityProblem(string severity) => Severities.Contains(severity) ? null : $"'severity' is '{RegisterText.Clip(severity)}'; it must be sev1, sev2, sev3 or sev4.";

    private static string? SeriousProblem(string? kind) => kind is null || SeriousKinds.Contains(kind) ? null : $"'serious_incident' is '{RegisterText.Clip(kind)}'; it must be serious, death or widespread.";
}
