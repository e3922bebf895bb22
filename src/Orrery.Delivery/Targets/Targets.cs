using System.Text.Json;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Serving;
using Orrery.Storage;

namespace Orrery.Delivery;

/// <summary>Which target an environment has.</summary>
internal sealed class Targets(IEnumerable<ITarget> kinds, Db db, AuditLog audit, TargetSecrets secrets, ServingOptions serving, TargetOptions options, TimeProvider time)
{
    private const string ObjectKind = "delivery-target";

    private readonly Dictionary<string, ITarget> _kinds = kinds.ToDictionary(static kind => kind.Kind, StringComparer.Ordinal);

    /// <summary>The target that is set for an environment; this server where none is. <c>delivery.unknown_environment</c>, <c>delivery.no_target</c>.</summary>
    public async ValueTask<Result<(ITarget Target, TargetSpec Spec)>> ForAsync(Actor actor, string environment, CancellationToken cancel)
    {
        if (Unknown(environment) is { } unknown)
            return unknown;
        var spec = (await db.ReadAsync(session => TargetStore.FindAsync(session, actor.Workspace, environment), cancel))?.Spec ?? new TargetSpec { Environment = environment, Kind = TargetRow.Local };
        if (!_kinds.TryGetValue(spec.Kind, out var target))
            return Failure.Unsupported("delivery.no_target", $"This server has no target of kind '{spec.Kind}', which {environment} is set to.");
        return target.Problem(spec) is { } problem ? problem : (target, spec);
    }

    /// <summary>The targets of all environments, also of those that nobody set.</summary>
    public async ValueTask<Result<DeliveryTargetList>> ListAsync(Actor actor, CancellationToken cancel)
    {
        var rows = (await db.ReadAsync(session => TargetStore.ListAsync(session, actor.Workspace), cancel)).ToDictionary(static row => row.Environment, StringComparer.Ordinal);
        var names = serving.Environments.Union(rows.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal);
        return new DeliveryTargetList { Targets = [.. names.Select(name => rows.TryGetValue(name, out var row) ? Wire(actor, row) : Unset(name))] };
    }

    /// <summary>An environment's target; <c>delivery.unknown_environment</c>.</summary>
    public async ValueTask<Result<DeliveryTarget>> GetAsync(Actor actor, string environment, CancellationToken cancel)
    {
        if (Unknown(environment) is { } unknown)
            return unknown;
        return await db.ReadAsync(session => TargetStore.FindAsync(session, actor.Workspace, environment), cancel) is { } row ? Wire(actor, row) : Unset(environment);
    }

    /// <summary>Sets an environment's target; <c>delivery.unknown_environment</c>, <c>delivery.invalid_target</c>.</summary>
    public async ValueTask<Result<DeliveryTarget>> PutAsync(Actor actor, string environment, PutDeliveryTarget asked, CancellationToken cancel)
    {
        if ((Unknown(environment) ?? Problem(environment, asked)) is { } wrong)
            return wrong;
        var put = await db.WriteAsync<TargetRow>(async session =>
        {
            var now = await TargetStore.LockAsync(session, actor.Workspace, environment);
            var kept = now is null ? [] : secrets.Open(actor.Workspace, now).ToDictionary(StringComparer.Ordinal);
            foreach (var (name, value) in asked.Secrets)
            {
                if (value.Length == 0)
                    kept.Remove(name);
                else
                    kept[name] = value;
            }

            var row = new TargetRow(
                environment, asked.Kind, asked.Settings is null ? "{}" : JsonSerializer.Serialize(asked.Settings, OrreryJson.TypeOf<KserveSettings>()),
                secrets.Seal(actor.Workspace, environment, kept), (now?.Revision ?? 0) + 1, actor.Name, time.GetUtcNow().ToUnixTimeMilliseconds());
            await TargetStore.PutAsync(session, actor.Workspace, row);
            await audit.AppendAsync(session, actor, new AuditRecord("delivery.target.set", ObjectKind, environment)
            {
                Before = now is null ? null : Hash(now),
                After = Hash(row),
                Detail = asked.Secrets.Count == 0 ? null : """{"secrets":"set"}""",
            });
            return row;
        }, cancel);
        return put.Failed(out var failed, out var done) ? failed : Wire(actor, done);
    }

    /// <summary>Has an environment be this server's again; <c>delivery.target_not_found</c>.</summary>
    public ValueTask<Result<Done>> DeleteAsync(Actor actor, string environment, CancellationToken cancel) => db.WriteAsync<Done>(async session =>
    {
        if (await TargetStore.LockAsync(session, actor.Workspace, environment) is not { } row)
            return Failure.NotFound("delivery.target_not_found", $"No target is set for '{Clip(environment)}'; it is this server.");
        await TargetStore.DeleteAsync(session, actor.Workspace, environment);
        await SyncStore.DeleteAsync(session, actor.Workspace, environment);
        await audit.AppendAsync(session, actor, new AuditRecord("delivery.target.remove", ObjectKind, environment) { Before = Hash(row) });
        return Done.Ok;
    }, cancel);

    private DeliveryTarget Wire(Actor actor, TargetRow row) => row.Wire([.. secrets.Open(actor.Workspace, row).Keys.Order(StringComparer.Ordinal)], serving.IsGoverned(row.Environment));

    private DeliveryTarget Unset(string environment) => new() { Environment = environment, Kind = TargetRow.Local, Governed = serving.IsGoverned(environment) };

    private Failure? Problem(string environment, PutDeliveryTarget asked)
    {
        if (asked.Kind is not (TargetRow.Local or TargetRow.Git or TargetRow.Api))
            return Failure.Invalid("delivery.invalid_target", $"'kind' is '{Clip(asked.Kind)}'; it must be {TargetRow.Local}, {TargetRow.Git} or {TargetRow.Api}.");
        foreach (var (name, value) in asked.Secrets)
        {
            if (!TargetSecrets.Names.Contains(name))
                return Failure.Invalid("delivery.invalid_target", $"There is no secret '{Clip(name)}'; there are {string.Join(", ", TargetSecrets.Names)}.");
            if (value.Length > TargetSecrets.Longest || value.Any(char.IsControl))
                return Failure.Invalid("delivery.invalid_target", $"The secret {name} must be up to {TargetSecrets.Longest} characters on one line.");
        }

        if (asked.Kind == TargetRow.Local)
            return asked.Settings is null ? null : Failure.Invalid("delivery.invalid_target", "A target of kind local has no settings.");
        return asked.Settings is { } settings
            ? TargetRules.Problem(asked.Kind, settings, options, serving.IsGoverned(environment))
            : Failure.Invalid("delivery.invalid_target", $"A target of kind {asked.Kind} needs 'settings'.");
    }

    private Failure? Unknown(string environment) => serving.Environments.Contains(environment, StringComparer.Ordinal)
        ? null
        : Failure.NotFound("delivery.unknown_environment", $"There is no environment '{Clip(environment)}'; there are {string.Join(", ", serving.Environments)}.");

    private static byte[] Hash(TargetRow row) => Convert.FromHexString(ReleaseFiles.Hash([KeyValuePair.Create(row.Kind, row.Settings)]));

    private static string Clip(string text) => text.Length > 80 ? text[..80] + "..." : text;
}
