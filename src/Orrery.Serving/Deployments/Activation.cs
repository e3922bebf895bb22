using System.Collections.Concurrent;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Registry;
using Orrery.Storage;

namespace Orrery.Serving;

/// <summary>Brings deployments to life on this server: loads their models, warms them up, and then has them answer at once.</summary>
internal sealed class Activation(
    Db db, AuditLog audit, Packages packages, ApprovalCheck approvals, LookupOpening lookups, ModelPool pool, ActiveDeployments active, ServingOptions options, ServingMetrics metrics, ServerIdentity server,
    TimeProvider time) : IDisposable
{
    // Opening models is work of the processor; a deployment whose models are there does not wait for others'.
    private const int LoadedAtOnce = 4;

    // Those that were told not to be well.
    private readonly ConcurrentDictionary<DeploymentKey, (string State, string Reason)> _unwell = new();

    // Those that were told to have failed: tried again and again, they are told once.
    private readonly ConcurrentDictionary<DeploymentKey, (long Revision, string Reason)> _failed = new();
    private readonly SemaphoreSlim _loading = new(LoadedAtOnce);

    /// <summary>
    /// Takes up the revision that is stored; until it is ready, or when it fails, the one before answers. Once at a time for each deployment.
    /// </summary>
    /// <returns>Why it was not taken up; null when it was.</returns>
    public async Task<Failure?> ActivateAsync(DeploymentKey key, CancellationToken cancel)
    {
        var row = await db.ReadAsync(session => DeploymentStore.FindAsync(session, key), cancel);
        if (row is null || row.IsRemoved)
        {
            Retire(active.Remove(key));
            _failed.TryRemove(key, out _);
            return null;
        }

        var before = active.Find(key);
        if (before?.Row.Revision == row.Revision)
            return null;
        var told = _failed.TryGetValue(key, out var earlier) && earlier.Revision == row.Revision ? earlier.Reason : null;
        if (told is null)
        {
            active.SetNotReady(key, "it is being loaded");
            await TellAsync(row, before, "loading", null, cancel);
        }

        if ((await LoadAsync(row, cancel)).Failed(out var failure, out var next))
        {
            active.SetNotReady(key, failure.Message);
            if (told != failure.Message)
                await TellAsync(row, before, "failed", failure.Message, cancel);
            _failed[key] = (row.Revision, failure.Message);
            return failure;
        }

        if (!ReferenceEquals(next.Row, row))
            await NameAsync(row, next.Row, cancel);
        Retire(active.Put(next));
        _unwell.TryRemove(key, out _);
        _failed.TryRemove(key, out _);
        await TellAsync(row, next, "ready", next.Remark, cancel);
        return null;
    }

    /// <summary>Tells when a deployment that answers does not answer as it should any more, or does again.</summary>
    public async ValueTask LookAfterAsync(ActiveDeployment deployment, CancellationToken cancel)
    {
        var key = deployment.Row.Key;
        if (deployment.Trouble is { } now)
        {
            if (_unwell.TryGetValue(key, out var told) && told == now)
                return;
            await TellAsync(deployment.Row, deployment, now.State, now.Reason, cancel);
            _unwell[key] = now;
        }
        else if (_unwell.ContainsKey(key))
        {
            await TellAsync(deployment.Row, deployment, "ready", deployment.Remark, cancel);
            _unwell.TryRemove(key, out _);
        }
    }

    public void Dispose() => _loading.Dispose();

    private async ValueTask<Result<ActiveDeployment>> LoadAsync(DeploymentRow row, CancellationToken cancel)
    {
        var actor = Actor.System(row.Key.Workspace, "");
        var held = new List<(ModelSlot Slot, TimeSpan? Idle)>();
        var variants = new List<ActiveVariant>();
        var remarks = new List<string>();
        var ended = new List<Failure>();
        var named = new Dictionary<string, VariantSpec>(StringComparer.Ordinal);
        try
        {
            foreach (var stored in row.Spec.Variants)
            {
                var spec = stored;
                if ((await packages.GetForUseAsync(actor, spec.Model, spec.Version, cancel)).Failed(out var unknown, out var package))
                    return GiveBack(held, unknown);
                var admitted = await approvals.AdmitAsync(row, spec, package.Sha256, cancel);
                if (admitted.Failure is { } unapproved)
                {
                    if (unapproved.Code != ApprovalCheck.NotApprovedCode)
                        return GiveBack(held, unapproved);
                    ended.Add(unapproved);
                    continue;
                }

                // It ends with the approval that it was found to have.
                spec = spec with { Approval = admitted.Value };
                named[stored.Name] = spec;
                if (Runtimes.ChooseFor(spec, row.Key.Workspace, package, options).Failed(out var refused, out var recipe))
                    return GiveBack(held, refused);
                var slot = pool.Hold(recipe, ModelOptions.Of(spec, recipe.Runtime), ModelOptions.IdleOf(spec));
                held.Add((slot, ModelOptions.IdleOf(spec)));
                // One that may scale to zero is loaded by its first caller.
                if (spec.MinReplicas is not 0)
                    await BringAsync(slot, cancel);

                if ((await LookupAsync(actor, row.Key, spec, slot, package, remarks, cancel)).Failed(out var noFeatures, out var variant))
                    return GiveBack(held, noFeatures);
                variants.Add(variant);
            }
        }
        catch (ModelException failed)
        {
            return GiveBack(held, Failure.Conflict("serving.not_loaded", failed.Message));
        }
        catch
        {
            GiveBack(held, Failure.Unavailable("serving.not_loaded", ""));
            throw;
        }

        // As when an approval ends while it answers: the others go on.
        if (ended.Count > 0 && !variants.Exists(static variant => variant.Spec is { Shadow: false, Weight: > 0 }))
            return GiveBack(held, ended[0]);
        return new ActiveDeployment(Named(row, named), variants, new Admission(row.Spec.Limits, options.Concurrency, time), StickyHash.Of(server.Name, (ulong)time.GetTimestamp())) { Remarks = remarks, Unapproved = ended.Count > 0 ? ended[0].Message : null };
    }

    // The revision with the approvals that were found for what names none; the same when there are none such.
    private static DeploymentRow Named(DeploymentRow row, Dictionary<string, VariantSpec> named) =>
        row.Spec.Variants.Any(variant => variant.Approval is null && named.GetValueOrDefault(variant.Name)?.Approval is not null)
            ? row with { Spec = row.Spec with { Variants = [.. row.Spec.Variants.Select(variant => named.GetValueOrDefault(variant.Name) ?? variant)] } }
            : row;

    // What was there before approvals were asked for names them from now on, so that it goes on under them whatever becomes of them, and ends with them.
    private async ValueTask NameAsync(DeploymentRow before, DeploymentRow row, CancellationToken cancel) => await db.WriteAsync<Done>(async session =>
    {
        if (await DeploymentStore.LockAsync(session, row.Key) is not { IsRemoved: false } stored || stored.Revision != row.Revision
            || !stored.Spec.Variants.Select(static one => one.Approval).SequenceEqual(before.Spec.Variants.Select(static one => one.Approval)))
            return Done.Ok;
        await DeploymentStore.NameApprovalsAsync(session, row);
        await audit.AppendAsync(session, Actor.System(row.Key.Workspace, ""), new AuditRecord("deployment.inherit", "deployment", $"{row.Key.Environment}/{row.Key.Name}")
        {
            Detail = Deployments.RevisionDetail(row),
        });
        return Done.Ok;
    }, cancel);

    // Where the document says how features are looked up it must be possible; else callers give all of them, as without a feature store.
    private async ValueTask<Result<ActiveVariant>> LookupAsync(
        Actor actor, DeploymentKey key, VariantSpec spec, ModelSlot slot, ModelPackage package, List<string> remarks, CancellationToken cancel)
    {
        var counts = metrics.Of(key, spec);
        var recipe = slot.Recipe with { Model = package.Name, Version = package.Version };
        if (spec.Shadow)
            return new ActiveVariant(spec, slot, counts) { Recipe = recipe };
        if ((await lookups.OpenAsync(actor, spec, package.Document, cancel)).Failed(out var none, out var opened))
        {
            if (spec.Features is { Lookup: not false })
                return Failure.Conflict("serving.not_loaded", $"Features cannot be looked up for variant {spec.Name}: {none.Message}");
            if (none.Code.StartsWith("features.", StringComparison.Ordinal) && none.Code != "features.none_asked")
                remarks.Add($"Features are not looked up for variant {spec.Name}: {none.Message}");
            return new ActiveVariant(spec, slot, counts) { Recipe = recipe, NoLookup = none.Message.TrimEnd('.') };
        }

        var lookup = new VariantLookup(opened.Lookup, spec.Features, new LookupMetrics(metrics.Lookups, key, spec), time);
        if (slot.IsLoaded && spec.Features is not null && await ProblemAsync(slot, lookup, cancel) is { } problem)
            return Failure.Conflict("serving.not_loaded", $"Features cannot be looked up for variant {spec.Name}: {problem}.");
        if (opened.Remark is { } remark)
            remarks.Add($"Variant {spec.Name}: {remark}.");
        return new ActiveVariant(spec, slot, counts, lookup) { Recipe = recipe };
    }

    private static async ValueTask<string?> ProblemAsync(ModelSlot slot, VariantLookup lookup, CancellationToken cancel)
    {
        var model = await slot.EnterAsync(cancel);
        try
        {
            return lookup.Problem(model.Declaration);
        }
        finally
        {
            slot.Leave();
        }
    }

    private async ValueTask BringAsync(ModelSlot slot, CancellationToken cancel)
    {
        var isNew = !slot.IsLoaded;
        if (isNew)
            await _loading.WaitAsync(cancel);
        try
        {
            await slot.EnterAsync(cancel);
            slot.Leave();
        }
        finally
        {
            if (isNew)
                _loading.Release();
        }
    }

    private Failure GiveBack(List<(ModelSlot Slot, TimeSpan? Idle)> held, Failure why)
    {
        foreach (var (slot, idle) in held)
            pool.Release(slot, idle);
        return why;
    }

    private void Retire(ActiveDeployment? gone)
    {
        foreach (var variant in gone?.Answering.Concat(gone.Shadows) ?? [])
            pool.Release(variant.Slot, ModelOptions.IdleOf(variant.Spec));
    }

    /// <summary>Takes those variants out of the traffic whose approval has ended. Asks no database.</summary>
    public void EndUnapproved(ApprovalEnforcement enforcement)
    {
        foreach (var deployment in active.All)
        {
            if (enforcement.Ended(deployment) is not { Count: > 0 } gone)
                continue;
            var rest = ApprovalEnforcement.Without(deployment, gone);
            // A revision that was taken up meanwhile stays; it is looked at the next time.
            if (!active.Replace(deployment, rest))
                continue;
            if (rest is null)
            {
                active.SetNotReady(deployment.Row.Key, gone[0].Reason);
                Retire(deployment);
                continue;
            }

            foreach (var (variant, _) in gone)
                pool.Release(variant.Slot, ModelOptions.IdleOf(variant.Spec));
        }
    }

    private async ValueTask TellAsync(DeploymentRow row, ActiveDeployment? serving, string state, string? reason, CancellationToken cancel)
    {
        var node = new DeploymentNode
        {
            Node = server.Name,
            Revision = row.Revision,
            Serving = serving?.Row.Revision,
            State = state,
            Reason = reason,
            At = time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        await db.WriteAsync<Done>(async session =>
        {
            await NodeStore.PutAsync(session, row.Key, node);
            return Done.Ok;
        }, cancel);
    }
}
