using System.Globalization;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Serving;

/// <summary>Which versions of which models are deployed where, now or at a time that was: read from the history of deployments.</summary>
internal sealed class Inventories(Db db, ServingOptions options, TimeProvider time)
{
    /// <summary>
    /// One page, by environment and deployment; the variants of one deployment stand on one page. <c>serving.unknown_environment</c>,
    /// <c>serving.invalid_time</c>, <c>serving.invalid_limit</c>, <c>serving.invalid_page_token</c>.
    /// </summary>
    /// <param name="actor">Whose workspace.</param>
    /// <param name="environment">Only there.</param>
    /// <param name="model">Only this registered model.</param>
    /// <param name="asOf">RFC 3339 or Unix milliseconds; null for now.</param>
    /// <param name="limit">After how many entries a page ends.</param>
    /// <param name="token">Of the page before.</param>
    /// <param name="cancel">Ends with the request.</param>
    public async ValueTask<Result<ModelInventory>> ListAsync(
        Actor actor, string? environment, string? model, string? asOf, int? limit, string? token, CancellationToken cancel)
    {
        if (environment is not null && SpecRules.EnvironmentProblem(options, environment) is { } unknown)
            return unknown;
        if (Pages.LimitProblem(limit) is { } wrong)
            return wrong;
        if (TimeOf(asOf).Failed(out var noTime, out var at))
            return noTime;
        var after = ("", "");
        if (!string.IsNullOrEmpty(token))
        {
            // Pages that follow are of the time of the first.
            if (PageToken.Decode(token, 3) is not [string lastEnvironment, string lastName, long first])
                return Pages.NotOurs();
            (after, at) = ((lastEnvironment, lastName), first);
        }

        return await ReadAsync(actor, environment, model, at, after, limit ?? Pages.DefaultLimit, cancel);
    }

    private async ValueTask<ModelInventory> ReadAsync(
        Actor actor, string? environment, string? model, long at, (string Environment, string Name) after, int size, CancellationToken cancel)
    {
        var entries = new List<InventoryEntry>();
        while (true)
        {
            var rows = await db.ReadAsync(session => DeploymentStore.StoodAsync(session, actor.Workspace, environment, at, after, Listings.MaxLimit), cancel);
            for (var i = 0; i < rows.Count; i++)
            {
                entries.AddRange(rows[i].Spec.Variants.Where(variant => model is null || variant.Model == model).Select(variant => Entry(rows[i], variant)));
                after = (rows[i].Key.Environment, rows[i].Key.Name);
                if (entries.Count >= size && (i + 1 < rows.Count || rows.Count == Listings.MaxLimit))
                    return new() { AsOf = at, Entries = entries, NextPageToken = PageToken.Encode(after.Environment, after.Name, at) };
            }

            if (rows.Count < Listings.MaxLimit)
                return new() { AsOf = at, Entries = entries };
        }
    }

    private static InventoryEntry Entry(DeploymentRow row, VariantSpec variant) => new()
    {
        Model = variant.Model,
        Version = variant.Version,
        Environment = row.Key.Environment,
        Deployment = row.Key.Name,
        Revision = row.Revision,
        Variant = variant.Name,
        Shadow = variant.Shadow,
        Share = TrafficShares.Of(row.Spec, variant),
        Since = row.CreatedAt,
        ChangedBy = row.CreatedBy,
    };

    private Result<long> TimeOf(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return time.GetUtcNow().ToUnixTimeMilliseconds();
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds))
            return milliseconds;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var then)
            ? then.ToUnixTimeMilliseconds()
            : Failure.Invalid("serving.invalid_time", $"as_of is '{(text.Length > 50 ? text[..50] : text)}'; it must be a time as 2026-11-20T10:00:00Z, or Unix milliseconds.");
    }
}
