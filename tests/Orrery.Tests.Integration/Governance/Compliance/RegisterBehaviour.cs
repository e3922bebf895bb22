using Orrery.Contracts;
using Orrery.Governance;
using Orrery.Kernel;
using Orrery.Lineage;
using Orrery.Storage;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

public sealed class RegistersOnSqlite() : RegisterBehaviour(new SqliteDatabase());

public sealed class RegistersOnPostgres() : RegisterBehaviour(new PostgresDatabase());

/// <summary>What the registers promise, on every database.</summary>
public abstract class RegisterBehaviour(TestDatabase database) : IAsyncLifetime
{
    private static readonly Actor Ada = Person("ada", 1);
    private static readonly Actor Bob = Person("bob", 1);
    private static readonly Actor Elsewhere = Person("eve", 2);

    private readonly FakeTimeProvider _clock = new();
    private Incidents _incidents = null!;
    private PolicyExceptions _exceptions = null!;
    private SubjectRequests _requests = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private long Now => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    public async ValueTask InitializeAsync()
    {
        await database.InitializeAsync();
        var audit = TestAudit.Log(database.Db, _clock);
        _incidents = new(database.Db, audit, new Descendants(database.Db), _clock);
        _exceptions = new(database.Db, audit, _clock);
        _requests = new(database.Db, audit, new SubjectKeys(new SecretBox(new byte[SecretBox.KeyBytes])), _clock);
    }

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task An_incident_goes_from_open_to_reviewed_and_tells_how_long_it_took()
    {
        var opened = (await _incidents.OpenAsync(Ada, new() { Key = "rollback/7", Title = "Error rate 9 %", Severity = "sev2", Kind = "automatic_rollback", Model = "churn", Version = "4", StartedAt = Now - 60_000 }, Cancel)).Value;
        Assert.Equal(("open", "ada", null), (opened.State, opened.OpenedBy, opened.SecondsToRestore));
        Assert.Equal(["churn/4"], opened.AffectedVersions);

        _clock.Advance(TimeSpan.FromMinutes(4));
        var mitigated = (await _incidents.AddEventAsync(Bob, opened.Id, "mitigated", "Version 3 answers again", Cancel)).Value;
        Assert.Equal(("mitigated", 300d), (mitigated.State, mitigated.SecondsToRestore));

        _clock.Advance(TimeSpan.FromMinutes(10));
        await _incidents.ResolveAsync(Bob, opened.Id, "Rolled back", Cancel);
        Assert.Equal("governance.incident_state", (await _incidents.ReviewAsync(Ada, opened.Id, "Looked at", Cancel)).Failure?.Code);
        var due = Now + 1_000;
        await _incidents.UpdateAsync(Ada, opened.Id, new() { RootCause = "Stale features", FollowUps = [new() { Text = "Alert on freshness", Owner = "bob", DueAt = due }] }, Cancel);
        _clock.Advance(TimeSpan.FromMinutes(1));
        var reviewed = (await _incidents.ReviewAsync(Ada, opened.Id, "Looked at", Cancel)).Value;

        Assert.Equal(("reviewed", "ada", 300d, "Rolled back"), (reviewed.State, reviewed.ReviewedBy, reviewed.SecondsToRestore, reviewed.Resolution));
        Assert.True(Assert.Single(reviewed.FollowUps).IsOverdue);
        Assert.Equal(["opened", "mitigated", "resolved", "changed", "reviewed"], reviewed.Timeline.Select(static one => one.Kind));
        Assert.Equal([1, 2, 3, 4, 5], reviewed.Timeline.Select(static one => one.Sequence));
        Assert.Equal(5, (await _incidents.ResolveAsync(Ada, opened.Id, "Again", Cancel)).Value.Timeline.Count);
    }

