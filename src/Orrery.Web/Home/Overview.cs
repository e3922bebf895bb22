using System.Globalization;
using Orrery.Client;
using Orrery.Contracts;

namespace Orrery.Web;

/// <summary>Something that waits for who looks.</summary>
/// <param name="Icon">Of Tabler.</param>
/// <param name="Kind">What it is, in a word or two.</param>
/// <param name="Title">What it is about.</param>
/// <param name="Text">What is to be known of it.</param>
/// <param name="Href">Where it is dealt with.</param>
/// <param name="State">Its state or its weight.</param>
/// <param name="At">Since when.</param>
public sealed record Need(string Icon, string Kind, string Title, string? Text, string Href, string State, DateTimeOffset? At);

/// <summary>What Home shows: asked for at once, and each part only where who looks may see it (null otherwise).</summary>
internal sealed record Overview
{
    private const int Few = 8;
    private const int ExperimentsLooked = 100;
    private const double NearlyAll = 0.8;
    private static readonly TimeSpan Recent = TimeSpan.FromDays(7);

    /// <summary>What needs them, most urgent first.</summary>
    public required IReadOnlyList<Need> Needs { get; init; }

    /// <summary>Deliveries of the last seven days that failed or were rejected, newest first.</summary>
    public required IReadOnlyList<Need> Ended { get; init; }

    /// <summary>What is deployed.</summary>
    public DeploymentPage? Deployments { get; private init; }

    /// <summary>Open incidents.</summary>
    public IncidentPage? Incidents { get; private init; }

    /// <summary>Work under way.</summary>
    public JobPage? Running { get; private init; }

    /// <summary>What the workspace has cost this month so far.</summary>
    public CostStatement? Cost { get; private init; }

    /// <summary>Newest runs: one's own, or everybody's where one has none.</summary>
    public IReadOnlyList<Run>? Runs { get; private init; }

    /// <summary>Whether <see cref="Runs"/> are one's own.</summary>
    public bool Own { get; private init; }

    /// <summary>Asks for all of it.</summary>
    public static async Task<Overview> AskAsync(PageContext page, DateTimeOffset now)
    {
        var (client, cancel) = (page.Client, page.Cancel);
        var approvals = PageContext.TryAsync(() => client.Approvals.ListPageAsync("pending", null, true, Few, null, cancel));
        var failed = PageContext.TryAsync(() => client.Deliveries.ListPageAsync(state: "failed", limit: Few, cancel: cancel));
        var rejected = PageContext.TryAsync(() => client.Deliveries.ListPageAsync(state: "rejected", limit: Few, cancel: cancel));
        var incidents = PageContext.TryAsync(() => client.Compliance.ListIncidentsAsync("open", null, null, Few, null, cancel));
        var quotas = PageContext.TryAsync(() => client.Quotas.ListAsync(cancel));
        var overdue = PageContext.TryAsync(() => client.Compliance.ListSubjectRequestsAsync(null, null, true, Few, null, cancel));
        var deployments = PageContext.TryAsync(() => client.Deployments.ListPageAsync(null, Few, null, cancel));
        var running = PageContext.TryAsync(() => client.Jobs.ListPageAsync(JobState.Running, null, Few, null, cancel));
        var cost = PageContext.TryAsync(() => client.Costs.GetStatementAsync(now.ToString("yyyy-MM", CultureInfo.InvariantCulture), cancel));
        var runs = RunsAsync(page);
        return new()
        {
            Needs =
            [
                .. (await incidents)?.Incidents.Select(one => Of(page, one)) ?? [],
                .. (await approvals)?.Approvals.Select(one => Of(page, one)) ?? [],
                .. (await overdue)?.Requests.Select(one => Of(page, one)) ?? [],
                .. (await quotas)?.Where(static one => IsNear(one)).Select(one => Of(page, one)) ?? [],
            ],
            Ended = [.. Of(page, await failed, now).Concat(Of(page, await rejected, now)).OrderByDescending(static one => one.At)],
            Deployments = await deployments,
            Incidents = await incidents,
            Running = await running,
            Cost = await cost,
            Runs = (await runs)?.Runs,
            Own = (await runs)?.Own ?? false,
        };
    }

    private static Task<Newest?> RunsAsync(PageContext page) => PageContext.TryAsync(async () =>
    {
        var experiments = await page.Client.Experiments.SearchPageAsync(new() { MaxResults = ExperimentsLooked, OrderBy = ["last_update_time DESC"] }, page.Cancel);
        if (experiments.Experiments.Count == 0)
            return new Newest([], false);
        var all = new SearchRuns { ExperimentIds = [.. experiments.Experiments.Select(static one => one.ExperimentId)], MaxResults = Few };
        var own = page.Me is { } me ? (await page.Client.Runs.SearchPageAsync(all with { Filter = $"attributes.user_id = {SearchText.Quote(me.Name)}" }, page.Cancel)).Runs : [];
        return own.Count > 0 ? new Newest(own, true) : new Newest((await page.Client.Runs.SearchPageAsync(all, page.Cancel)).Runs, false);
    });

    private static IEnumerable<Need> Of(PageContext page, ModelDeliveryPage? ended, DateTimeOffset now) =>
        ended?.Deliveries.Where(one => DateTimeOffset.FromUnixTimeMilliseconds(one.EndedAt ?? one.RequestedAt) > now - Recent).Select(one => Of(page, one)) ?? [];

    private static bool IsNear(QuotaStatus quota) => quota.Used is { } used && (used > quota.Soft || (quota.Hard is > 0 and var hard && used > NearlyAll * hard));

    private static Need Of(PageContext page, Incident one) =>
        new("alert-triangle", "incident", one.Title, one.Deployment is null ? one.Model : $"{one.Environment} / {one.Deployment}", page.To("incidents", one.Id), one.Severity, null);

    private static Need Of(PageContext page, Approval one) =>
        new("shield-check", "approval", $"{one.Model} version {one.Version} to {one.Environment}", $"asked by {one.RequestedBy}", page.To("approvals", one.Id), one.Tier, one.RequestedAt);

    private static Need Of(PageContext page, ModelDelivery one) => new(
        "rocket", "delivery", $"{one.Model} version {one.Version} to {one.Environment}", one.Message, page.To("deliveries", one.Id), one.State, DateTimeOffset.FromUnixTimeMilliseconds(one.EndedAt ?? one.RequestedAt));

    private static Need Of(PageContext page, SubjectRequest one) => new("fingerprint", "data subject", $"{one.Type} request", "past its due date", page.To("subject-requests", one.Id), "overdue", DateTimeOffset.FromUnixTimeMilliseconds(one.DueAt));

    private static Need Of(PageContext page, QuotaStatus one) => new(
        "gauge", "quota", one.Kind, $"{Numbers.Of(one.Used ?? 0)} of {Numbers.Of(one.Hard ?? one.Soft ?? 0)} used", page.To("admin", "quotas"), one.Used > one.Hard ? "full" : "nearly full", null);

    private sealed record Newest(IReadOnlyList<Run> Runs, bool Own);
}
