using System.Net;

namespace Orrery.Client;

/// <summary>
/// Talks to an Orrery server, or to the MLflow API of any other. Safe for concurrent use; keep one per server. Every call throws
/// <see cref="OrreryApiException"/> when the server refuses and <see cref="OrreryConnectionException"/> when it cannot be reached.
/// </summary>
public sealed class OrreryClient : IDisposable
{
    private readonly Wire _wire;

    /// <summary>A client of a server.</summary>
    /// <param name="server">Address of the server, for instance <c>http://127.0.0.1:5000</c>; may have a base path.</param>
    /// <param name="options">How to talk to it.</param>
    /// <exception cref="ArgumentException">The address is not absolute HTTP, or an option is out of range.</exception>
    public OrreryClient(Uri server, OrreryClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(server);
        options ??= new();
        options.Check();
        if (!server.IsAbsoluteUri || server.Scheme is not ("http" or "https"))
            throw new ArgumentException($"'{server}' is not an HTTP address, for example http://127.0.0.1:5000.", nameof(server));

        Server = server;
        Options = options;
        Address = BaseAddress(server, options.Workspace);
        _wire = new Wire(Address, options);
        Experiments = new ExperimentApi(_wire);
        Runs = new RunApi(_wire);
        Metrics = new MetricApi(_wire);
        Artifacts = new ArtifactApi(_wire, this);
        Models = new RegisteredModelApi(_wire);
        Versions = new ModelVersionApi(_wire, this);
        LoggedModels = new LoggedModelApi(_wire, this);
        Jobs = new JobApi(_wire);
        Servers = new ServerApi(_wire);
        Imports = new ImportApi(_wire);
        Access = new AccessApi(_wire);
        Moves = new MoveApi(_wire);
        Audit = new AuditApi(_wire);
        Identity = new IdentityApi(_wire);
        Quotas = new QuotaApi(_wire);
        Costs = new CostApi(_wire);
        Features = new FeatureApi(_wire);
        Lineage = new LineageApi(_wire);
        Deployments = new DeploymentApi(_wire);
        DeliveryTargets = new DeliveryTargetApi(_wire);
        Cards = new CardApi(_wire);
        Risk = new RiskApi(_wire);
        Policies = new PolicyApi(_wire);
        BatchPredictions = new BatchPredictionApi(_wire);
        Scans = new ScanApi(_wire);
        Privacy = new PrivacyApi(_wire);
        Compliance = new ComplianceApi(_wire);
        Explanations = new ExplanationApi(_wire);
        Evaluations = new EvaluationApi(_wire);
        Deliveries = new DeliveryApi(_wire);
        Migrations = new MigrationApi(_wire);
        Approvals = new ApprovalApi(_wire);
    }

    /// <summary>Address of the server, as given.</summary>
    public Uri Server { get; }

    /// <summary>Address of the server with the workspace in its path, as an MLflow client would be given it.</summary>
    public Uri Address { get; }

    /// <summary>The options, as given.</summary>
    public OrreryClientOptions Options { get; }

    /// <summary>Experiments.</summary>
    public ExperimentApi Experiments { get; }

    /// <summary>Runs.</summary>
    public RunApi Runs { get; }

    /// <summary>Metrics and their history.</summary>
    public MetricApi Metrics { get; }

    /// <summary>Files of runs and models.</summary>
    public ArtifactApi Artifacts { get; }

    /// <summary>Registered models.</summary>
    public RegisteredModelApi Models { get; }

    /// <summary>Versions of registered models.</summary>
    public ModelVersionApi Versions { get; }

    /// <summary>Logged models.</summary>
    public LoggedModelApi LoggedModels { get; }

    /// <summary>The server itself.</summary>
    public ServerApi Servers { get; }

    /// <summary>Jobs of the server, <c>gc</c> among them.</summary>
    public JobApi Jobs { get; }

    /// <summary>Approvals of versions, their workflows and reviews.</summary>
    public ApprovalApi Approvals { get; }

    /// <summary>Migrations of models that run elsewhere.</summary>
    public MigrationApi Migrations { get; }

    /// <summary>Bringing objects over from another server.</summary>
    public ImportApi Imports { get; }

    /// <summary>Workspaces, roles and grants.</summary>
    public AccessApi Access { get; }

    /// <summary>Moving whole workspaces to another installation.</summary>
    public MoveApi Moves { get; }

    /// <summary>The audit trail.</summary>
    public AuditApi Audit { get; }

    /// <summary>People, groups, service accounts and tokens.</summary>
    public IdentityApi Identity { get; }

    /// <summary>What the workspace may use.</summary>
    public QuotaApi Quotas { get; }

    /// <summary>What usage costs.</summary>
    public CostApi Costs { get; }

    /// <summary>The feature store.</summary>
    public FeatureApi Features { get; }

    /// <summary>What came of what.</summary>
    public LineageApi Lineage { get; }

    /// <summary>Deployments, and asking models.</summary>
    public DeploymentApi Deployments { get; }

    /// <summary>Where versions are brought to.</summary>
    public DeliveryTargetApi DeliveryTargets { get; }

    /// <summary>Models that predict many rows.</summary>
    public BatchPredictionApi BatchPredictions { get; }

    /// <summary>Model cards.</summary>
    public CardApi Cards { get; }

    /// <summary>The risk of models.</summary>
    public RiskApi Risk { get; }

    /// <summary>Policies over facts about versions.</summary>
    public PolicyApi Policies { get; }

    /// <summary>Scans of the files of versions.</summary>
    public ScanApi Scans { get; }

    /// <summary>Personal data: where it is, who has opted out, what was erased.</summary>
    public PrivacyApi Privacy { get; }

    /// <summary>Registers of incidents, exceptions and requests of data subjects; reports of compliance.</summary>
    public ComplianceApi Compliance { get; }

    /// <summary>Explanations of versions.</summary>
    public ExplanationApi Explanations { get; }
    /// <summary>Evaluations of model versions.</summary>
    public EvaluationApi Evaluations { get; }

    /// <summary>Deliveries of versions to environments.</summary>
    public DeliveryApi Deliveries { get; }

    /// <summary>The MLflow version that the server claims to be, for instance <c>3.3.2</c>; null when it does not say.</summary>
    public async Task<string?> GetMlflowVersionAsync(CancellationToken cancel = default)
    {
        try
        {
            var text = await _wire.GetTextAsync("version", cancel);
            return text.Trim() is { Length: > 0 and < 50 } version ? version : null;
        }
        catch (OrreryApiException refused) when (refused.Status is HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _wire.Dispose();

    // The path prefix names the workspace for every client there is; no header needs to.
    private static Uri BaseAddress(Uri server, string? workspace)
    {
        var root = server.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/";
        return new Uri(workspace is null ? root : $"{root}w/{Uri.EscapeDataString(workspace)}/");
    }
}
