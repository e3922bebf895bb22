using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Governance;

/// <summary>The register of requests of data subjects: when they came, until when they must be answered, what was done. Keeps codes of subjects only. Thread-safe.</summary>
internal sealed class SubjectRequests(Db db, AuditLog audit, SubjectKeys keys, TimeProvider time)
{
    private const string Received = "received";
    private const string InProgress = "in_progress";
    private const string Fulfilled = "fulfilled";
    private const string Refused = "refused";
    private const string Withdrawn = "withdrawn";
    private const string HumanReview = "human_review";
    private const string ObjectKind = "subject-request";
    private const int LongestNote = 1_000;
    private const int LongestAnswer = 2_000;
    private const int MostLinks = 100;

    private static readonly string[] Types = ["access", "rectification", "erasure", "restriction", "objection", "portability", HumanReview];
    private static readonly string[] LinkKinds = ["erasure", "opt_out", "explanation", "prediction", "document"];

    /// <summary>Registers one, or answers the one with the same key; <c>governance.invalid_subject</c>, <c>governance.invalid_subject_request</c>.</summary>
    public async ValueTask<Result<SubjectRequest>> RegisterAsync(Actor actor, NewSubjectRequest asked, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (Problem(asked, now) is { } wrong)
            return Invalid(wrong);
        if (keys.Code(actor.Workspace, asked.Subject).Failed(out var unknown, out var subject))
            return unknown;
        var at = now.ToUnixTimeMilliseconds();
        var id = Guid.CreateVersion7(now).ToString("N");
        var made = new SubjectRequest
        {
            Id = id,
            Key = asked.Key ?? id,
            Subject = subject.Code,
            JoinKeys = subject.JoinKeys.Split(','),
            Type = asked.Type,
            State = Received,
            ReceivedAt = asked.ReceivedAt ?? at,
            DueAt = Due(asked.ReceivedAt ?? at, months: 1),
            Model = asked.Model,
            PredictionId = asked.PredictionId,
            Note = asked.Note,
            CreatedBy = actor.Name,
            CreatedAt = at,
        };
        var document = RegisterText.Write(made);
        var kept = await db.WriteAsync<SubjectRequest>(async session =>
        {
            if (!await SubjectRequestStore.InsertAsync(session, actor.Workspace, made, document))
                return (await SubjectRequestStore.FindKeyAsync(session, actor.Workspace, made.Key))!;
            await audit.AppendAsync(session, actor, Entry("subject_request.register", made, document));
            return made;
        }, cancel);
        return kept.Failed(out var failed, out var found) ? failed : Told(found);
    }

    /// <summary>
    /// Changes one that has not ended; <c>governance.subject_request_not_found</c>, <c>governance.subject_request_ended</c>, <c>governance.invalid_subject_request</c>.
    /// </summary>
    public async ValueTask<Result<SubjectRequest>> ChangeAsync(Actor actor, string id, SubjectRequestChange asked, CancellationToken cancel)
    {
        if (Problem(asked) is { } wrong)
            return Invalid(wrong);
        var at = time.GetUtcNow().ToUnixTimeMilliseconds();
        var changed = await db.WriteAsync<SubjectRequest>(async session =>
        {
            if (await SubjectRequestStore.LockAsync(session, actor.Workspace, id) is not { } found)
                return NotFound(id);
            if (Changed(actor, found, asked, at).Failed(out var refused, out var next))
                return refused;
            if (await UnknownLinkAsync(session, actor, next, asked.Links) is { } missing)
                return Invalid(missing);
            var document = RegisterText.Write(next);
            await SubjectRequestStore.UpdateAsync(session, actor.Workspace, next, document);
            await audit.AppendAsync(session, actor, Entry("subject_request." + (asked.State ?? (asked.ExtensionReason is null ? "change" : "extend")), next, document) with
            {
                Before = RegisterText.Hash(RegisterText.Write(found)),
            });
            return next;
        }, cancel);
        return changed.Failed(out var failed, out var kept) ? failed : Told(kept);
    }

