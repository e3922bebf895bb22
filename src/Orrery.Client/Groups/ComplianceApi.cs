using Orrery.Contracts;

namespace Orrery.Client;

/// <summary>Calls on the registers of governance: incidents, exceptions, requests of data subjects. Native: an MLflow server answers 404.</summary>
public sealed partial class ComplianceApi
{
    private const string Incidents = "incidents";
    private const string Exceptions = "exceptions";
    private const string Requests = "subject-requests";

    private readonly Wire _wire;

    internal ComplianceApi(Wire wire) => _wire = wire;

    /// <summary>Opens an incident, or answers the one with the same key; 400 <c>governance.invalid_incident</c>.</summary>
    public Task<Incident> OpenIncidentAsync(NewIncident incident, CancellationToken cancel = default) =>
        _wire.NativeAsync<NewIncident, Incident>(Incidents, incident, incident?.Key is null ? Repeat.IfNotActed : Repeat.Always, cancel);

    /// <summary>One page of incidents, newest first; null for any.</summary>
    public Task<IncidentPage> ListIncidentsAsync(string? state, string? severity, string? model, int? limit, string? pageToken, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<IncidentPage>(new Query(Incidents).With("state", state).With("severity", severity).With("model", model).With("limit", limit).With("page_token", pageToken), cancel);

    /// <summary>An incident with its timeline; 404 <c>governance.incident_not_found</c>.</summary>
    public Task<Incident> GetIncidentAsync(string id, CancellationToken cancel = default) => _wire.GetNativeAsync<Incident>(One(Incidents, id), cancel);

    /// <summary>Changes what is known of an incident.</summary>
    public Task<Incident> UpdateIncidentAsync(string id, IncidentChange change, CancellationToken cancel = default) =>
        _wire.NativeAsync<IncidentChange, Incident>(One(Incidents, id), change, Repeat.IfNotActed, cancel, HttpMethod.Patch);

    /// <summary>Adds to an incident's timeline.</summary>
    public Task<Incident> AddIncidentEventAsync(string id, NewIncidentEvent added, CancellationToken cancel = default) =>
        _wire.NativeAsync<NewIncidentEvent, Incident>(One(Incidents, id) + "/events", added, Repeat.IfNotActed, cancel);

    /// <summary>Ends an incident.</summary>
    public Task<Incident> ResolveIncidentAsync(string id, string resolution, CancellationToken cancel = default) =>
        _wire.NativeAsync<IncidentEnd, Incident>(One(Incidents, id) + "/resolve", new() { Text = resolution }, Repeat.Always, cancel);

    /// <summary>Says that a resolved incident was looked at; 409 <c>governance.incident_state</c>.</summary>
    public Task<Incident> ReviewIncidentAsync(string id, string text, CancellationToken cancel = default) =>
        _wire.NativeAsync<IncidentEnd, Incident>(One(Incidents, id) + "/review", new() { Text = text }, Repeat.Always, cancel);

    /// <summary>Asks for an exception; 400 <c>governance.invalid_exception</c>.</summary>
    public Task<PolicyExceptionEntry> RequestExceptionAsync(NewPolicyExceptionEntry asked, CancellationToken cancel = default) =>
        _wire.NativeAsync<NewPolicyExceptionEntry, PolicyExceptionEntry>(Exceptions, asked, asked?.Key is null ? Repeat.IfNotActed : Repeat.Always, cancel);

    /// <summary>One page of exceptions, newest first; null for any.</summary>
    public Task<PolicyExceptionPage> ListExceptionsAsync(string? state, string? control, string? model, int? limit, string? pageToken, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<PolicyExceptionPage>(new Query(Exceptions).With("state", state).With("control", control).With("model", model).With("limit", limit).With("page_token", pageToken), cancel);

    /// <summary>An exception; 404 <c>governance.exception_not_found</c>.</summary>
    public Task<PolicyExceptionEntry> GetExceptionAsync(string id, CancellationToken cancel = default) => _wire.GetNativeAsync<PolicyExceptionEntry>(One(Exceptions, id), cancel);

    /// <summary>Does to an exception what <paramref name="verb"/> says: <c>approve</c>, <c>reject</c>, <c>revoke</c>, <c>review</c>; 403 <c>governance.own_exception</c>, 409 <c>governance.exception_state</c>.</summary>
    public Task<PolicyExceptionEntry> DecideExceptionAsync(string id, string verb, ExceptionDecision decision, CancellationToken cancel = default) =>
        _wire.NativeAsync<ExceptionDecision, PolicyExceptionEntry>($"{One(Exceptions, id)}/{verb}", decision, Repeat.IfNotActed, cancel);

    /// <summary>Registers a request of a data subject; 400 <c>governance.invalid_subject_request</c>, <c>governance.invalid_subject</c>.</summary>
    public Task<SubjectRequest> RegisterSubjectRequestAsync(NewSubjectRequest asked, CancellationToken cancel = default) =>
        _wire.NativeAsync<NewSubjectRequest, SubjectRequest>(Requests, asked, asked?.Key is null ? Repeat.IfNotActed : Repeat.Always, cancel);

    /// <summary>One page of requests, newest first; null for any.</summary>
    public Task<SubjectRequestPage> ListSubjectRequestsAsync(string? state, string? type, bool overdue, int? limit, string? pageToken, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<SubjectRequestPage>(new Query(Requests).With("state", state).With("type", type).With("overdue", overdue ? "true" : null).With("limit", limit).With("page_token", pageToken), cancel);

    /// <summary>A request; 404 <c>governance.subject_request_not_found</c>.</summary>
    public Task<SubjectRequest> GetSubjectRequestAsync(string id, CancellationToken cancel = default) => _wire.GetNativeAsync<SubjectRequest>(One(Requests, id), cancel);

    /// <summary>Says what was done for a request, extends its time, or ends it; 409 <c>governance.subject_request_ended</c>.</summary>
    public Task<SubjectRequest> ChangeSubjectRequestAsync(string id, SubjectRequestChange change, CancellationToken cancel = default) =>
        _wire.NativeAsync<SubjectRequestChange, SubjectRequest>(One(Requests, id), change, Repeat.IfNotActed, cancel, HttpMethod.Patch);

    private static string One(string root, string id) => $"{root}/{Uri.EscapeDataString(id)}";
}
