using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Tenancy;

namespace Orrery.Tracking;

/// <summary><c>/api/v1/runs</c>: what MLflow's API does not offer of runs.</summary>
internal sealed class NativeRunEndpoints(RunComparisons comparisons, RunStatisticsComparisons statistics, EqualRunsSearch equal, Environments environments)
{
    public void Map(IEndpointRouteBuilder app)
    {
        var runs = app.MapGroup("/api/v1/runs").WithTags("Runs");
        runs.MapGet("compare", CompareAsync).RequirePermission(Permissions.Read).WithName("CompareRuns")
            .WithSummary("2 to 100 runs side by side: parameters, metrics, tags, data sets, environments.");
        runs.MapPost("compare-statistics", CompareStatisticsAsync).RequirePermission(Permissions.Read).WithName("CompareRunStatistics")
            .WithSummary("Groups of runs compared metric by metric: tests, intervals, effect sizes.");
        runs.MapGet("{runId}/equal", EqualAsync).RequirePermission(Permissions.Read).WithName("FindEqualRuns")
            .WithSummary("Other runs with the same code, parameters and data.");
        runs.MapGet("{runId}/environment", GetEnvironmentAsync).RequirePermission(Permissions.Read).WithName("GetRunEnvironment")
            .WithSummary("Where a run ran, as captured.");
        runs.MapPut("{runId}/environment", SetEnvironmentAsync).RequirePermission(Permissions.Write).WithName("SetRunEnvironment")
            .WithSummary("Stores where a run ran, replacing what was captured before.");
    }

    // The ids may be repeated or stand in one value with commas between.
    private async Task<Answer<RunComparison>> CompareAsync(
        HttpContext context, [FromQuery(Name = "run_ids")] string[] runIds, bool? differing, CancellationToken cancel) =>
        await comparisons.CompareAsync(
            context.Actor(),
            [.. runIds.SelectMany(static ids => ids.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))],
            differing ?? false,
            cancel);

    private async Task<Answer<RunStatistics>> CompareStatisticsAsync(RunStatisticsQuery body, HttpContext context, CancellationToken cancel) =>
        await statistics.CompareAsync(context.Actor(), body, cancel);

    private async Task<Answer<EqualRuns>> EqualAsync(string runId, HttpContext context, CancellationToken cancel) =>
        await equal.FindAsync(context.Actor(), runId, cancel);

    private async Task<Answer<RunEnvironment>> GetEnvironmentAsync(string runId, HttpContext context, CancellationToken cancel) =>
        await environments.GetAsync(context.Actor(), runId, cancel);

    private async Task<Answer<RunEnvironment>> SetEnvironmentAsync(
        string runId, RunEnvironment environment, HttpContext context, CancellationToken cancel) =>
        await environments.SetAsync(context.Actor(), runId, environment, cancel);
}