    [Fact]
    public async Task Opening_with_the_same_key_opens_nothing_new_also_at_once()
    {
        var asked = new NewIncident { Key = "delivery/9", Title = "p95", Severity = "sev3", Kind = "automatic_rollback" };
        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ => (await _incidents.OpenAsync(Ada, asked, Cancel)).Value.Id));

        Assert.Single(made.Distinct());
        Assert.Single((await _incidents.GetAsync(Ada, made[0], Cancel)).Value.Timeline);
        Assert.NotEqual(made[0], (await _incidents.OpenAsync(Elsewhere, asked, Cancel)).Value.Id);
        Assert.Equal("governance.incident_not_found", (await _incidents.GetAsync(Elsewhere, made[0], Cancel)).Failure?.Code);
        Assert.Equal("governance.incident_not_found", (await _incidents.AddEventAsync(Elsewhere, made[0], "note", "x", Cancel)).Failure?.Code);
    }

    [Fact]
    public async Task Events_at_once_take_places_of_their_own()
    {
        var id = (await _incidents.OpenAsync(Ada, new() { Title = "t", Severity = "sev4", Kind = "manual" }, Cancel)).Value.Id;
        await Task.WhenAll(Enumerable.Range(0, 10).Select(async n => Assert.True((await _incidents.AddEventAsync(Ada, id, "note", $"{n}", Cancel)).Succeeded)));

        Assert.Equal(Enumerable.Range(1, 11).Select(static n => (long)n), (await _incidents.GetAsync(Ada, id, Cancel)).Value.Timeline.Select(static one => one.Sequence));
    }

    [Theory]
    [InlineData("breach", null, "gdpr_33", 72, "authority_notified")]
    [InlineData("manual", "serious", "ai_act_73", 15 * 24, "market_authority_notified")]
    [InlineData("manual", "death", "ai_act_73_death", 10 * 24, "market_authority_notified")]
    [InlineData("manual", "widespread", "ai_act_73_widespread", 2 * 24, "market_authority_notified")]
    public async Task A_clock_of_the_law_runs_from_when_one_became_aware_and_stops_with_the_notice(string kind, string? serious, string clock, int hours, string notice)
    {
        var aware = Now;
        NewIncident New(string title) => new() { Title = title, Severity = "sev1", Kind = kind, SeriousIncident = serious, AwareAt = aware };
        var (early, late) = ((await _incidents.OpenAsync(Ada, New("early"), Cancel)).Value, (await _incidents.OpenAsync(Ada, New("late"), Cancel)).Value);
        var due = aware + (long)TimeSpan.FromHours(hours).TotalMilliseconds;
        Assert.Equal((clock, due, "running"), Told(early));

        _clock.Advance(TimeSpan.FromHours(hours));
        Assert.Equal((clock, due, "running"), Told((await _incidents.GetAsync(Ada, late.Id, Cancel)).Value));
        Assert.Equal((clock, due, "met"), Told((await _incidents.AddEventAsync(Ada, early.Id, notice, "told", Cancel)).Value));
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal((clock, due, "overdue"), Told((await _incidents.GetAsync(Ada, late.Id, Cancel)).Value));
        Assert.Equal((clock, due, "late"), Told((await _incidents.AddEventAsync(Ada, late.Id, notice, "told", Cancel)).Value));
        Assert.Equal((clock, due, "met"), Told((await _incidents.GetAsync(Ada, early.Id, Cancel)).Value));
        var listed = (await _incidents.ListAsync(Ada, new(), null, null, Cancel)).Value.Incidents;
        Assert.Equal([("early", "met"), ("late", "late")], listed.Select(static one => (one.Title, one.Deadlines.Single().State)).Order());
        Assert.Empty((await _incidents.OpenAsync(Ada, new() { Title = "plain", Severity = "sev4", Kind = "manual" }, Cancel)).Value.Deadlines);

        static (string, long, string) Told(Incident one) => one.Deadlines.Select(static clock => (clock.Id, clock.DueAt, clock.State)).Single();
    }

    [Fact]
    public async Task Incidents_are_listed_in_pages_by_what_they_are()
    {
        foreach (var n in Enumerable.Range(0, 5))
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            Assert.True((await _incidents.OpenAsync(Ada, new() { Title = $"{n}", Severity = n % 2 == 0 ? "sev1" : "sev2", Kind = "manual", Model = "m" }, Cancel)).Succeeded);
        }

        var first = (await _incidents.ListAsync(Ada, new(Severity: "sev1", Model: "m", State: "open"), 2, null, Cancel)).Value;
        var rest = (await _incidents.ListAsync(Ada, new(Severity: "sev1"), 2, first.NextPageToken, Cancel)).Value;
        Assert.Equal(["4", "2", "0"], first.Incidents.Concat(rest.Incidents).Select(static one => one.Title));
        Assert.Null(rest.NextPageToken);
        Assert.Empty((await _incidents.ListAsync(Ada, new(State: "resolved"), null, null, Cancel)).Value.Incidents);
        Assert.Equal("governance.invalid_page_token", (await _incidents.ListAsync(Ada, new(), null, "nope", Cancel)).Failure?.Code);
        Assert.Equal("governance.invalid_limit", (await _incidents.ListAsync(Ada, new(), 0, null, Cancel)).Failure?.Code);
    }

    [Fact]
    public async Task What_an_incident_may_not_be_is_refused()
    {
        var good = new NewIncident { Title = "t", Severity = "sev1", Kind = "manual" };
        foreach (var bad in new[]
        {
            good with { Title = "" }, good with { Title = new('x', 301) }, good with { Severity = "bad" }, good with { Kind = "Not A Word" }, good with { StartedAt = Now + 3_600_000 },
            good with { SeriousIncident = "very" }, good with { Key = new('k', 201) }, good with { Detail = "\u0007" },
        })
        {
            Assert.Equal("governance.invalid_incident", (await _incidents.OpenAsync(Ada, bad, Cancel)).Failure?.Code);
        }

        var id = (await _incidents.OpenAsync(Ada, good, Cancel)).Value.Id;
        Assert.Equal("governance.invalid_incident", (await _incidents.AddEventAsync(Ada, id, "resolved", "x", Cancel)).Failure?.Code);
        Assert.Equal("governance.invalid_incident", (await _incidents.AddEventAsync(Ada, id, "note", "", Cancel)).Failure?.Code);
        Assert.Equal("governance.invalid_incident", (await _incidents.UpdateAsync(Ada, id, new() { FollowUps = [new() { Text = "x" }] }, Cancel)).Failure?.Code);
        Assert.Equal("governance.incident_not_found", (await _incidents.ResolveAsync(Ada, "nope", "x", Cancel)).Failure?.Code);
    }

    [Fact]
    public async Task Who_asks_for_an_exception_does_not_approve_it_and_its_end_shows()
    {
        var one = (await _exceptions.RequestAsync(Ada, Asked(), Cancel)).Value;
        Assert.Equal("requested", one.State);
        Assert.Equal("governance.own_exception", (await _exceptions.ApproveAsync(Ada, one.Id, null, Cancel)).Failure?.Code);
        Assert.Equal("governance.own_exception", (await _exceptions.ApproveAsync(Ada with { Name = "ada-renamed" }, one.Id, null, Cancel)).Failure?.Code);
        Assert.Equal("governance.exception_not_found", (await _exceptions.ApproveAsync(Elsewhere, one.Id, null, Cancel)).Failure?.Code);
        Assert.Equal("governance.exception_state", (await _exceptions.ReviewAsync(Bob, one.Id, "early", null, Cancel)).Failure?.Code);
        Assert.Equal(("approved", "bob"), ((await _exceptions.ApproveAsync(Bob, one.Id, "for now", Cancel)).Value.State, (await _exceptions.GetAsync(Ada, one.Id, Cancel)).Value.DecidedBy));
        Assert.Equal("governance.exception_state", (await _exceptions.RejectAsync(Bob, one.Id, "late", Cancel)).Failure?.Code);

        _clock.Advance(TimeSpan.FromDays(6));
        Assert.True((await _exceptions.GetAsync(Ada, one.Id, Cancel)).Value.IsReviewOverdue);
        var reviewed = (await _exceptions.ReviewAsync(Bob, one.Id, "still needed", null, Cancel)).Value;
        Assert.Equal((1, false), (reviewed.Reviews.Count, reviewed.IsReviewOverdue));

        _clock.Advance(TimeSpan.FromDays(4));
        Assert.Equal("expired", (await _exceptions.GetAsync(Ada, one.Id, Cancel)).Value.State);
        Assert.Equal(one.Id, Assert.Single((await _exceptions.ListAsync(Ada, "expired", "14", null, null, null, Cancel)).Value.Exceptions).Id);
        Assert.Empty((await _exceptions.ListAsync(Ada, "approved", null, null, null, null, Cancel)).Value.Exceptions);
        Assert.Equal("governance.exception_state", (await _exceptions.ReviewAsync(Bob, one.Id, "too late", null, Cancel)).Failure?.Code);
    }

    [Fact]
    public async Task An_exception_is_asked_for_once_and_rejected_or_revoked_with_a_reason()
    {
        var one = (await _exceptions.RequestAsync(Ada, Asked() with { Key = "t-1" }, Cancel)).Value;
        Assert.Equal(one.Id, (await _exceptions.RequestAsync(Bob, Asked() with { Key = "t-1" }, Cancel)).Value.Id);
        Assert.Equal("governance.invalid_exception", (await _exceptions.RejectAsync(Bob, one.Id, null, Cancel)).Failure?.Code);
        Assert.Equal("rejected", (await _exceptions.RejectAsync(Bob, one.Id, "no", Cancel)).Value.State);
        Assert.Equal("governance.exception_state", (await _exceptions.RevokeAsync(Bob, one.Id, "no", Cancel)).Failure?.Code);
        var other = (await _exceptions.RequestAsync(Ada, Asked(), Cancel)).Value;
        Assert.Equal("revoked", (await _exceptions.RevokeAsync(Ada, other.Id, "not needed", Cancel)).Value.State);

        foreach (var bad in new[]
        {
            Asked() with { Reason = " " }, Asked() with { CompensatingMeasure = "" }, Asked() with { Owner = "" }, Asked() with { Control = "" }, Asked() with { ExpiresAt = Now },
            Asked() with { ExpiresAt = Now + (long)TimeSpan.FromDays(400).TotalMilliseconds }, Asked() with { Version = "1" }, Asked() with { ReviewAt = Now - 1 },
        })
        {
            Assert.Equal("governance.invalid_exception", (await _exceptions.RequestAsync(Ada, bad, Cancel)).Failure?.Code);
        }
    }

    [Fact]
    public async Task A_request_of_a_subject_is_due_in_a_month_can_be_extended_once_and_keeps_no_key()
    {
        var received = new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
        var one = (await _requests.RegisterAsync(Ada, new() { Key = "T-1", Type = "access", Subject = Customer("4711"), ReceivedAt = received.ToUnixTimeMilliseconds() }, Cancel)).Value;
        Assert.Equal(new DateTimeOffset(2026, 2, 28, 12, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds(), one.DueAt);
        // The clock stands at the first of March.
        Assert.True(one.IsOverdue);
        Assert.DoesNotContain("4711", RegisterText.Write(one), StringComparison.Ordinal);
        Assert.Equal(one.Id, (await _requests.RegisterAsync(Bob, new() { Key = "T-1", Type = "erasure", Subject = Customer("1") }, Cancel)).Value.Id);
        Assert.Equal("governance.subject_request_ended", (await _requests.ChangeAsync(Ada, one.Id, new() { ExtensionReason = "complex" }, Cancel)).Failure?.Code);

        var other = (await _requests.RegisterAsync(Ada, new() { Type = "portability", Subject = Customer("4711") }, Cancel)).Value;
        Assert.Equal((one.Subject, false), (other.Subject, other.IsOverdue));
        var extended = (await _requests.ChangeAsync(Ada, other.Id, new() { ExtensionReason = "complex", State = "in_progress" }, Cancel)).Value;
        Assert.Equal(_clock.GetUtcNow().AddMonths(3).ToUnixTimeMilliseconds(), extended.DueAt);
        Assert.Equal("governance.subject_request_ended", (await _requests.ChangeAsync(Ada, other.Id, new() { ExtensionReason = "more" }, Cancel)).Failure?.Code);
        Assert.Equal("governance.invalid_subject_request", (await _requests.ChangeAsync(Ada, other.Id, new() { State = "fulfilled" }, Cancel)).Failure?.Code);
        var ended = (await _requests.ChangeAsync(Bob, other.Id, new() { State = "fulfilled", Answer = "Sent", Links = [new() { Kind = "document", Id = "export.zip" }] }, Cancel)).Value;
        Assert.Equal(("fulfilled", "bob", false), (ended.State, ended.EndedBy, ended.WasLate));
        Assert.Equal("governance.subject_request_ended", (await _requests.ChangeAsync(Bob, other.Id, new() { State = "refused", Answer = "x" }, Cancel)).Failure?.Code);
        Assert.True((await _requests.ChangeAsync(Bob, one.Id, new() { State = "refused", Answer = "Not ours" }, Cancel)).Value.WasLate);
        Assert.Equal("governance.subject_request_not_found", (await _requests.GetAsync(Elsewhere, one.Id, Cancel)).Failure?.Code);
    }

    [Fact]
    public async Task A_human_review_ends_with_what_it_came_to_and_links_lead_somewhere()
    {
        var one = (await _requests.RegisterAsync(Ada, new() { Type = "human_review", Subject = Customer("5"), Model = "credit", PredictionId = "p1" }, Cancel)).Value;
        Assert.Equal("governance.invalid_subject_request", (await _requests.ChangeAsync(Ada, one.Id, new() { State = "fulfilled", Answer = "x" }, Cancel)).Failure?.Code);
        foreach (var kind in new[] { "erasure", "opt_out", "explanation", "nonsense" })
            Assert.Equal("governance.invalid_subject_request", (await _requests.ChangeAsync(Ada, one.Id, new() { Links = [new() { Kind = kind, Id = "nope" }] }, Cancel)).Failure?.Code);
        Assert.Equal("overridden", (await _requests.ChangeAsync(Ada, one.Id, new() { State = "fulfilled", Answer = "Decided anew", ReviewOutcome = "overridden" }, Cancel)).Value.ReviewOutcome);

        var access = (await _requests.RegisterAsync(Ada, new() { Type = "access", Subject = Customer("5") }, Cancel)).Value;
        Assert.Equal("governance.invalid_subject_request", (await _requests.ChangeAsync(Ada, access.Id, new() { ReviewOutcome = "upheld" }, Cancel)).Failure?.Code);
        _clock.Advance(TimeSpan.FromDays(40));
        Assert.Equal([access.Id], (await _requests.ListAsync(Ada, null, null, null, overdue: true, null, null, Cancel)).Value.Requests.Select(static request => request.Id));
        Assert.Equal(2, (await _requests.ListAsync(Ada, null, null, access.Subject, overdue: false, null, null, Cancel)).Value.Requests.Count);
        Assert.Equal("governance.invalid_subject_request", (await _requests.RegisterAsync(Ada, new() { Type = "wish", Subject = Customer("5") }, Cancel)).Failure?.Code);
        Assert.Equal("governance.invalid_subject", (await _requests.RegisterAsync(Ada, new() { Type = "access" }, Cancel)).Failure?.Code);
    }

    private static Actor Person(string name, long workspace) => new(new(workspace), "w", name) { Origin = new() { PrincipalId = "usr_" + name, Method = "password" } };

    private static Dictionary<string, string> Customer(string id) => new() { ["customer_id"] = id };

    private NewPolicyExceptionEntry Asked() => new()
    {
        Control = "14",
        Reason = "Vendor fix pending",
        CompensatingMeasure = "Checked by hand each day",
        Owner = "ada",
        ExpiresAt = Now + (long)TimeSpan.FromDays(10).TotalMilliseconds,
    };
}
