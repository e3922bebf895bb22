using System.Text.Json;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Registry;
using Orrery.Serving;
using Orrery.Storage;

namespace Orrery.Delivery;

/// <summary>How deliveries to the environments of a workspace are judged, watched and told of. Webhooks' addresses are kept encrypted.</summary>
internal sealed class EnvironmentSettings(Db db, AuditLog audit, SecretBox secrets, WebhookOptions webhooks, ServingOptions serving, TimeProvider time)
{
    /// <summary>Stands for all environments.</summary>
    public const string All = "*";

    private const int MostWebhooks = 10;
    private const int MostEmails = 50;
    private const int LongestAddress = 2048;

    /// <summary>What counts in an environment: its own, those for all, the defaults. With the webhooks' addresses.</summary>
    public async ValueTask<DeliverySettings> FindAsync(Actor actor, string environment, CancellationToken cancel)
    {
        var found = await db.ReadAsync(session => SettingStore.ListAsync(session, actor.Workspace, environment), cancel);
        var settings = new DeliverySettings();
        foreach (var (of, one, box) in found.OrderBy(static one => one.Environment == All ? 0 : 1))
            settings = Over(settings, box is null ? one : one with { Notify = (one.Notify ?? new()) with { Webhooks = Open(actor, of, box) } });
        return WithDefaults(settings);
    }

    /// <summary>What counts for rollbacks, for every environment of some workspaces; read at once.</summary>
    public async ValueTask<Func<WorkspaceId, string, RollbackThresholds>> ThresholdsAsync(IReadOnlyCollection<WorkspaceId> workspaces, CancellationToken cancel)
    {
        var found = (await db.ReadAsync(session => SettingStore.AllAsync(session, [.. workspaces.Select(static one => one.Value)]), cancel))
            .ToDictionary(static one => (one.Workspace, one.Environment), static one => one.Settings);
        return (workspace, environment) => WithDefaults(Over(
            found.GetValueOrDefault((workspace, All)) ?? new(), environment == All ? new() : found.GetValueOrDefault((workspace, environment)) ?? new())).Rollback!;
    }

    /// <summary>The same, fit to be shown: addresses of webhooks without what is secret.</summary>
    public async ValueTask<Result<DeliverySettings>> GetAsync(Actor actor, string? environment, CancellationToken cancel)
    {
        if (KeyOf(environment).Failed(out var unknown, out var key))
            return unknown;
        return Shown(await FindAsync(actor, key, cancel));
    }

    /// <summary>Sets those of an environment, or of all; <c>delivery.invalid_settings</c>.</summary>
    public async ValueTask<Result<DeliverySettings>> SetAsync(Actor actor, string? environment, DeliverySettings settings, CancellationToken cancel)
    {
        if (KeyOf(environment).Failed(out var unknown, out var key))
            return unknown;
        if ((Problem(settings) ?? AddressProblem(settings.Notify)) is { } wrong)
            return Failure.Invalid("delivery.invalid_settings", wrong);
        var box = settings.Notify is { Webhooks.Count: > 0 } notices ? secrets.Seal(JsonSerializer.Serialize(notices.Webhooks, DeliveryJson.Default.IReadOnlyListString), actor.Workspace.Value, "dlv_setting/" + key) : null;
        var kept = settings.Notify is null ? settings : settings with { Notify = settings.Notify with { Webhooks = [] } };
        var set = await db.WriteAsync<Done>(async session =>
        {
            await SettingStore.PutAsync(session, actor.Workspace, key, kept, box, actor.Name, time.GetUtcNow().ToUnixTimeMilliseconds());
            await audit.AppendAsync(session, actor, new AuditRecord("delivery.settings.set", "delivery-settings", key));
            return Done.Ok;
        }, cancel);
        return set.Failure is { } failure ? failure : await GetAsync(actor, environment, cancel);
    }

    private static string? Problem(DeliverySettings s) =>
        s.MaxP95Ms is <= 0 or > 600_000 or double.NaN ? $"'max_p95_ms' is {s.MaxP95Ms}; it must be more than 0 and up to 600,000."
        : s.LatencyTrials is < 5 or > 1000 ? $"'latency_trials' is {s.LatencyTrials}; it must be 5 to 1,000."
        : s.SignatureChange is not (null or "allow" or "warn" or "fail") ? $"'signature_change' is '{s.SignatureChange}'; it must be allow, warn or fail."
        : s.ReadyMinutes is < 1 or > 1440 or double.NaN ? $"'ready_minutes' is {s.ReadyMinutes}; it must be 1 to 1,440."
        : s.Rollback is { } r ? Problem(r) : null;

