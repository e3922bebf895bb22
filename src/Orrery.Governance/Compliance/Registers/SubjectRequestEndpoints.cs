using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Tenancy;

namespace Orrery.Governance;

/// <summary><c>/api/v1/subject-requests</c>. Keys of subjects come in bodies, never in addresses, which are logged.</summary>
internal static class SubjectRequestEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var all = app.MapGroup("/api/v1/subject-requests").WithTags("Compliance");
        all.MapPost("", RegisterAsync).RequirePermission(Permissions.Comply).WithName("RegisterSubjectRequest").WithSummary("Registers a request of a data subject, or answers the one with the same key.");
        all.MapGet("", ListAsync).RequirePermission(Permissions.Report).WithName("ListSubjectRequests").WithSummary("Requests of data subjects, newest first, by the codes of subjects.");
        all.MapGet("{id}", GetAsync).RequirePermission(Permissions.Report).WithName("GetSubjectRequest").WithSummary("A request of a data subject.");
        all.MapPatch("{id}", ChangeAsync).RequirePermission(Permissions.Comply).WithName("ChangeSubjectRequest").WithSummary("Says what was done for a request, extends its time, or ends it.");
    }

    private static async Task<Answer<SubjectRequest>> RegisterAsync(NewSubjectRequest body, HttpContext context, SubjectRequests requests, CancellationToken cancel) =>
        await requests.RegisterAsync(context.Actor(), body, cancel);

    private static async Task<Answer<SubjectRequestPage>> ListAsync(
        string? state, string? type, string? subject, bool? overdue, int? limit, string? page_token, HttpContext context, SubjectRequests requests, CancellationToken cancel) =>
        await requests.ListAsync(context.Actor(), state, type, subject, overdue is true, limit, page_token, cancel);

    private static async Task<Answer<SubjectRequest>> GetAsync(string id, HttpContext context, SubjectRequests requests, CancellationToken cancel) => await requests.GetAsync(context.Actor(), id, cancel);

    private static async Task<Answer<SubjectRequest>> ChangeAsync(string id, SubjectRequestChange body, HttpContext context, SubjectRequests requests, CancellationToken cancel) =>
        await requests.ChangeAsync(context.Actor(), id, body, cancel);
}
