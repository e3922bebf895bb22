using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Governance;
using Orrery.Kernel;
using Orrery.Lineage;
using Orrery.Registry;
using Orrery.Serving;
using Orrery.Storage;
using Orrery.Tenancy;
using Orrery.Testing;
using Orrery.Tracking;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>What one server has of approvals, with the risk, the checks and the policies as a test says.</summary>
internal sealed class ApprovalNode : IDisposable
{
    private readonly Db _db;
    private readonly ApprovalMetrics _metrics = new();

    public ApprovalNode(TestDatabase database, FakeTimeProvider time)
    {
        (_db, Time) = (database.Db, time);
        var (audit, outbox) = (TestAudit.Log(_db, time), database.Services.GetRequiredService<Outbox>());
        var gates = new List<IPromotionGate>();
        Ends = new(_db, time);
        Records = new(_db, Ends, () => Changes!, time);
        Models = new(_db, new RegistryEvents(outbox, audit), time);
        Versions = new(
            _db, new RegistryEvents(outbox, audit), new VersionSources(_db, new LoggedModels(_db, audit, time)), gates, new LineageSender(outbox, new()), time);
        var packages = new Packages(_db, audit, database.Services.GetRequiredService<Jobs>(), Versions, []);
        Facts = new(
            (_, model, version, environment, _) => new(new RiskAssessment { Model = model, Version = version, Environment = environment, Tier = Tier, Score = 7, Triggers = Triggers, Sha256 = RiskSha256 }),
            (_, _, _, _, _) => new((Result<IReadOnlyList<AutomaticCheck>>)new[] { new AutomaticCheck { Name = IsProhibited ? AutomaticChecks.ProhibitedUse : "tests", Passed = ChecksPass, Reason = "as the test says" } }),
            (_, _, _, _, _) => new(new PolicyStand(PolicySha256, Blocked, [])));
        var grounds = new ApprovalGrounds(_db, Versions, packages, null!, new PromotionGates(_db, audit, () => Models, () => packages, time), Facts);
        var keys = new SigningKeys(_db, new SecretBox(new byte[SecretBox.KeyBytes]), new AuditOptions(), NullLogger<SigningKeys>.Instance, time);
        var (trail, tokens) = (new ApprovalTrail(outbox, audit), new ApprovalTokens(_db, new DocumentSigner(keys), time));
        var ending = new ApprovalEnding(trail, time);
        var serving = new ServingOptions { ApprovedEnvironments = "production" };
        Workflows = new(_db, audit, time);
        var requests = new ApprovalRequests(_db, Versions, Workflows, grounds, tokens, ending, trail, Ends, serving, time);
        Requests = requests;
        Grounds = grounds;
        Changes = new(_db, grounds, ending, Ends, time);
        Approvals = new(_db, requests, new ApprovalDecisions(_db, grounds, tokens, ending, trail, Ends, time), Records, serving, time);
        Clock = new(_db, ending, trail, Ends, Changes, _metrics, time, NullLogger<ApprovalClock>.Instance);
        Delegations = new(_db, audit, time);
        Reviews = new(_db, audit, Facts, time);
        Boards = new(_db, Workflows, Approvals, time);
        Keys = keys;
        // Of the trail only the keys are asked.
        Check = new(() => Records, new ApprovalKeys(new AuditTrail(_db, audit, null!, null!, keys, null!)), packages, serving, time);
        Activation = new(_db, audit, packages, Check, null!, null!, Active, serving, null!, database.Services.GetRequiredService<ServerIdentity>(), time);
        gates.Add(new ApprovalGate(() => Records, serving, time));
        Gated = new(_db, new RegistryEvents(outbox, audit), new VersionSources(_db, new LoggedModels(_db, audit, time)), gates, new LineageSender(outbox, new()), time);
    }

    public string Tier { get; set; } = "low";

    public IReadOnlyList<RiskTrigger> Triggers { get; set; } = [];

    public bool ChecksPass { get; set; } = true;

    public bool IsProhibited { get; set; }

    public string RiskSha256 { get; set; } = new('a', 64);

    public string PolicySha256 { get; set; } = new('b', 64);

    public IReadOnlyList<string> Blocked { get; set; } = [];

    public FakeTimeProvider Time { get; }

    public DecisionFacts Facts { get; }

    public ApprovalEnds Ends { get; }

    public ApprovalRecords Records { get; }

    public RegisteredModels Models { get; }

    public ModelVersions Versions { get; }

    /// <summary>With the gate of approvals.</summary>
    public ModelVersions Gated { get; }

    public ApprovalGrounds Grounds { get; }

    public ApprovalRequests Requests { get; }

    public Workflows Workflows { get; }

    public ApprovalChanges Changes { get; }

    public Approvals Approvals { get; }

    public ApprovalClock Clock { get; }

    public Delegations Delegations { get; }

    public Reviews Reviews { get; }

    public Boards Boards { get; }

    public SigningKeys Keys { get; }

    /// <summary>What Serving asks before traffic.</summary>
    public ApprovalCheck Check { get; }

    /// <summary>What answers on it.</summary>
    public ActiveDeployments Active { get; } = new();