    private static string? Problem(RollbackThresholds r) =>
        r.ErrorPercent is < 0 or > 100 or double.NaN ? $"'rollback.error_percent' is {r.ErrorPercent}; it must be 0 to 100."
        : r.P95Ratio is < 1 or > 1000 or double.NaN ? $"'rollback.p95_ratio' is {r.P95Ratio}; it must be 1 to 1,000."
        : r.AvailabilityPercent is < 0 or > 100 or double.NaN ? $"'rollback.availability_percent' is {r.AvailabilityPercent}; it must be 0 to 100."
        : r.MinRequests is < 1 or > 1_000_000_000 ? $"'rollback.min_requests' is {r.MinRequests}; it must be 1 to 1,000,000,000."
        : r.WatchHours is <= 0 or > 720 or double.NaN ? $"'rollback.watch_hours' is {r.WatchHours}; it must be more than 0 and up to 720."
        : null;

    private string? AddressProblem(DeliveryNotices? notices)
    {
        if (notices is null)
            return null;
        if (notices.Webhooks.Count > MostWebhooks || notices.Emails.Count > MostEmails)
            return $"'notify' may have {MostWebhooks} webhooks and {MostEmails} e-mail addresses.";
        foreach (var url in notices.Webhooks)
        {
            if (url.Length > LongestAddress || !Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.UserInfo.Length > 0 || uri.Host.Length == 0)
                return "'notify.webhooks' must have absolute http or https addresses without a user, up to 2,048 characters.";
            if (!webhooks.AllowPrivateNetworks && !PublicAddresses.MayBe(uri.DnsSafeHost))
                return $"'notify.webhooks': {uri.DnsSafeHost} is not a public address; webhooks into private networks need Orrery:Webhooks:AllowPrivateNetworks.";
        }

        return notices.Emails.FirstOrDefault(static one => !MailText.IsAddress(one)) is { } bad ? $"'notify.emails': '{bad}' is no e-mail address." : null;
    }

    private static DeliverySettings Over(DeliverySettings below, DeliverySettings above) => new()
    {
        MaxP95Ms = above.MaxP95Ms ?? below.MaxP95Ms,
        LatencyTrials = above.LatencyTrials ?? below.LatencyTrials,
        SignatureChange = above.SignatureChange ?? below.SignatureChange,
        RequireEvaluation = above.RequireEvaluation ?? below.RequireEvaluation,
        ReadyMinutes = above.ReadyMinutes ?? below.ReadyMinutes,
        Rollback = new()
        {
            Enabled = above.Rollback?.Enabled ?? below.Rollback?.Enabled,
            ErrorPercent = above.Rollback?.ErrorPercent ?? below.Rollback?.ErrorPercent,
            P95Ratio = above.Rollback?.P95Ratio ?? below.Rollback?.P95Ratio,
            AvailabilityPercent = above.Rollback?.AvailabilityPercent ?? below.Rollback?.AvailabilityPercent,
            MinRequests = above.Rollback?.MinRequests ?? below.Rollback?.MinRequests,
            WatchHours = above.Rollback?.WatchHours ?? below.Rollback?.WatchHours,
        },
        Notify = above.Notify ?? below.Notify,
    };

    private static DeliverySettings WithDefaults(DeliverySettings settings) => Over(
        new()
        {
            MaxP95Ms = 1000,
            LatencyTrials = 50,
            SignatureChange = "warn",
            RequireEvaluation = false,
            ReadyMinutes = 10,
            Rollback = new() { Enabled = true, ErrorPercent = 5, P95Ratio = 2, AvailabilityPercent = 99, MinRequests = 20, WatchHours = 24 },
            Notify = new(),
        },
        settings);

    private static DeliverySettings Shown(DeliverySettings settings) => settings.Notify is not { } notices
        ? settings
        : settings with { Notify = notices with { Webhooks = [.. notices.Webhooks.Select(static url => new Uri(url).GetLeftPart(UriPartial.Authority) + "/...")] } };

    private IReadOnlyList<string> Open(Actor actor, string environment, byte[] box) => secrets.Open(box, actor.Workspace.Value, "dlv_setting/" + environment) is { } text
        ? JsonSerializer.Deserialize(text, DeliveryJson.Default.IReadOnlyListString)!
        : [];

    private Result<string> KeyOf(string? environment) => environment is null or All ? All : EnvironmentNames.Find(serving, environment);
}