    /// <summary>One of them; <c>governance.subject_request_not_found</c>.</summary>
    public async ValueTask<Result<SubjectRequest>> GetAsync(Actor actor, string id, CancellationToken cancel) =>
        await db.ReadAsync(session => SubjectRequestStore.FindAsync(session, actor.Workspace, id), cancel) is { } found ? Told(found) : NotFound(id);

    /// <summary>One page, newest first; of one subject when its code is given. <c>governance.invalid_limit</c>, <c>governance.invalid_page_token</c>.</summary>
    public async ValueTask<Result<SubjectRequestPage>> ListAsync(
        Actor actor, string? state, string? type, string? subject, bool overdue, int? limit, string? token, CancellationToken cancel)
    {
        if (Listings.LimitProblem(limit, "governance") is { } wrong)
            return wrong;
        if (Listings.After(token, "governance.invalid_page_token").Failed(out var unknown, out var before))
            return unknown;
        var size = limit ?? Listings.DefaultLimit;
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var found = await db.ReadAsync(
            session => SubjectRequestStore.ListAsync(session, actor.Workspace, state, type, subject, overdue, now, before.Length == 0 ? "~" : before, size + 1), cancel);
        var page = Listings.Cut(found, size, static row => PageToken.Encode(row.Id));
        return new SubjectRequestPage { Requests = [.. page.Items.Select(Told)], NextPageToken = page.NextToken };
    }

    /// <summary>Those of a period, newest first, and those from before that are not answered.</summary>
    public async ValueTask<IReadOnlyList<SubjectRequest>> BetweenAsync(Actor actor, long since, long until, int limit, CancellationToken cancel) =>
        [.. (await db.ReadAsync(session => SubjectRequestStore.BetweenAsync(session, actor.Workspace, since, until, limit), cancel)).Select(Told)];

    /// <summary>When a request must be answered, Unix milliseconds: so many months after it came.</summary>
    internal static long Due(long received, int months) => DateTimeOffset.FromUnixTimeMilliseconds(received).AddMonths(months).ToUnixTimeMilliseconds();

