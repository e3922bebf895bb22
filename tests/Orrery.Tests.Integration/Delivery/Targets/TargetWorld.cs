using System.Buffers.Text;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Delivery;
using Orrery.Kernel;
using Orrery.Serving;
using Orrery.Storage;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Targets on a database, with a real bare repository beside it, and approvals that the trail's own keys have signed.</summary>
public sealed class TargetWorld : IAsyncLifetime
{
    public const string Sha1 = "1111111111111111111111111111111111111111111111111111111111111111";
    public const string Sha2 = "2222222222222222222222222222222222222222222222222222222222222222";

    internal static readonly Actor Ann = new(WorkspaceId.Default, "default", "ann");

    private readonly SqliteDatabase _database = new();
    private readonly EndedApprovals _ended = new();
    private IServiceProvider? _services;

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 22, 9, 0, 0, TimeSpan.Zero));

    public string Folder { get; } = Directory.CreateTempSubdirectory("orrery-targets-").FullName;

    public string Bare => Path.Combine(Folder, "repos", "models.git");

    public string Url => "file://" + Bare;

    internal Db Db => _database.Db;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        Directory.CreateDirectory(Path.Combine(Folder, "repos"));
        Git(Folder, "init", "-q", "--bare", "-b", "main", Bare);
        _services = Server("one");
    }

    public async ValueTask DisposeAsync()
    {
        await ((ServiceProvider)_services!).DisposeAsync();
        await _database.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    internal T Get<T>()
        where T : notnull => _services!.GetRequiredService<T>();

    internal ITarget Target(string kind) => _services!.GetServices<ITarget>().Single(one => one.Kind == kind);

    /// <summary>A server that has ended and begins again with another folder: nothing is left but the database and the repository.</summary>
    internal async ValueTask RestartAsync()
    {
        await ((ServiceProvider)_services!).DisposeAsync();
        _services = Server("two");
    }

    internal void End(string approval, bool stopsTraffic = true) => _ended.Ends[approval] = new(0, "it was revoked", stopsTraffic);

    internal KserveSettings Settings(string mode = "commit") => new()
    {
        Namespace = "models",
        StorageUri = "s3://models/{model}/{version}-{sha256}",
        Smoke = false,
        Replicas = 2,
        MaxReplicas = 6,
        Team = "risk",
        CostCenter = "cc 42",
        Git = new() { Url = Url, Path = "clusters", Mode = mode },
        Argo = new(),
    };

    internal async ValueTask SetAsync(string environment, KserveSettings settings, string kind = "kserve-git", Dictionary<string, string>? secrets = null)
    {
        var put = await Get<Targets>().PutAsync(Ann, environment, new() { Kind = kind, Settings = settings, Secrets = secrets ?? [] }, Cancel);
        Assert.True(put.Succeeded, put.Failure?.Message);
    }

    internal async ValueTask<ReleaseOrder> OrderAsync(string delivery, string version, string sha256, string environment = "production", double percent = 100, int? replicas = null) => new()
    {
        DeliveryId = delivery,
        Target = (await Get<Targets>().ForAsync(Ann, environment, Cancel)).Value.Spec,
        Name = "churn",
        Model = "churn",
        Version = version,
        ModelSha256 = sha256,
        Percent = percent,
        Replicas = replicas,
        Approval = environment == "production" ? await TokenAsync(version, sha256) : null,
        RequestedBy = "ann",
        Justification = "better\nOrrery-Delivery: forged",
    };

    internal async ValueTask<string> TokenAsync(string version, string sha256, string environment = "production", string model = "churn", TimeSpan? ends = null, string? id = null, long workspace = 1)
    {
        ApprovalToken? token = null;
        var now = Time.GetUtcNow().ToUnixTimeMilliseconds();
        var signed = await Get<DocumentSigner>().SignAsync(
            _database.Db,
            now,
            (at, key) => (token = new()
            {
                Id = id ?? $"approval-{version}",
                Kind = ends is null ? ApprovalToken.Approved : ApprovalToken.Waiver,
                Workspace = workspace,
                Environment = environment,
                Model = model,
                Version = version,
                ModelSha256 = sha256,
                At = at,
                UseBy = now + 86_400_000L * 30,
                NotAfter = ends is null ? null : now + (long)ends.Value.TotalMilliseconds,
                KeyId = key,
            }).SignedBytes(),
            (_, _, _, signature) =>
            {
                token = token! with { Signature = Base64Url.EncodeToString(Convert.FromBase64String(signature)) };
                return ValueTask.FromResult(Done.Ok);
            },
            Cancel);
        Assert.True(signed.Succeeded);
        return token!.ToText();
    }

    /// <summary>What a person does in a clone of the repository.</summary>
    public string Clone()
    {
        var clone = Path.Combine(Folder, "clone-" + Directory.GetDirectories(Folder).Length);
        Git(Folder, "clone", "-q", Bare, clone);
        Git(clone, "config", "user.name", "Mallory");
        Git(clone, "config", "user.email", "mallory@example.com");
        return clone;
    }

    public string InBare(params string[] arguments) => Git(Bare, arguments);

    public static string Git(string folder, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("git", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["GIT_CONFIG_GLOBAL"] = "/dev/null", ["GIT_CONFIG_NOSYSTEM"] = "1" },
        })!;
        var (output, errors) = (process.StandardOutput.ReadToEnd(), process.StandardError.ReadToEnd());
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"git {string.Join(' ', arguments)}: {errors}");
        return output;
    }

    private ServiceProvider Server(string folder)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddMetrics();
        services.AddSingleton<TimeProvider>(Time);
        services.AddSingleton(_database.Db);
        services.AddSingleton(new SecretBox(new byte[SecretBox.KeyBytes]));
        services.AddSingleton(_database.Services.GetRequiredService<Outbox>());
        services.AddSingleton(_database.Services.GetRequiredService<ServerIdentity>());
        services.AddAudit();
        services.AddSingleton(new ServingOptions());
        services.AddSingleton<IApprovalRecords>(_ended);
        services.AddSingleton(new DeliveryOptions { Targets = { RepositoryFolders = [Path.Combine(Folder, "repos")], AllowPrivateNetworks = true } });
        services.AddTargets(Path.Combine(Folder, folder));
        return services.BuildServiceProvider();
    }

    private sealed class EndedApprovals : IApprovalRecords
    {
        public Dictionary<string, ApprovalEnd> Ends { get; } = [];

        public ValueTask<Result<string?>> FindTokenAsync(Actor actor, string environment, string model, string version, CancellationToken cancel) => ValueTask.FromResult<Result<string?>>((string?)null);

        public ValueTask<string?> FindInheritedAsync(WorkspaceId workspace, string environment, string model, string version, CancellationToken cancel) => ValueTask.FromResult<string?>(null);

        public ValueTask<Result<ApprovalEnd?>> LookAsync(WorkspaceId workspace, string approvalId, CancellationToken cancel) => ValueTask.FromResult<Result<ApprovalEnd?>>(EndOf(workspace, approvalId));

        public ValueTask<ApprovalEnd?> FindEndAsync(WorkspaceId workspace, string approvalId, CancellationToken cancel) => ValueTask.FromResult(EndOf(workspace, approvalId));

        public ValueTask<ApprovalEnd?> HoldAsync(DbSession session, WorkspaceId workspace, string approvalId) => ValueTask.FromResult(EndOf(workspace, approvalId));

        public ApprovalEnd? EndOf(WorkspaceId workspace, string approvalId) => Ends.GetValueOrDefault(approvalId);
    }
}
