using Orrery.Contracts;
using Orrery.Governance;
using Orrery.Kernel;
using Orrery.Serving;
using Orrery.Storage;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>What reviews of risk look at, on every database.</summary>
public abstract class RiskReviewBehaviour(TestDatabase database) : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new();
    private ApprovalNode _node = null!;
    private DeployedVersions _deployed = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await database.InitializeAsync();
        _node = new(database, _clock) { Tier = "high" };
        _deployed = new(database.Db, null!, _clock);
    }

    public async ValueTask DisposeAsync()
    {
        _node.Dispose();
        await database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Approvals_that_are_asked_for_or_stand_are_told_with_what_was_assessed()
    {
        var asker = await _node.PersonAsync("asker");
        await _node.VersionAsync("churn");
        await _node.VersionAsync("other");
        var churn = await _node.FindAsync("churn", "1");
        var other = await _node.FindAsync("other", "1");
        await AssessedAsync(churn, "production");
        await AssessedAsync(churn, "staging");
        await AssessedAsync(other, "production");
        var asked = (await _node.RequestAsync(asker, "churn")).Value;
        Assert.Equal("pending", asked.State);

        Assert.Equal(
            [("churn", "production", 1L), ("churn", "staging", 0L), ("other", "production", 0L)],
            (await StandingAsync(null, ("", 0, ""))).Select(static one => (one.Model, one.Environment, one.Approvals)).Order());
        Assert.Equal([("production", 1L), ("staging", 0L)], (await StandingAsync(churn.ModelId, ("", 0, ""))).Select(static one => (one.Environment, one.Approvals)));
        Assert.Equal(["staging"], (await StandingAsync(churn.ModelId, (churn.ModelId, 1, "production"))).Select(static one => one.Environment));
        await _node.Approvals.WithdrawAsync(asker, asked.Id, "Not now.", Cancel);
        Assert.All(await StandingAsync(null, ("", 0, "")), static one => Assert.Equal(0, one.Approvals));
    }

    [Fact]
    public async Task Deployments_are_found_by_the_models_that_they_name()
    {
        var actor = ApprovalNode.Of("ann");
        await DeployedAsync("production", "a", ("m", "1", 1, false), ("m\"<", "2", 1, false));
        await DeployedAsync("production", "b", ("mm", "1", 0, false), ("m_", "1", 1, true));
        await DeployedAsync("staging", "c", ("m", "3", 1, false));

        Assert.Equal([("a", "1"), ("c", "3")], (await _deployed.NowAsync(actor, "m", null, Cancel)).Select(static one => (one.Deployment, one.Version)));
        Assert.Equal([("a", "2")], (await _deployed.NowAsync(actor, "m\"<", "production", Cancel)).Select(static one => (one.Deployment, one.Version)));
        Assert.Empty(await _deployed.NowAsync(actor, "M", null, Cancel));
        Assert.Equal(5, (await _deployed.PlacesAsync(actor, Cancel)).Count);
        Assert.Contains(("m", "3", "staging"), await _deployed.PlacesAsync(actor, Cancel));
        Assert.Empty(await _deployed.PlacesAsync(ApprovalNode.Of("ann", 2), Cancel));

        Assert.True(await EverAsync("production", "m"));
        Assert.True(await EverAsync("production", "m\"<"));
        Assert.True(await EverAsync("production", "x", "m"));
        Assert.False(await EverAsync("production", "mm"));
        Assert.False(await EverAsync("production", "m_"));
        Assert.False(await EverAsync("production", "x", "mm"));
        Assert.False(await EverAsync("staging", "mm"));
    }

    private ValueTask<bool> EverAsync(string environment, params string[] models) => _deployed.EverAsync(ApprovalNode.Of("ann"), environment, models.ToHashSet(StringComparer.Ordinal), Cancel);

    private ValueTask<List<AssessedVersion>> StandingAsync(string? model, (string, long, string) after) =>
        database.Db.ReadAsync(session => RiskStore.StandingAsync(session, WorkspaceId.Default, model, after, 10), Cancel);

    private Task AssessedAsync(Registry.ModelVersion version, string environment) => WriteAsync(async session => Assert.True(await RiskStore.AddAsync(
        session, ApprovalNode.Of("ann"), new(version.ModelId, version.Version, environment, 1, new() { Model = version.Name, Version = "1", Environment = environment, Tier = "low", Sha256 = new('a', 64) }))));

    private Task DeployedAsync(string environment, string name, params (string Model, string Version, int Weight, bool Shadow)[] variants) => WriteAsync(async session =>
    {
        var spec = new DeploymentSpec { Variants = [.. variants.Select(static (one, index) => new VariantSpec { Name = $"v{index}", Model = one.Model, Version = one.Version, Weight = one.Weight, Shadow = one.Shadow })] };
        var row = new DeploymentRow(new(WorkspaceId.Default, environment, name), 1, false, spec, "ann", 1, 1);
        await DeploymentStore.PutAsync(session, row);
        await DeploymentStore.AddRevisionAsync(session, row);
    });

    private async Task WriteAsync(Func<DbSession, ValueTask> write) => Assert.True((await database.Db.WriteAsync<Done>(async session =>
    {
        await write(session);
        return Done.Ok;
    }, Cancel)).Succeeded);
}

/// <summary>On SQLite.</summary>
public sealed class RiskReviewOnSqlite() : RiskReviewBehaviour(new SqliteDatabase());

/// <summary>On PostgreSQL.</summary>
public sealed class RiskReviewOnPostgres() : RiskReviewBehaviour(new PostgresDatabase());