    private SubjectRequest Told(SubjectRequest one)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return one with { IsOverdue = one.EndedAt is null && one.DueAt < now, WasLate = one.EndedAt > one.DueAt };
    }

    private static Result<SubjectRequest> Changed(Actor actor, SubjectRequest one, SubjectRequestChange asked, long at)
    {
        if (one.EndedAt is not null)
            return Failure.Conflict("governance.subject_request_ended", $"Request {one.Id} is {one.State}; it can no longer be changed.");
        if (asked.ExtensionReason is not null && (one.ExtensionReason is not null || at > one.DueAt))
            return Failure.Conflict("governance.subject_request_ended", "The time of a request can be extended once, within the first month.");
        if (asked.ReviewOutcome is not null && one.Type != HumanReview)
            return Invalid($"'review_outcome' is for requests of the type {HumanReview}; this one is {one.Type}.");
        if (asked.State == Fulfilled && one.Type == HumanReview && (asked.ReviewOutcome ?? one.ReviewOutcome) is null)
            return Invalid("Say what the review came to ('review_outcome': upheld or overridden) to fulfil the request.");
        var links = one.Links.Union(asked.Links).ToList();
        if (links.Count > MostLinks)
            return Invalid($"A request may have {MostLinks} links.");
        var ends = asked.State is Fulfilled or Refused or Withdrawn;
        return one with
        {
            State = asked.State ?? one.State,
            Answer = asked.Answer ?? one.Answer,
            ExtensionReason = asked.ExtensionReason ?? one.ExtensionReason,
            ExtendedAt = asked.ExtensionReason is null ? one.ExtendedAt : at,
            DueAt = asked.ExtensionReason is null ? one.DueAt : Due(one.ReceivedAt, months: 3),
            ReviewOutcome = asked.ReviewOutcome ?? one.ReviewOutcome,
            Links = links,
            EndedBy = ends ? actor.Name : null,
            EndedAt = ends ? at : null,
        };
    }

    // Links to what is kept here must lead to it, and to the same subject.
    private static async ValueTask<string?> UnknownLinkAsync(DbSession session, Actor actor, SubjectRequest one, IReadOnlyList<SubjectRequestLink> links)
    {
        var erasures = links.Where(static link => link.Kind == "erasure").Select(static link => link.Id).ToList();
        var known = erasures.Count == 0 ? [] : await RegisterLinkStore.ErasuresAsync(session, actor.Workspace, one.Subject, erasures);
        if (erasures.Except(known).FirstOrDefault() is { } erasure)
            return $"There is no erasure '{RegisterText.Clip(erasure)}' of this subject.";
        var purposes = links.Where(static link => link.Kind == "opt_out").Select(static link => link.Id).ToList();
        var opted = purposes.Count == 0 ? [] : await RegisterLinkStore.OptOutsAsync(session, actor.Workspace, one.Subject, purposes);
        if (purposes.Except(opted).FirstOrDefault() is { } purpose)
            return $"The subject has not opted out of '{RegisterText.Clip(purpose)}'.";
        var explanations = links.Where(static link => link.Kind == "explanation").Select(static link => link.Id).ToList();
        var explained = explanations.Count == 0 ? [] : await RegisterLinkStore.ExplanationsAsync(session, actor.Workspace, explanations);
        return explanations.Except(explained).FirstOrDefault() is { } explanation ? $"There is no explanation '{RegisterText.Clip(explanation)}'." : null;
    }

    private static string? Problem(NewSubjectRequest asked, DateTimeOffset now) =>
        RegisterText.Problem("key", asked.Key, RegisterText.LongestKey)
        ?? (Types.Contains(asked.Type) ? null : $"'type' is '{RegisterText.Clip(asked.Type)}'; it must be one of {string.Join(", ", Types)}.")
        ?? RegisterText.PastProblem("received_at", asked.ReceivedAt, now)
        ?? RegisterText.Problem("note", asked.Note, LongestNote) ?? RegisterText.Problem("model", asked.Model, 256) ?? RegisterText.Problem("prediction_id", asked.PredictionId, 200);

    private static string? Problem(SubjectRequestChange asked) =>
        (asked.State is null or InProgress or Fulfilled or Refused or Withdrawn ? null : $"'state' is '{RegisterText.Clip(asked.State)}'; it must be {InProgress}, {Fulfilled}, {Refused} or {Withdrawn}.")
        ?? RegisterText.Problem("answer", asked.Answer, LongestAnswer, required: asked.State is Fulfilled or Refused)
        ?? (asked.ExtensionReason is null ? null : RegisterText.Problem("extension_reason", asked.ExtensionReason, LongestNote, required: true))
        ?? (asked.ReviewOutcome is null or "upheld" or "overridden" ? null : $"'review_outcome' is '{RegisterText.Clip(asked.ReviewOutcome)}'; it must be upheld or overridden.")
        ?? (asked.Links.FirstOrDefault(static link => !LinkKinds.Contains(link.Kind) || string.IsNullOrEmpty(link.Id) || link.Id.Length > 200) is { } link
            ? $"A link is '{RegisterText.Clip(link.Kind)}'; its kind must be one of {string.Join(", ", LinkKinds)}, with an id of up to 200 characters."
            : null);

    private static AuditRecord Entry(string action, SubjectRequest one, string document) => new(action, ObjectKind, one.Id)
    {
        After = RegisterText.Hash(document),
        Detail = $$"""{"state":"{{one.State}}","type":"{{one.Type}}"}""",
    };

    private static Failure Invalid(string why) => Failure.Invalid("governance.invalid_subject_request", why);

    private static Failure NotFound(string id) => Failure.NotFound("governance.subject_request_not_found", $"There is no request '{RegisterText.Clip(id)}'.");
}
