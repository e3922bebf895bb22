using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Lineage;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Governance;

/// <summary>The register of incidents. Each act is an event of the incident's timeline and an entry of the audit trail. Thread-safe.</summary>
public sealed class Incidents
{
    private const string ObjectKind = "incident";
    private const int MostEvents = 1_000;
    private const int MostAffected = 1_000;

    private readonly Db _db;
    private readonly AuditLog _audit;
    private readonly Descendants _descendants;
    private readonly TimeProvider _time;

    /// <summary>Over a database; the server makes one.</summary>
    public Incidents(Db db, AuditLog audit, Descendants descendants, TimeProvider time) => (_db, _audit, _descendants, _time) = (db, audit, descendants, time);

    /// <summary>Opens an incident, or answers the one with the same key; <c>governance.invalid_incident</c>.</summary>
    public async ValueTask<Result<Incident>> OpenAsync(Actor actor, NewIncident incident, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(incident);
        var now = _time.GetUtcNow();
        if (IncidentRules.Problem(incident, now) is { } wrong)
            return wrong;
        var made = Made(actor, incident, Guid.CreateVersion7(now).ToString("N"), now.ToUnixTimeMilliseconds());
        var document = RegisterText.Write(made);
        var opened = await _db.WriteAsync<Incident>(async session =>
        {
            if (!await IncidentStore.InsertAsync(session, actor.Workspace, made, document))
                return (await IncidentStore.FindKeyAsync(session, actor.Workspace, made.Key))!;
            await IncidentStore.AddEventAsync(session, actor.Workspace, made.Id, new() { Kind = "opened", Text = made.Title, By = actor.Name, At = made.OpenedAt });
            await _audit.AppendAsync(session, actor, Entry("incident.open", made, document));
            return made;
        }, cancel);
        return opened.Failed(out var failed, out var kept) ? failed : await GetAsync(actor, kept.Id, cancel);
    }

    /// <summary>Adds to the timeline; the kind <c>mitigated</c> says that the effect has ended. <c>governance.incident_not_found</c>, <c>governance.invalid_incident</c>.</summary>
    public ValueTask<Result<Incident>> AddEventAsync(Actor actor, string id, string kind, string text, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(kind);
        return IncidentRules.Problem(kind, text) is { } wrong
            ? ValueTask.FromResult<Result<Incident>>(wrong)
            : ChangeAsync(actor, id, "incident.event", kind, text, (incident, at) => kind == IncidentRules.Mitigated && incident.State == IncidentRules.Open
                ? incident with { State = IncidentRules.Mitigated, MitigatedAt = at }
                : incident, cancel);
    }

    /// <summary>Ends an incident; again changes nothing. <c>governance.incident_not_found</c>, <c>governance.invalid_incident</c>.</summary>
    public ValueTask<Result<Incident>> ResolveAsync(Actor actor, string id, string resolution, CancellationToken cancel) =>
        IncidentRules.Invalid(RegisterText.Problem("text", resolution, required: true)) is { } wrong
            ? ValueTask.FromResult<Result<Incident>>(wrong)
            : ChangeAsync(actor, id, "incident.resolve", IncidentRules.Resolved, resolution, (incident, at) => incident.State is IncidentRules.Resolved or IncidentRules.Reviewed
                ? null
                : incident with { State = IncidentRules.Resolved, ResolvedAt = at, Resolution = resolution }, cancel);

    /// <summary>Says that a resolved incident with a known cause was looked at afterwards; besides <c>governance.incident_state</c>.</summary>
    public ValueTask<Result<Incident>> ReviewAsync(Actor actor, string id, string text, CancellationToken cancel) =>
        IncidentRules.Invalid(RegisterText.Problem("text", text, required: true)) is { } wrong
            ? ValueTask.FromResult<Result<Incident>>(wrong)
            : ChangeAsync(actor, id, "incident.review", IncidentRules.Reviewed, text, (incident, at) => (incident.State, incident.RootCause) switch
            {
                (IncidentRules.Reviewed, _) => (Incident?)null,
                (not IncidentRules.Resolved, _) => Failure.Conflict("governance.incident_state", $"Incident {id} is {incident.State}; resolve it before it is reviewed."),
                (_, null) => Failure.Conflict("governance.incident_state", $"Incident {id} has no root cause; say why it happened (root_cause) before it is reviewed."),
                _ => incident with { State = IncidentRules.Reviewed, ReviewedAt = at, ReviewedBy = actor.Name },
            }, cancel);

    /// <summary>Changes what is known of an incident; <c>governance.incident_not_found</c>, <c>governance.invalid_incident</c>.</summary>
    public ValueTask<Result<Incident>> UpdateAsync(Actor actor, string id, IncidentChange change, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(change);
        return IncidentRules.Problem(change, _time.GetUtcNow()) is { } wrong
            ? ValueTask.FromResult<Result<Incident>>(wrong)
            : ChangeAsync(actor, id, "incident.change", "changed", Told(change), (incident, _) => IncidentRules.Changed(incident, change), cancel);
    }

    /// <summary>One incident with its timeline and what it affects; <c>governance.incident_not_found</c>.</summary>
    public async ValueTask<Result<Incident>> GetAsync(Actor actor, string id, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(id);
        var (incident, events) = await _db.ReadAsync(async session => await IncidentStore.FindAsync(session, actor.Workspace, id) is { } found
            ? (found, await IncidentStore.EventsAsync(session, actor.Workspace, id, MostEvents))
            : (null, []), cancel);
        if (incident is null)
            return NotFound(id);
        return IncidentRules.Told(incident, events.Select(static one => (one.Kind, one.At)), _time.GetUtcNow()) with { Timeline = events, AffectedVersions = await AffectedAsync(actor, incident, cancel) };
    }

