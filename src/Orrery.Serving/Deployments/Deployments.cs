using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Lineage;
using Orrery.Registry;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Serving;

/// <summary>Making, changing and removing deployments. Every change is a revision.</summary>
internal sealed class Deployments(
    Db db, AuditLog audit, Packages packages, LookupRights rights, ApprovalCheck approvals, RevisionEdges lineage, DeploymentWatch watch, ServingOptions options, TimeProvider time)
{
    private const int NamedAtMost = 10;

    // Servers say every ten seconds that they are there; one that ended without a word is waited for no longer than this.
    private static readonly TimeSpan NodesSeen = TimeSpan.FromSeconds(25);

    /// <summary>
    /// Has a deployment be what the document says; the same again changes nothing. <c>serving.unknown_environment</c>, <c>serving.invalid_name</c>,
    /// <c>serving.invalid_spec</c>, <c>serving.revision_conflict</c>, <c>serving.not_approved</c>, and what <see cref="Runtimes.ChooseFor"/>, <see cref="LookupRights"/> and the registry refuse.
    /// </summary>
    /// <param name="context">Whose request.</param>
    /// <param name="environment">Where.</param>
    /// <param name="name">Of the deployment.</param>
    /// <param name="spec">What it is to be.</param>
    /// <param name="expected">Revision that it must be at, 0 for none; null for any.</param>
    /// <param name="cancel">Breaks off.</param>
    public async ValueTask<Result<Deployment>> PutAsync(HttpContext context, string environment, string name, DeploymentSpec spec, long? expected, CancellationToken cancel)
    {
        var actor = context.Actor();
        if (await PutProblemAsync(actor, environment, name, spec, cancel) is { } refused)
            return refused;
        if (await rights.ProblemAsync(context, environment, name, spec, cancel) is { } denied)
            return denied;
        return await PutCheckedAsync(actor, new DeploymentKey(actor.Workspace, environment, name), spec, expected, cancel);
    }

    /// <summary>As <see cref="PutAsync(HttpContext, string, string, DeploymentSpec, long?, CancellationToken)"/>, without looking at anybody's rights to the features.</summary>
    public async ValueTask<Result<Deployment>> PutAsync(Actor actor, string environment, string name, DeploymentSpec spec, long? expected, CancellationToken cancel) =>
        await PutProblemAsync(actor, environment, name, spec, cancel) is { } refused
            ? refused
            : await PutCheckedAsync(actor, new DeploymentKey(actor.Workspace, environment, name), spec, expected, cancel);

    /// <summary>
    /// Goes back to an earlier revision, as a new one; <c>serving.deployment_not_found</c>, <c>serving.revision_not_found</c>, and what the registry refuses of
    /// versions that are gone.
    /// </summary>
    public async ValueTask<Result<Deployment>> RollbackAsync(Actor actor, string environment, string name, RollbackDeployment asked, CancellationToken cancel)
    {
        if (Key(actor, environment, name).Failed(out var wrong, out var key))
            return wrong;
        if ((await db.ReadAsync(session => EarlierAsync(session, key, asked.Revision), cancel)).Failed(out var missing, out var earlier))
            return missing;
        if (await ServableAsync(actor, earlier.Spec, cancel) is { } refused)
            return refused;
        if ((await approvals.PinAsync(actor, environment, earlier.Spec, null, goesBack: true, cancel)).Failed(out var unapproved, out var pinned))
            return unapproved;
        var spec = pinned with { Note = asked.Note ?? $"Back to revision {earlier.Revision}." };
        return await ChangeAsync(actor, key, null, async (session, now) => now is null ? await NotFoundAsync(session, key) : await RecheckedAsync(session, key, spec, now, goesBack: true), await lineage.VersionsAsync(actor, spec, cancel), "deployment.rollback", cancel);
    }

    /// <summary>Removes a deployment; its history stays. <c>serving.deployment_not_found</c>.</summary>
    public async ValueTask<Result<Done>> RemoveAsync(Actor actor, string environment, string name, CancellationToken cancel)
    {
        if (Key(actor, environment, name).Failed(out var wrong, out var key))
            return wrong;
        var removed = await db.WriteAsync<Done>(async session =>
        {
            if (await DeploymentStore.LockAsync(session, key) is not { IsRemoved: false } row)
                return await NotFoundAsync(session, key);
            var gone = row with { IsRemoved = true, Revision = row.Revision + 1, CreatedBy = actor.Name, UpdatedAt = Now() };
            await DeploymentStore.PutAsync(session, gone);
            await DeploymentStore.EndRevisionAsync(session, key, row.Revision, gone.UpdatedAt);
            await audit.AppendAsync(session, actor, new AuditRecord("deployment.delete", "deployment", $"{key.Environment}/{key.Name}"));
            return Done.Ok;
        }, cancel);
        watch.Wake();
        return removed;
    }

    /// <summary>A deployment, and how it stands on each server; <c>serving.deployment_not_found</c>.</summary>
    public async ValueTask<Result<Deployment>> GetAsync(Actor actor, string environment, string name, CancellationToken cancel)
    {
        if (Key(actor, environment, name).Failed(out var wrong, out var key))
            return wrong;
        return await db.ReadAsync<Result<Deployment>>(
            async session => await DeploymentStore.FindAsync(session, key) is { IsRemoved: false } row ? await DocumentAsync(session, row) : await NotFoundAsync(session, key), cancel);
    }

    /// <summary>
    /// One page by environment and name: of an environment, with a text in the name, with a model, in a state; <c>serving.unknown_environment</c>, <c>serving.invalid_state</c>,
    /// <c>serving.invalid_limit</c>, <c>serving.invalid_page_token</c>.
    /// </summary>
    public async ValueTask<Result<DeploymentPage>> ListAsync(Actor actor, string? environment, DeploymentFilter filter, int? limit, string? token, CancellationToken cancel)
    {
        if (filter.Problem() is { } unheard)
            return unheard;
        if (environment is not null && SpecRules.EnvironmentProblem(options, environment) is { } unknown)
            return unknown;
        if (Pages.LimitProblem(limit) is { } wrong)
            return wrong;
        var after = ("", "");
        if (!string.IsNullOrEmpty(token))
        {
            if (PageToken.Decode(token, 2) is not [string lastEnvironment, string lastName])
                return Pages.NotOurs();
            after = (lastEnvironment, lastName);
        }

        var size = limit ?? Pages.DefaultLimit;
        return await db.ReadAsync<Result<DeploymentPage>>(async session =>
        {
            var page = new List<Deployment>();
            while (true)
            {
                var found = await DeploymentStore.ListAsync(session, actor.Workspace, environment, after, size + 1, filter.Model);
                foreach (var row in found.Where(filter.Names))
                {
                    if (page.Count > size)
                        break;
                    // How it stands is known on its servers, and read of those alone that are told.
                    var told = await DocumentAsync(session, row);
                    if (filter.State is null || told.State == filter.State)
                        page.Add(told);
                }

                if (page.Count > size || found.Count <= size)
                    break;
                after = (found[^1].Key.Environment, found[^1].Key.Name);
            }

            return new DeploymentPage
            {
                Deployments = [.. page.Take(size)],
                NextPageToken = page.Count > size ? PageToken.Encode(page[size - 1].Environment, page[size - 1].Name) : null,
            };
        }, cancel);
    }

    /// <summary>One page of history, newest first; <c>serving.deployment_not_found</c>, <c>serving.invalid_limit</c>, <c>serving.invalid_page_token</c>.</summary>
    public async ValueTask<Result<DeploymentRevisionPage>> RevisionsAsync(
        Actor actor, string environment, string name, int? limit, string? token, CancellationToken cancel)
    {
        if (Key(actor, environment, name).Failed(out var wrong, out var key))
            return wrong;
        if (Pages.LimitProblem(limit) is { } tooMany)
            return tooMany;
        var before = long.MaxValue;
        if (!string.IsNullOrEmpty(token))
        {
            if (PageToken.Decode(token, 1) is not [long last])
                return Pages.NotOurs();
            before = last;
        }

        var size = limit ?? Pages.DefaultLimit;
        return await db.ReadAsync<Result<DeploymentRevisionPage>>(async session =>
        {
            var found = await DeploymentStore.RevisionsAsync(session, key, before, size + 1);
            if (found.Count == 0 && before == long.MaxValue)
                return await NotFoundAsync(session, key);
            return new DeploymentRevisionPage
            {
                Revisions = [.. found.Take(size).Select(static row => Document(row, []))],
                NextPageToken = found.Count > size ? PageToken.Encode(found[size - 1].Revision) : null,
            };
        }, cancel);
    }

    // Says what there is: the name may be wrong, or the environment.
    internal static async ValueTask<Failure> NotFoundAsync(DbSession session, DeploymentKey key)
    {
        var all = await DeploymentStore.ListAsync(session, key.Workspace, null, ("", ""), Listings.MaxLimit);
        var elsewhere = all.Where(row => row.Key.Name == key.Name).Select(static row => row.Key.Environment).ToList();
        var here = all.Where(row => row.Key.Environment == key.Environment).Select(static row => row.Key.Name).ToList();
        var there = elsewhere.Count > 0 ? $" It is in {string.Join(", ", elsewhere)}."
            : here.Count > 0 ? $" Deployed there: {string.Join(", ", here.Take(NamedAtMost))}{(here.Count > NamedAtMost ? ", ..." : "")}."
            : $" Nothing is deployed in {key.Environment}.";
        return Failure.NotFound("serving.deployment_not_found", $"There is no deployment {key.Name} in {key.Environment}.{there}");
    }

    // The one that is named, or the one before what is now: numbers have gaps where the deployment was removed.
    internal static async ValueTask<Result<DeploymentRow>> EarlierAsync(DbSession session, DeploymentKey key, long? revision)
    {
        if (await DeploymentStore.FindAsync(session, key) is not { IsRemoved: false } now)
            return await NotFoundAsync(session, key);
        if (revision is { } wanted)
        {
            return await DeploymentStore.FindRevisionAsync(session, key, wanted) is { } found
                ? found
                : Failure.NotFound("serving.revision_not_found", $"Deployment {key.Name} in {key.Environment} has no revision {wanted}; it is at revision {now.Revision}.");
        }

        return await DeploymentStore.RevisionsAsync(session, key, now.Revision, 1) is [var before]
            ? before
            : Failure.NotFound("serving.revision_not_found", $"Deployment {key.Name} in {key.Environment} is at its first revision; there is none before it.");
    }

    internal async ValueTask<Failure?> PutProblemAsync(Actor actor, string environment, string name, DeploymentSpec spec, CancellationToken cancel) =>
        Key(actor, environment, name).Failure ?? SpecRules.Problem(spec) ?? await ServableAsync(actor, spec, cancel);

    // What ended, or changed its share, between the look at approvals and the write is seen in the transaction.
    private async ValueTask<Result<Deployment>> PutCheckedAsync(Actor actor, DeploymentKey key, DeploymentSpec spec, long? expected, CancellationToken cancel)
    {
        var now = await db.ReadAsync(session => DeploymentStore.FindAsync(session, key), cancel);
        var before = now is { IsRemoved: false } ? now.Spec : null;
        if ((await approvals.PinAsync(actor, key.Environment, spec, before, goesBack: false, cancel)).Failed(out var unapproved, out var pinned))
            return unapproved;
        return await ChangeAsync(actor, key, expected, (session, stored) => RecheckedAsync(session, key, pinned, stored, goesBack: false), await lineage.VersionsAsync(actor, pinned, cancel), "deployment.put", cancel);
    }

    private async ValueTask<Result<DeploymentSpec>> RecheckedAsync(DbSession session, DeploymentKey key, DeploymentSpec pinned, DeploymentRow? now, bool goesBack) =>
        await approvals.RecheckAsync(session, key, pinned, now?.Spec, goesBack) is { } ended ? ended : pinned;

    /// <summary>Why some version of a deployment cannot be served; null for nothing.</summary>
    internal async ValueTask<Failure?> ServableAsync(Actor actor, DeploymentSpec spec, CancellationToken cancel)
    {
        foreach (var variant in spec.Variants)
        {
            if ((await packages.GetForUseAsync(actor, variant.Model, variant.Version, cancel)).Failed(out var unknown, out var package))
                return unknown;
            if (Runtimes.ChooseFor(variant, actor.Workspace, package, options).Failed(out var refused, out _))
                return refused;
        }

        return null;
    }

    private async ValueTask<Result<Deployment>> ChangeAsync(
        Actor actor, DeploymentKey key, long? expected, Func<DbSession, DeploymentRow?, ValueTask<Result<DeploymentSpec>>> next, IReadOnlyList<GraphNode> served, string action, CancellationToken cancel)
    {
        var changed = await db.WriteAsync<Deployment>(async session =>
        {
            var stored = await DeploymentStore.LockAsync(session, key);
            var now = stored is { IsRemoved: false } ? stored : null;
            if (expected is { } wanted && ConflictOf(key, now, wanted) is { } conflict)
                return conflict;
            if ((await next(session, now)).Failed(out var refused, out var spec))
                return refused;
            if (now is not null && Same(now.Spec, spec))
                return await DocumentAsync(session, now);
            var at = Now();
            var row = new DeploymentRow(key, (stored?.Revision ?? 0) + 1, false, spec, actor.Name, now?.CreatedAt ?? at, at);
            await DeploymentStore.PutAsync(session, row);
            await DeploymentStore.AddRevisionAsync(session, row);
            await LineageEdges.AppendAsync(session, actor, RevisionEdges.Of(row, served));
            await audit.AppendAsync(session, actor, new AuditRecord(action, "deployment", $"{key.Environment}/{key.Name}")
            {
                Detail = RevisionDetail(row),
            });
            return await DocumentAsync(session, row);
        }, cancel);
        watch.Wake();
        return changed;
    }

    /// <summary>What the trail says of a revision: its number and its approvals.</summary>
    internal static string RevisionDetail(DeploymentRow row)
    {
        var ids = row.Spec.Variants.Select(static variant => ApprovalToken.Parse(variant.Approval)?.Id).OfType<string>().Distinct(StringComparer.Ordinal).Select(static id => $"\"{id}\"");
        var approvals = string.Join(",", ids);
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $$"""{"revision":{{row.Revision}}{{(approvals.Length > 0 ? $",\"approvals\":[{approvals}]" : "")}}}""");
    }

    private async ValueTask<Deployment> DocumentAsync(DbSession session, DeploymentRow row) =>
        Document(row, await NodeStore.ListAsync(session, row.Key, Now() - (long)NodesSeen.TotalMilliseconds));

    private static Deployment Document(DeploymentRow row, IReadOnlyList<DeploymentNode> nodes) => new()
    {
        Name = row.Key.Name,
        Environment = row.Key.Environment,
        Revision = row.Revision,
        Spec = row.Spec,
        CreatedBy = row.CreatedBy,
        CreatedAt = row.CreatedAt,
        UpdatedAt = row.UpdatedAt,
        Nodes = nodes,
        State = State(row, nodes),
    };

    private static string State(DeploymentRow row, IReadOnlyList<DeploymentNode> nodes) =>
        nodes.Any(node => node.State == "failed" && node.Revision == row.Revision) ? "failed"
        : nodes.Count > 0 && nodes.All(node => node.State == "ready" && node.Revision == row.Revision) ? "ready"
        : nodes.Count > 0 && nodes.All(node => node.State is "ready" or "degraded" && node.Revision == row.Revision) ? "degraded"
        : "loading";

    internal Result<DeploymentKey> Key(Actor actor, string environment, string name) => (SpecRules.EnvironmentProblem(options, environment) ?? SpecRules.NameProblem(name)) is { } wrong
        ? wrong
        : new DeploymentKey(actor.Workspace, environment, name);

    /// <summary>Why a change of a revision that is not the one that there is is refused; null when it is.</summary>
    internal static Failure? ConflictOf(DeploymentKey key, DeploymentRow? now, long wanted) => wanted == (now?.Revision ?? 0)
        ? null
        : Failure.Conflict("serving.revision_conflict", $"Deployment {key.Name} in {key.Environment} is at revision {now?.Revision ?? 0}, not {wanted}; look at it again.");

    // A note alone is no change.
    internal static bool Same(DeploymentSpec left, DeploymentSpec right) => Json(left) == Json(right);

    private static string Json(DeploymentSpec spec) => JsonSerializer.Serialize(spec with { Note = null }, OrreryJson.TypeOf<DeploymentSpec>());

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
