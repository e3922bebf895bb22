using Orrery.Governance;
using Orrery.Kernel;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

public sealed class EvidenceSourcesOnSqlite() : EvidenceSourceBehaviour(new SqliteDatabase());

public sealed class EvidenceSourcesOnPostgres() : EvidenceSourceBehaviour(new PostgresDatabase());

/// <summary>What risk, policies and approvals contribute to reports, on every database.</summary>
public abstract class EvidenceSourceBehaviour(TestDatabase database) : IAsyncLifetime
{
    private static readonly Actor Ada = new(new(1), "w", "ada");
    private static readonly Actor Elsewhere = new(new(2), "v", "eve");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => database.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Nothing_is_contributed_where_there_is_nothing()
    {
        foreach (var source in Sources())
        {
            var found = await source.CollectAsync(Ada, 0, 1_000, 3, Cancel);
            Assert.All(source.Facts, fact => Assert.Equal(0, found.Facts.GetValueOrDefault(fact, FoundEvidence.None).Count));
            Assert.All(source.Facts, fact => Assert.True(Facts.IsContributed(fact)));
        }
    }

    [Fact]
    public async Task Answers_and_assessments_count_and_the_highest_tier_that_stands_is_the_models()
    {
        await WriteAsync("insert into gov_risk_answers (tenant_id, model_id, version, sequence, questionnaire, answers, set_by, set_at) values (1, 'm', 0, 1, '1', '{}', 'ada', 10)");
        foreach (var (version, environment, sequence, score, tier, at) in new[] { (1, "staging", 1, 40, "high", 100), (1, "staging", 2, 10, "low", 200), (1, "production", 1, 20, "medium", 300), (2, "production", 1, 45, "high", 5_000) })
            await WriteAsync($"insert into gov_risk_assessment (tenant_id, model_id, version, environment, sequence, model, sha256, score, tier, body, made_by, made_at) values (1, 'm', {version}, '{environment}', {sequence}, 'churn', 'aa', {score}, '{tier}', '{{}}', 'ada', {at})");
        var found = await new RiskEvidenceSource(database.Db).CollectAsync(Ada, 50, 1_000, 2, Cancel);
        Assert.Equal((1, 3, 1), (found.Facts["risk.answers"].Count, found.Facts["risk.assessments"].Count, found.Facts["risk.changes"].Count));
        Assert.Equal(["churn/1/production/1", "churn/1/staging/2"], found.Facts["risk.assessments"].Items.Select(static item => item.Id));
        Assert.Equal("medium", found.Tiers["churn"]);
        Assert.Empty((await new RiskEvidenceSource(database.Db).CollectAsync(Elsewhere, 0, 10_000, 2, Cancel)).Tiers);
    }

    [Fact]
    public async Task A_policy_counts_while_it_is_in_force_at_the_periods_end()
    {
        foreach (var (name, revision, enabled, at) in new[] { ("a", 1, 1, 10), ("b", 1, 1, 20), ("b", 2, 0, 30), ("c", 1, 0, 10), ("c", 2, 1, 900) })
            await WriteAsync($"insert into gov_policy (tenant_id, name, revision, enabled, sha256, body, changed_by, changed_at) values (1, '{name}', {revision}, {enabled}, 'aa', '{{}}', 'ada', {at})");
        var source = new PolicyEvidenceSource(database.Db);
        Assert.Equal(["a/1"], (await source.CollectAsync(Ada, 0, 500, 3, Cancel)).Facts["policies.versions"].Items.Select(static item => item.Id));
        Assert.Equal((2, "c/2"), ((await source.CollectAsync(Ada, 0, 1_000, 1, Cancel)).Facts["policies.versions"] is var both ? (both.Count, both.Items.Single().Id) : default));
        Assert.Empty((await source.CollectAsync(Elsewhere, 0, 1_000, 3, Cancel)).Facts);
    }

    [Fact]
    public async Task Approvals_count_by_kind_and_only_others_than_who_asked_separate_duties()
    {
        foreach (var (id, kind, state, version, at) in new[] { ("a1", "automatic", "approved", "1", 100), ("a2", "approval", "approved", "2", 200), ("a3", "waiver", "approved", "3", 150), ("a4", "approval", "pending", "4", 400) })
            await WriteAsync($"insert into gov_approval (tenant_id, approval_id, model_id, model, version, environment, state, kind, requester_id, authors, spec, document, checked_at, created_at) values (1, '{id}', 'm', 'churn', '{version}', 'production', '{state}', '{kind}', 'usr_ada', '', '{{}}', '{{}}', 0, {at})");
        foreach (var (id, principal, decision) in new[] { ("a1", "usr_ada", "approve"), ("a2", "usr_bob", "approve"), ("a4", "usr_bob", "reject") })
            await WriteAsync($"insert into gov_approval_decision (tenant_id, approval_id, seat, principal_id, voice_id, decision, decided_at) values (1, '{id}', 'manager', '{principal}', '{principal}', '{decision}', 500)");
        var found = await new ApprovalEvidenceSource(database.Db).CollectAsync(Ada, 0, 1_000, 3, Cancel);
        Assert.Equal(["a2", "a1"], found.Facts["approvals.decisions"].Items.Select(static item => item.Id));
        Assert.Equal("a2", Assert.Single(found.Facts["approvals.separated"].Items).Id);
        Assert.Equal("a3", Assert.Single(found.Facts["approvals.waivers"].Items).Id);
        Assert.DoesNotContain("approvals.reviews", found.Facts.Keys);
        Assert.Equal("approval: version 2 for production", found.Approvals["churn"]);
        Assert.Equal(3, found.Changes.Count);
        Assert.Empty((await new ApprovalEvidenceSource(database.Db).CollectAsync(Elsewhere, 0, 1_000, 3, Cancel)).Changes);
    }

    private IEvidenceSource[] Sources() => [new RiskEvidenceSource(database.Db), new PolicyEvidenceSource(database.Db), new ApprovalEvidenceSource(database.Db)];

    // What the parts themselves write is tested where they are; here are rows as they write them.
    private async Task WriteAsync(string statement) => await database.Db.WriteAsync<Done>(async session =>
    {
        // Braces are the SQL dialect's markers, so that JSON comes as a parameter would.
        using var sql = session.Sql(statement.Replace("'{}'", "@json", StringComparison.Ordinal));
        if (statement.Contains("'{}'", StringComparison.Ordinal))
            sql.Set("json", "{}");
        await sql.ExecuteAsync();
        return Done.Ok;
    }, Cancel);
}