    /// <summary>One page, newest first; <c>governance.invalid_limit</c>, <c>governance.invalid_page_token</c>.</summary>
    public async ValueTask<Result<IncidentPage>> ListAsync(Actor actor, IncidentFilter filter, int? limit, string? token, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(filter);
        if (Listings.LimitProblem(limit, "governance") is { } wrong)
            return wrong;
        if (Listings.After(token, "governance.invalid_page_token").Failed(out var unknown, out var before))
            return unknown;
        var size = limit ?? Listings.DefaultLimit;
        var found = await _db.ReadAsync(session => IncidentStore.ListAsync(session, actor.Workspace, filter, before.Length == 0 ? "~" : before, size + 1), cancel);
        var page = Listings.Cut(found, size, static row => PageToken.Encode(row.Id));
        return new IncidentPage { Incidents = await ToldAsync(actor, page.Items, cancel), NextPageToken = page.NextToken };
    }

    /// <summary>Incidents of a period, newest first, and those from before that have not ended.</summary>
    internal async ValueTask<IReadOnlyList<Incident>> BetweenAsync(Actor actor, long since, long until, int limit, CancellationToken cancel) =>
        await ToldAsync(actor, await _db.ReadAsync(session => IncidentStore.BetweenAsync(session, actor.Workspace, since, until, limit), cancel), cancel);

    private async ValueTask<IReadOnlyList<Incident>> ToldAsync(Actor actor, IReadOnlyList<Incident> found, CancellationToken cancel)
    {
        if (found.Count == 0)
            return [];
        var notices = await _db.ReadAsync(session => IncidentStore.NoticesAsync(session, actor.Workspace, [.. found.Select(static one => one.Id)], Regulations.Known.Notices), cancel);
        return [.. found.Select(one => IncidentRules.Told(one, notices[one.Id], _time.GetUtcNow()))];
    }

    // Null from the change: nothing happens, and nothing is written.
    private async ValueTask<Result<Incident>> ChangeAsync(
        Actor actor, string id, string action, string kind, string text, Func<Incident, long, Result<Incident?>> change, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(id);
        var at = _time.GetUtcNow().ToUnixTimeMilliseconds();
        var changed = await _db.WriteAsync<Done>(async session =>
        {
            if (await IncidentStore.LockAsync(session, actor.Workspace, id) is not { } incident)
                return NotFound(id);
            if (change(incident, at).Failed(out var refused, out var next))
                return refused;
            if (next is null)
                return Done.Ok;
            var document = RegisterText.Write(next);
            await IncidentStore.UpdateAsync(session, actor.Workspace, next, document);
            await IncidentStore.AddEventAsync(session, actor.Workspace, id, new() { Kind = kind, Text = text, By = actor.Name, At = at });
            await _audit.AppendAsync(session, actor, Entry(action, next, document) with { Before = RegisterText.Hash(RegisterText.Write(incident)) });
            return Done.Ok;
        }, cancel);
        return changed.Failure is { } failure ? failure : await GetAsync(actor, id, cancel);
    }

    private async ValueTask<IReadOnlyList<string>> AffectedAsync(Actor actor, Incident incident, CancellationToken cancel)
    {
        var own = incident is { Model: { } model, Version: { } version } ? $"{model}/{version}" : null;
        var (kind, name) = incident.LineageNode?.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon
            ? (incident.LineageNode[..colon], incident.LineageNode[(colon + 1)..])
            : (NodeKinds.ModelVersion, own);
        var came = name is null ? [] : (await _descendants.VersionsOfNodeAsync(actor, kind, name, cancel)).Versions;
        return [.. (own is null ? came : came.Prepend(own)).Distinct(StringComparer.Ordinal).Take(MostAffected)];
    }

    private static Incident Made(Actor actor, NewIncident asked, string id, long now) => new()
    {
        Id = id,
        Key = asked.Key ?? id,
        Title = asked.Title,
        Severity = asked.Severity,
        Kind = asked.Kind,
        State = IncidentRules.Open,
        Environment = asked.Environment,
        Deployment = asked.Deployment,
        Model = asked.Model,
        Version = asked.Version,
        DeliveryId = asked.DeliveryId,
        LineageNode = asked.LineageNode,
        Detail = asked.Detail,
        StartedAt = asked.StartedAt ?? now,
        AwareAt = asked.AwareAt ?? now,
        OpenedAt = now,
        OpenedBy = actor.Name,
        PersonalDataBreach = asked.PersonalDataBreach || asked.Kind == IncidentRules.Breach,
        SeriousIncident = asked.SeriousIncident,
    };

    private static string Told(IncidentChange change) => string.Join(", ", new[]
    {
        change.Severity is null ? null : $"severity {change.Severity}",
        change.RootCause is null ? null : "root cause",
        change.FollowUps is null ? null : $"{change.FollowUps.Count} follow-ups",
        change.PersonalDataBreach is { } breach ? breach ? "a breach of personal data" : "no breach of personal data" : null,
        change.SeriousIncident is null ? null : $"serious incident: {change.SeriousIncident}",
        change.AwareAt is null ? null : "when one became aware of it",
    }.Where(static part => part is not null).DefaultIfEmpty("nothing"));

    private static AuditRecord Entry(string action, Incident incident, string document) => new(action, ObjectKind, incident.Id)
    {
        After = RegisterText.Hash(document),
        Detail = $$"""{"kind":"{{incident.Kind}}","severity":"{{incident.Severity}}","state":"{{incident.State}}"}""",
    };

    private static Failure NotFound(string id) => Failure.NotFound("governance.incident_not_found", $"There is no incident '{RegisterText.Clip(id)}'.");
}
