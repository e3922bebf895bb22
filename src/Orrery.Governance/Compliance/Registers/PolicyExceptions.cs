using System.Globalization;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Governance;

/// <summary>The register of exceptions from controls and policies. Who asks never approves; one whose time is over shows as expired. Thread-safe.</summary>
public sealed class PolicyExceptions
{
    private const string Requested = "requested";
    private const string Approved = "approved";
    private const string Rejected = "rejected";
    private const string Revoked = "revoked";
    private const string Expired = "expired";
    private const string ObjectKind = "exception";
    private const int MostReviews = 200;

    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    private readonly Db _db;
    private readonly AuditLog _audit;
    private readonly TimeProvider _time;

    /// <summary>Over a database; the server makes one.</summary>
    public PolicyExceptions(Db db, AuditLog audit, TimeProvider time) => (_db, _audit, _time) = (db, audit, time);

    /// <summary>Asks for one, or answers the one with the same key; <c>governance.invalid_exception</c>.</summary>
    public async ValueTask<Result<PolicyExceptionEntry>> RequestAsync(Actor actor, NewPolicyExceptionEntry asked, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(asked);
        var now = _time.GetUtcNow();
        if (Problem(asked, now) is { } wrong)
            return Failure.Invalid("governance.invalid_exception", wrong);
        var id = Guid.CreateVersion7(now).ToString("N");
        var at = now.ToUnixTimeMilliseconds();
        var made = new PolicyExceptionEntry
        {
            Id = id,
            Key = asked.Key ?? id,
            Control = asked.Control,
            Model = asked.Model,
            Version = asked.Version,
            Environment = asked.Environment,
            Reason = asked.Reason,
            CompensatingMeasure = asked.CompensatingMeasure,
            Owner = asked.Owner,
            State = Requested,
            ExpiresAt = asked.ExpiresAt,
            ReviewAt = asked.ReviewAt ?? at + ((asked.ExpiresAt - at) / 2),
            RequestedBy = actor.Name,
            RequestedById = actor.Origin.PrincipalId,
            RequestedAt = at,
        };
        var document = RegisterText.Write(made);
        var kept = await _db.WriteAsync<PolicyExceptionEntry>(async session =>
        {
            if (!await ExceptionStore.InsertAsync(session, actor.Workspace, made, document))
                return (await ExceptionStore.FindKeyAsync(session, actor.Workspace, made.Key))!;
            await _audit.AppendAsync(session, actor, Entry("exception.request", made, document));
            return made;
        }, cancel);
        return kept.Failed(out var failed, out var found) ? failed : Told(found);
    }

    /// <summary>Approves one; <c>governance.exception_not_found</c>, <c>governance.exception_state</c>, <c>governance.own_exception</c>.</summary>
    public ValueTask<Result<PolicyExceptionEntry>> ApproveAsync(Actor actor, string id, string? note, CancellationToken cancel) => ChangeAsync(actor, id, "exception.approve", (one, at) =>
        one.State != Requested ? State(one, "approved")
        : one.ExpiresAt <= at ? Failure.Conflict("governance.exception_state", "The exception would have expired already; ask for a new one.")
        : (one.RequestedById ?? one.RequestedBy) == RegisterText.PersonOf(actor) || one.RequestedBy == actor.Name
            ? new Failure(FailureKind.Denied, "governance.own_exception", "Who asked for an exception does not approve it; somebody else with governance.comply must.")
        : RegisterText.Problem("note", note) is { } wrong ? Failure.Invalid("governance.invalid_exception", wrong)
        : one with { State = Approved, DecidedBy = actor.Name, DecidedAt = at, DecisionNote = note }, cancel);

    /// <summary>Rejects one, with a reason; <c>governance.exception_not_found</c>, <c>governance.exception_state</c>, <c>governance.invalid_exception</c>.</summary>
    public ValueTask<Result<PolicyExceptionEntry>> RejectAsync(Actor actor, string id, string? note, CancellationToken cancel) => ChangeAsync(actor, id, "exception.reject", (one, at) =>
        one.State != Requested ? State(one, "rejected")
        : RegisterText.Problem("note", note, required: true) is { } wrong ? Failure.Invalid("governance.invalid_exception", wrong)
        : one with { State = Rejected, DecidedBy = actor.Name, DecidedAt = at, DecisionNote = note }, cancel);

    /// <summary>Ends one before its time, with a reason; <c>governance.exception_not_found</c>, <c>governance.exception_state</c>, <c>governance.invalid_exception</c>.</summary>
    public ValueTask<Result<PolicyExceptionEntry>> RevokeAsync(Actor actor, string id, string? note, CancellationToken cancel) => ChangeAsync(actor, id, "exception.revoke", (one, at) =>
        one.State is not (Requested or Approved) ? State(one, "revoked")
        : RegisterText.Problem("note", note, required: true) is { } wrong ? Failure.Invalid("governance.invalid_exception", wrong)
        : one with { State = Revoked, RevokedBy = actor.Name, RevokedAt = at, DecisionNote = note }, cancel);

