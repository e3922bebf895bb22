using System.Text.Json;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>Monthly statements: an open month's is computed from the ledger each time, a closed one's is kept.</summary>
internal sealed class Statements(Db db, AuditLog audit, TimeProvider time)
{
    /// <summary>A month's statement.</summary>
    /// <returns><c>tenancy.invalid_month</c>.</returns>
    public async ValueTask<Result<CostStatement>> FindAsync(Actor actor, string month, CancellationToken cancel) =>
        BillingMonth.Parse(month) is { } asked ? await db.ReadAsync(session => ReadAsync(session, actor, asked), cancel) : NoMonth(month);

    /// <summary>Makes a past month's statement final. Months are closed in their order; those without usage may be left out.</summary>
    /// <returns><c>tenancy.invalid_month</c>, <c>tenancy.month_closed</c>, <c>tenancy.month_not_over</c>, <c>tenancy.month_before_open</c>.</returns>
    public async ValueTask<Result<CostStatement>> CloseAsync(Actor actor, string month, CancellationToken cancel)
    {
        if (BillingMonth.Parse(month) is not { } asked)
            return NoMonth(month);
        var now = time.GetUtcNow();
        if (asked.Number >= BillingMonth.Of(now).Number)
            return Failure.Conflict("tenancy.month_not_over", $"The month {asked} cannot be closed before it is over.");
        return await db.WriteAsync<CostStatement>(async session =>
        {
            var closed = await UsageStore.ClosedThroughAsync(session, actor.Workspace, close: true);
            if (asked.Number <= closed)
                return Failure.Conflict("tenancy.month_closed", $"The month {asked} is closed; what is used in it now goes to {new BillingMonth(closed + 1)} as an adjustment.");
            if (await UsageStore.EarliestAsync(session, actor.Workspace, closed) is { } first && first < asked.Number)
                return Failure.Conflict("tenancy.month_before_open", $"The month {asked} cannot be closed before {new BillingMonth(first)}, which is still open.");
            var draft = await DraftAsync(session, actor, asked) with { Closed = true, ClosedAt = now, ClosedBy = actor.Name };
            var hash = StatementCsv.Hash(draft);
            await StatementStore.InsertAsync(session, actor.Workspace, asked, JsonSerializer.Serialize(draft, OrreryJson.TypeOf<CostStatement>()), hash);
            await UsageStore.CloseAsync(session, actor.Workspace, asked);
            await audit.AppendAsync(session, actor, new("statement.close", "statement", asked.ToString()) { After = Convert.FromHexString(hash) });
            return draft with { Hash = hash };
        }, cancel);
    }

    /// <summary>A month's statement within a transaction.</summary>
    public static async ValueTask<CostStatement> ReadAsync(DbSession session, Actor actor, BillingMonth month) =>
        await StatementStore.FindAsync(session, actor.Workspace, month) is { } kept
            ? JsonSerializer.Deserialize(kept.Document, OrreryJson.TypeOf<CostStatement>())! with { Hash = kept.Hash }
            : await DraftAsync(session, actor, month);

    internal static Failure NoMonth(string month) =>
        Failure.Invalid("tenancy.invalid_month", $"'{(month.Length > 40 ? month[..40] + "..." : month)}' is not a month such as 2026-10.");

    private static async ValueTask<CostStatement> DraftAsync(DbSession session, Actor actor, BillingMonth month) => StatementDraft.Of(
        actor.WorkspaceName, month, await UsageStore.SumsAsync(session, actor.Workspace, month), new PriceBook(await PriceStore.ListAsync(session)));
}
