using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>Who spends well, and what lies idle.</summary>
internal sealed class CostComparisons(Db db, Workspaces workspaces, TimeProvider time)
{
    /// <summary>Fewest predictions in a month to be ranked, unless asked otherwise: a handful says nothing.</summary>
    public const long DefaultMinimum = 10_000;

    /// <summary>Most workspaces in an answer: the best of them.</summary>
    public const int MostRanked = 1000;

    private const decimal GiB = 1L << 30;

    /// <summary>Workspaces by cost for 1000 predictions; those with fewer than the minimum are left out.</summary>
    /// <returns><c>tenancy.invalid_month</c>, <c>tenancy.invalid_minimum</c>.</returns>
    public async ValueTask<Result<CostLeaderboard>> RankAsync(string? month, long? minimum, CancellationToken cancel)
    {
        if (MonthOf(month) is not { } asked)
            return Statements.NoMonth(month!);
        if (minimum < 1)
            return Failure.Invalid("tenancy.invalid_minimum", $"min_predictions is {minimum}; it must be at least 1.");
        var statements = new List<CostStatement>();
        foreach (var (id, name) in await workspaces.ListAsync(cancel))
        {
            var statement = await db.ReadAsync(session => Statements.ReadAsync(session, Actor.System(id, name), asked), cancel);
            if (StatementDraft.Predictions(statement.Lines) >= (minimum ?? DefaultMinimum))
                statements.Add(statement);
        }

        return new CostLeaderboard
        {
            Month = asked.ToString(),
            MinPredictions = minimum ?? DefaultMinimum,
            Entries = Rank(statements, minimum ?? DefaultMinimum),
        };
    }

    internal static IReadOnlyList<LeaderboardEntry> Rank(IEnumerable<CostStatement> statements, long minimum)
    {
        var ranked = statements
            .Select(static statement => (statement.Workspace, Predictions: StatementDraft.Predictions(statement.Lines), statement.Total))
            .Where(team => team.Predictions >= minimum)
            .Select(static team => (team.Workspace, Each: decimal.Round(team.Total * 1000 / team.Predictions, 6), team.Predictions, team.Total))
            .OrderBy(static team => team.Each).ThenBy(static team => team.Workspace, StringComparer.Ordinal).Take(MostRanked).ToList();
        return [.. ranked.Select(team => new LeaderboardEntry(1 + ranked.Count(other => other.Each < team.Each), team.Workspace, team.Each, team.Predictions, team.Total))];
    }

    /// <summary>What the workspace reserves by hard quotas and did not use in a month so far.</summary>
    /// <returns><c>tenancy.invalid_month</c>.</returns>
    public async ValueTask<Result<IdleReport>> IdleAsync(Actor actor, string? month, CancellationToken cancel)
    {
        if (MonthOf(month) is not { } asked)
            return Statements.NoMonth(month!);
        return await db.ReadAsync(async session =>
        {
            var last = asked.FirstDay + asked.Days - 1;
            var sums = await UsageStore.SumsAsync(session, actor.Workspace, asked.FirstDay, last);
            var quotas = await QuotaStore.ListAsync(session, actor.Workspace);
            var prices = new PriceBook(await PriceStore.ListAsync(session));
            var begin = new DateTimeOffset(BillingMonth.DateOf(asked.FirstDay), TimeOnly.MinValue, TimeSpan.Zero);
            var gone = time.GetUtcNow() - begin;
            var hours = Math.Clamp((decimal)gone.TotalHours, 0, asked.Days * 24);
            return Idle(asked, hours, quotas, sums, prices);
        }, cancel);
    }

    /// <summary>What quotas cost a month: 730 hours of all that they allow.</summary>
    public static decimal MonthlyCost(decimal cores, decimal memoryGib, decimal gpus, PriceBook prices, int day) =>
        Cents.Round(
            (cores * prices.On(Meters.Find(Meters.CoreSeconds)!, "", day))
            + (memoryGib * prices.On(Meters.Find(Meters.MemoryGibSeconds)!, "", day))
            + (gpus * prices.On(Meters.Find(Meters.GpuSeconds)!, "", day)));

    internal static IdleReport Idle(BillingMonth month, decimal hours, IReadOnlyList<Quota> quotas, IReadOnlyList<UsageSum> sums, PriceBook prices)
    {
        var resources = new List<IdleResource>();
        Add(QuotaKinds.CpuCores, Meters.CoreSeconds, 1);
        Add(QuotaKinds.MemoryBytes, Meters.MemoryGibSeconds, GiB);
        Add(QuotaKinds.Gpus, Meters.GpuSeconds, 1);
        return new()
        {
            Month = month.ToString(),
            Hours = decimal.Round(hours, 2),
            IdleCost = resources.Sum(static resource => resource.IdleCost),
            Resources = resources,
        };

        void Add(string kind, string meterName, decimal unit)
        {
            if (quotas.FirstOrDefault(quota => quota.Kind == kind)?.Hard is not { } hard || hard == 0)
                return;
            var meter = Meters.Find(meterName)!;
            var reserved = hard / unit;
            var price = prices.On(meter, "", month.FirstDay);
            var used = (decimal)sums.Where(sum => sum.Meter == meterName).Sum(static sum => sum.Micros) / UsageFact.Scale;
            var offered = reserved * hours * 3600;
            var idle = Math.Max(0, offered - used);
            resources.Add(new(
                kind,
                decimal.Round(reserved, 3),
                hours == 0 ? 0 : decimal.Round(used / (hours * 3600), 3),
                offered == 0 ? 0 : decimal.Round(idle * 100 / offered, 1),
                Cents.Round(idle * price / meter.UnitsPerPrice),
                Cents.Round(reserved * price)));
        }
    }

    private BillingMonth? MonthOf(string? month) => string.IsNullOrEmpty(month) ? BillingMonth.Of(time.GetUtcNow()) : BillingMonth.Parse(month);
}