    /// <summary>Says that one that stands was looked at; <c>governance.exception_not_found</c>, <c>governance.exception_state</c>, <c>governance.invalid_exception</c>.</summary>
    public ValueTask<Result<PolicyExceptionEntry>> ReviewAsync(Actor actor, string id, string? note, long? next, CancellationToken cancel) => ChangeAsync(actor, id, "exception.review", (one, at) =>
        Told(one).State != Approved ? State(Told(one), "reviewed")
        : one.Reviews.Count >= MostReviews ? Failure.Conflict("governance.exception_state", $"The exception was reviewed {MostReviews} times; ask for a new one.")
        : RegisterText.Problem("note", note, required: true) is { } wrong ? Failure.Invalid("governance.invalid_exception", wrong)
        : next <= at || next > one.ExpiresAt ? Failure.Invalid("governance.invalid_exception", "'review_at' must lie between now and the end of the exception.")
        : one with { Reviews = [.. one.Reviews, new() { By = actor.Name, At = at, Note = note! }], ReviewAt = next ?? at + ((one.ExpiresAt - at) / 2) }, cancel);

    /// <summary>One of them; <c>governance.exception_not_found</c>.</summary>
    public async ValueTask<Result<PolicyExceptionEntry>> GetAsync(Actor actor, string id, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(id);
        return await _db.ReadAsync(session => ExceptionStore.FindAsync(session, actor.Workspace, id), cancel) is { } found ? Told(found) : NotFound(id);
    }

    /// <summary>One page, newest first; <c>governance.invalid_limit</c>, <c>governance.invalid_page_token</c>.</summary>
    public async ValueTask<Result<PolicyExceptionPage>> ListAsync(Actor actor, string? state, string? control, string? model, int? limit, string? token, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (Listings.LimitProblem(limit, "governance") is { } wrong)
            return wrong;
        if (Listings.After(token, "governance.invalid_page_token").Failed(out var unknown, out var before))
            return unknown;
        var size = limit ?? Listings.DefaultLimit;
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        var found = await _db.ReadAsync(session => ExceptionStore.ListAsync(session, actor.Workspace, state, control, model, now, before.Length == 0 ? "~" : before, size + 1), cancel);
        var page = Listings.Cut(found, size, static row => PageToken.Encode(row.Id));
        return new PolicyExceptionPage { Exceptions = [.. page.Items.Select(Told)], NextPageToken = page.NextToken };
    }

    /// <summary>Those that could hold in a period, newest first.</summary>
    internal async ValueTask<IReadOnlyList<PolicyExceptionEntry>> BetweenAsync(Actor actor, long since, long until, int limit, CancellationToken cancel) =>
        [.. (await _db.ReadAsync(session => ExceptionStore.BetweenAsync(session, actor.Workspace, since, until, limit), cancel)).Select(Told)];

    private async ValueTask<Result<PolicyExceptionEntry>> ChangeAsync(Actor actor, string id, string action, Func<PolicyExceptionEntry, long, Result<PolicyExceptionEntry>> change, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(id);
        var at = _time.GetUtcNow().ToUnixTimeMilliseconds();
        var changed = await _db.WriteAsync<PolicyExceptionEntry>(async session =>
        {
            if (await ExceptionStore.LockAsync(session, actor.Workspace, id) is not { } found)
                return NotFound(id);
            if (change(found, at).Failed(out var refused, out var next))
                return refused;
            var document = RegisterText.Write(next);
            await ExceptionStore.UpdateAsync(session, actor.Workspace, next, document);
            await _audit.AppendAsync(session, actor, Entry(action, next, document) with { Before = RegisterText.Hash(RegisterText.Write(found)) });
            return next;
        }, cancel);
        return changed.Failed(out var failed, out var kept) ? failed : Told(kept);
    }

    private PolicyExceptionEntry Told(PolicyExceptionEntry one)
    {
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        return one.State != Approved ? one
            : one.ExpiresAt <= now ? one with { State = Expired }
            : one with { IsReviewOverdue = one.ReviewAt < now };
    }

    private static string? Problem(NewPolicyExceptionEntry asked, DateTimeOffset now)
    {
        var at = now.ToUnixTimeMilliseconds();
        return RegisterText.Problem("key", asked.Key, RegisterText.LongestKey)
            ?? RegisterText.Problem("control", asked.Control, 200, required: true)
            ?? RegisterText.Problem("reason", asked.Reason, required: true)
            ?? RegisterText.Problem("compensating_measure", asked.CompensatingMeasure, required: true)
            ?? RegisterText.Problem("owner", asked.Owner, 200, required: true)
            ?? RegisterText.Problem("model", asked.Model, 256) ?? RegisterText.Problem("version", asked.Version, 20) ?? RegisterText.Problem("environment", asked.Environment, 200)
            ?? (asked.Version is not null && asked.Model is null ? "A version needs its model." : null)
            ?? (asked.ExpiresAt <= at || asked.ExpiresAt > (now + Longest).ToUnixTimeMilliseconds()
                ? string.Create(CultureInfo.InvariantCulture, $"'expires_at' is {asked.ExpiresAt}; it must be Unix milliseconds, after now and within {Longest.TotalDays} days.")
                : null)
            ?? (asked.ReviewAt <= at || asked.ReviewAt > asked.ExpiresAt ? "'review_at' must lie between now and the end of the exception." : null);
    }

    private static Failure State(PolicyExceptionEntry one, string done) => Failure.Conflict("governance.exception_state", $"Exception {one.Id} is {one.State}; it cannot be {done}.");

    private static AuditRecord Entry(string action, PolicyExceptionEntry one, string document) => new(action, ObjectKind, one.Id)
    {
        After = RegisterText.Hash(document),
        Detail = string.Create(CultureInfo.InvariantCulture, $$"""{"expires_at":{{one.ExpiresAt}},"state":"{{one.State}}"}"""),
    };

    private static Failure NotFound(string id) => Failure.NotFound("governance.exception_not_found", $"There is no exception '{RegisterText.Clip(id)}'.");
}
