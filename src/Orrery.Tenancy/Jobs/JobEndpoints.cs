using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Stored = Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary><c>/api/v1/jobs</c>: work that outlives its request, of any module.</summary>
internal static class JobEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var jobs = app.MapGroup("/api/v1/jobs").WithTags("Jobs");
        jobs.MapGet("", ListAsync).RequirePermission("jobs.read").WithName("ListJobs").WithSummary("Jobs, newest first.");
        jobs.MapGet("{jobId}", GetAsync).RequirePermission("jobs.read").WithName("GetJob").WithSummary("One job: its state, progress and result.");
        jobs.MapPost("{jobId}/cancel", CancelAsync).RequirePermission("jobs.cancel").WithName("CancelJob")
            .WithSummary("Asks a job to stop: a queued one at once, a running one at its next checkpoint.");
    }

    private static async Task<Answer<JobPage>> ListAsync(
        HttpContext context, Stored.Jobs jobs, string? state, string? kind, int? limit, string? page_token, CancellationToken cancel)
    {
        Stored.JobState? wanted = null;
        if (!string.IsNullOrEmpty(state) && (wanted = JobDocuments.ParseState(state)) is null)
            return Failure.Invalid("jobs.invalid_state", $"'{Clip(state)}' is not a state of jobs: queued, running, succeeded, failed or cancelled.");
        if (Listings.LimitProblem(limit, "jobs", Stored.Jobs.MaxPage) is { } bad)
            return bad;
        var filter = new Stored.JobFilter(string.IsNullOrEmpty(kind) ? null : kind, wanted);
        var listed = await jobs.ListAsync(context.Actor(), filter, limit ?? Listings.DefaultLimit, page_token, cancel);
        return listed.Then<JobPage>(static page => new JobPage { Jobs = [.. page.Items.Select(JobDocuments.Of)], NextPageToken = page.NextToken });
    }

    private static async Task<Answer<Job>> GetAsync(string jobId, HttpContext context, Stored.Jobs jobs, CancellationToken cancel) =>
        Stored.JobId.TryParse(jobId, null, out var id) ? await FindAsync(context, jobs, id, cancel) : NotFound(jobId);

    private static async Task<Answer<Job>> CancelAsync(
        string jobId, HttpContext context, Stored.Jobs jobs, Stored.Db db, AuditLog audit, CancellationToken cancel)
    {
        if (!Stored.JobId.TryParse(jobId, null, out var id))
            return NotFound(jobId);
        var actor = context.Actor();
        var cancelled = await db.WriteAsync<Done>(async session =>
        {
            var asked = await jobs.CancelAsync(session, actor, id);
            if (asked.Succeeded)
                await audit.AppendAsync(session, actor, new AuditRecord("job.cancel", "job", id.ToString()));
            return asked;
        }, cancel);
        return cancelled.Failure is { } failure ? failure : await FindAsync(context, jobs, id, cancel);
    }

    private static async Task<Answer<Job>> FindAsync(HttpContext context, Stored.Jobs jobs, Stored.JobId id, CancellationToken cancel) =>
        await jobs.FindAsync(context.Actor(), id, cancel) is { } job ? JobDocuments.Of(job) : NotFound(id.ToString());

    private static Failure NotFound(string id) => Failure.NotFound("storage.job_not_found", $"There is no job {Clip(id)}.");

    private static string Clip(string text) => text.Length <= 100 ? text : text[..100] + "...";
}
