using Orrery.Audit;
using Orrery.Delivery;
using Orrery.Features;
using Orrery.Governance;
using Orrery.Lineage;
using Orrery.Registry;
using Orrery.Server;
using Orrery.Serving;
using Orrery.Storage;
using Orrery.Tenancy;
using Orrery.Tracking;
using Orrery.Web;

var problems = new List<string>();
var arguments = CommandLine.Parse(args, problems);
var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = "Orrery.Server", ContentRootPath = AppContext.BaseDirectory });

var settings = builder.AddSettings(arguments, problems);
var options = settings.Server;
builder.AddLogs(options.Log);
builder.AddEdge(options);
builder.AddHealth();
builder.AddMetricsPage(options.Metrics);
builder.AddOtlp(options.Otlp);
builder.AddApiDocument();

var database = settings.Read<DatabaseOptions>("Database", static o => o.Problems());
var jobs = settings.Read<JobOptions>("Jobs", static o => o.Problems());
var outbox = settings.Read<OutboxOptions>("Outbox", static o => o.Problems());
var tracking = settings.Read<TrackingOptions>("Tracking", static o => o.Problems());
var secrets = settings.Read<SecretOptions>("Secrets", static o => o.Problems());
var blobs = settings.Read<BlobsOptions>("Blobs", static o => o.Problems());
var audit = settings.Read<AuditOptions>("Audit", static o => o.Problems());
var webhooks = settings.Read<WebhookOptions>("Webhooks", static o => o.Problems());
var lineage = settings.Read<LineageOptions>("Lineage", static o => o.Problems());
var features = settings.Read<FeatureOptions>("Features", static o => o.Problems());
var serving = settings.Read<ServingOptions>("Serving", static o => o.Problems());
var governance = settings.Read<GovernanceOptions>("Governance", static o => o.Problems());
var delivery = settings.Read<DeliveryOptions>("Delivery", static o => o.Problems());
var redis = settings.Read<RedisOptions>("Redis", static o => o.Problems());
var identity = settings.Read<IdentityOptions>("Identity", static o => o.Problems());

if (arguments.VerifyAudit)
    return await AuditCheck.RunAsync(settings, arguments, database, blobs);
if (settings.Refusal(arguments) is { } refusal)
    return refusal;

builder.Services
    .AddStorage(database, options.DataDir, jobs, outbox)
    .AddSecrets(secrets, options.DataDir)
    .AddAudit(audit)
    .AddTenancy(identity)
    .AddLineage(lineage)
    .AddFeatures(features, redis, options.DataDir)
    .AddTracking(tracking)
    .AddRegistry(webhooks)
    .AddServing(serving, options.DataDir)
    .AddGovernance(governance, options.DataDir)
    .AddDelivery(delivery, options.DataDir)
    .AddWeb()
    .AddBlobs(blobs, options.DataDir)
    .AddHealthChecks().AddCheck<DatabaseCheck>("database").AddCheck<BlobsCheck>("blobs");

await using var app = builder.Build();
if (await app.OpenDatabaseAsync() is { } failed)
    return failed;
if (await app.IdentityAsync(arguments) is { } ended)
    return ended;

app.UseEdge();
app.UseWeb();
app.UseWorkspaces();
app.UseServing();
app.UseRouting();
app.UseAccess();
app.MapHealth();
app.MapVersion();
app.MapMetrics();
app.MapApiDocument();
app.MapTenancy();
app.MapFeatures();
app.MapTracking();
app.MapRegistry();
app.MapServing();
app.MapLineage();
app.MapGovernance();
app.MapDelivery();
app.MapWeb();

return await app.ServeAsync(database.IsPostgres ? "postgresql" : "sqlite");