    /// <summary>Brings to life what may be; it has no models to load.</summary>
    public Activation Activation { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A person who has signed in, with roles in the workspace.</summary>
    public async Task<Actor> PersonAsync(string name, params string[] roles)
    {
        await PrincipalAsync(name, "person");
        foreach (var role in roles)
            await GrantAsync("usr_" + name, role);
        return Of(name);
    }

    /// <summary>Somebody as they come with a request.</summary>
    public static Actor Of(string name, long workspace = 1) => new(new WorkspaceId(workspace), workspace == 1 ? "default" : "other", name) { Origin = new() { PrincipalId = "usr_" + name, Method = "token" } };

    public ValueTask PrincipalAsync(string name, string kind, string by = "test") => WriteAsync(async session => await PrincipalStore.InsertAsync(
        session, new() { PrincipalId = "usr_" + name, Kind = kind, Name = name, State = "active", CreatedBy = by, CreatedAt = Time.GetUtcNow() }, owner: 0));

    /// <summary>A token of somebody's, made by another.</summary>
    public ValueTask TokenAsync(string id, string principal, string by) => WriteAsync(async session =>
    {
        using var sql = session.Sql("""
            insert into ten_token (token_id, hash, principal_id, name, created_by, created_at, expires_at)
            values (@id, @hash, @principal, @id, @by, 1, 2)
            """).Set("id", id).Set("hash", System.Text.Encoding.UTF8.GetBytes(id)).Set("principal", principal).Set("by", by);
        await sql.ExecuteAsync();
    });

    public ValueTask GrantAsync(string principal, string role) => WriteAsync(session => GrantStore.InsertAsync(session, GrantOf(principal, role)));

    public ValueTask TakeAsync(string principal, string role) => WriteAsync(async session =>
    {
        var grant = await GrantStore.FindSameAsync(session, GrantOf(principal, role));
        await GrantStore.DeleteAsync(session, 1, grant!.Id);
    });

    public ValueTask GroupAsync(string group, string member) => WriteAsync(async session =>
    {
        await PrincipalStore.InsertAsync(session, new() { PrincipalId = "grp_" + group, Kind = "group", Name = group, State = "active", CreatedBy = "test", CreatedAt = Time.GetUtcNow() }, owner: 0);
        await PrincipalStore.AddMemberAsync(session, "grp_" + group, "usr_" + member, Time.GetUtcNow());
    });

    /// <summary>A registered version whose files have been read.</summary>
    public async Task<string> VersionAsync(string model, string by = "trainer", string sha256 = "cc")
    {
        var actor = Of(by);
        await Models.CreateAsync(actor, model, "", [], Cancel);
        var version = (await Versions.CreateAsync(actor, model, new("s3://bucket/path"), Cancel)).Value;
        await PackageAsync(version, sha256);
        return version.Version.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    public ValueTask PackageAsync(Registry.ModelVersion version, string sha256) => WriteAsync(session => PackageStore.PutAsync(
        session, WorkspaceId.Default, version.ModelId,
        new(version.Name, version.Version, PackageStates.External, null, "s3://bucket/path", null, 0, string.Concat(Enumerable.Repeat(sha256, 32)), 1, PackageDocument.Empty, [])));

    public async Task<Registry.ModelVersion> FindAsync(string model, string version) => (await Versions.GetAsync(Of("trainer"), model, version, Cancel)).Value;

    public ValueTask CardAsync(Registry.ModelVersion version, int sequence, string sha256) => WriteAsync(session => CardStore.AddAsync(
        session, WorkspaceId.Default, version.ModelId, version.Version, sequence, new() { Sha256 = sha256, Model = version.Name, Version = "1", CreatedBy = "a", CreatedAt = 1 }, "{}"));

    /// <summary>Names of the events that were told about approvals, in order.</summary>
    public ValueTask<List<string>> EventsAsync() => _db.ReadAsync(static async session =>
    {
        using var sql = session.Sql("select name from sys_outbox where name like 'approval.%' order by order_key");
        return await sql.ListAsync(static row => row.GetString(0));
    }, Cancel);

    public ValueTask<Result<Approval>> RequestAsync(Actor actor, string model, string version = "1", string environment = "production", bool emergency = false, int? hours = null) => Approvals.RequestAsync(
        actor, new() { Model = model, Version = version, Environment = environment, Justification = "Because.", Emergency = emergency, Hours = hours }, Cancel);

    /// <summary>Gives what is deployed without an approval one of kind <c>inherited</c>, as a server does that asks for approvals for the first time.</summary>
    public async Task<Approval> InheritAsync(string model, string version)
    {
        var actor = Actor.System(WorkspaceId.Default, "default");
        var pinned = (await Grounds.GatherAsync(actor, model, version, "production", Cancel)).Value.Pinned;
        var workflow = (await Workflows.ChooseAsync(actor, "high", model, "production", Cancel)).Value;
        return (await Requests.GiveAsync(actor, Requests.Inherited(actor, "production", pinned, new("high", 0, []), workflow), Cancel)).Value.Approval;
    }

    /// <summary>Does something in a transaction.</summary>
    public ValueTask<Result<T>> InTransactionAsync<T>(Func<DbSession, ValueTask<Result<T>>> work) => _db.WriteAsync(work, Cancel);

    public ValueTask<Result<Approval>> ApproveAsync(Actor actor, string id, string? role = null) => Approvals.DecideAsync(actor, id, new() { Decision = "approve", Role = role }, Cancel);

    public async Task<IReadOnlyList<ApprovalReview>> ReviewsAsync(string? state = null) => (await Reviews.ListAsync(Of("x"), state, null, null, null, null, Cancel)).Value.Reviews;

    public void Dispose()
    {
        Ends.Dispose();
        Activation.Dispose();
        _metrics.Dispose();
    }

    private Grant GrantOf(string principal, string role) => new()
    {
        Id = Guid.CreateVersion7(Time.GetUtcNow()).ToString("N"),
        Tenant = 1,
        SubjectKind = SubjectKinds.Principal,
        SubjectId = principal,
        Role = role,
        GrantedBy = "test",
        GrantedAt = 1,
    };

    private async ValueTask WriteAsync(Func<DbSession, ValueTask> write) => Assert.True((await _db.WriteAsync<Done>(async session =>
    {
        await write(session);
        return Done.Ok;
    }, Cancel)).Succeeded);
}
