using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Tenancy;

namespace Orrery.Governance;

/// <summary><c>/api/v1/incidents</c>.</summary>
internal static class IncidentEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var all = app.MapGroup("/api/v1/incidents").WithTags("Compliance");
        all.MapPost("", OpenAsync).RequirePermission(Permissions.Comply).WithName("OpenIncident").WithSummary("Opens an incident, or answers the one with the same key.");
        all.MapGet("", ListAsync).RequirePermission(Permissions.Report).WithName("ListIncidents").WithSummary("Incidents, newest first.");
        var one = all.MapGroup("{id}");
        one.MapGet("", GetAsync).RequirePermission(Permissions.Report).WithName("GetIncident").WithSummary("An incident with its timeline, deadlines and what it affects.");
        one.MapPatch("", UpdateAsync).RequirePermission(Permissions.Comply).WithName("UpdateIncident").WithSummary("Changes what is known of an incident: severity, cause, follow-ups, clocks of the law.");
        one.MapPost("events", AddEventAsync).RequirePermission(Permissions.Comply).WithName("AddIncidentEvent").WithSummary("Adds to an incident's timeline.");
        one.MapPost("resolve", ResolveAsync).RequirePermission(Permissions.Comply).WithName("ResolveIncident").WithSummary("Ends an incident.");
        one.MapPost("review", ReviewAsync).RequirePermission(Permissions.Comply).WithName("ReviewIncident").WithSummary("Says that a resolved incident was looked at afterwards.");
    }

    private static async Task<Answer<Incident>> OpenAsync(NewIncident body, HttpContext context, Incidents incidents, CancellationToken cancel) => await incidents.OpenAsync(context.Actor(), body, cancel);

    private static async Task<Answer<IncidentPage>> ListAsync(
        string? state, string? severity, string? kind, string? model, string? environment, int? limit, string? page_token, HttpContext context, Incidents incidents, CancellationToken cancel) =>
        await incidents.ListAsync(context.Actor(), new(state, severity, kind, model, environment), limit, page_token, cancel);

    private static async Task<Answer<Incident>> GetAsync(string id, HttpContext context, Incidents incidents, CancellationToken cancel) => await incidents.GetAsync(context.Actor(), id, cancel);

    private static async Task<Answer<Incident>> UpdateAsync(string id, IncidentChange body, HttpContext context, Incidents incidents, CancellationToken cancel) =>
        await incidents.UpdateAsync(context.Actor(), id, body, cancel);

    private static async Task<Answer<Incident>> AddEventAsync(string id, NewIncidentEvent body, HttpContext context, Incidents incidents, CancellationToken cancel) =>
        await incidents.AddEventAsync(context.Actor(), id, body.Kind, body.Text, cancel);

    private static async Task<Answer<Incident>> ResolveAsync(string id, IncidentEnd body, HttpContext context, Incidents incidents, CancellationToken cancel) =>
        await incidents.ResolveAsync(context.Actor(), id, body.Text, cancel);

    private static async Task<Answer<Incident>> ReviewAsync(string id, IncidentEnd body, HttpContext context, Incidents incidents, CancellationToken cancel) =>
        await incidents.ReviewAsync(context.Actor(), id, body.Text, cancel);
}
