using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>Which table is to be filled with rows of those before it.</summary>
internal sealed record CarryPayload(string Project, string View, string ViewId, int StorageVersion);

[JsonSerializable(typeof(CarryPayload))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class CarryJson : JsonSerializerContext;

/// <summary>
/// Asks for rows to be carried over when a view has a new storage version: once at once, and once more when every server has the definitions
/// and pushes that began under those before have ended.
/// </summary>
internal sealed class CarryOver(Db db, Jobs jobs, TimeProvider time) : IEventHandler
{
    /// <summary>Longer than other servers need to see a change.</summary>
    public static readonly TimeSpan Settled = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public string Name => "features.carry_over";

    /// <inheritdoc/>
    public IReadOnlySet<string> Events { get; } = FrozenSet.Create(FeaturesApplied.Name);

    /// <inheritdoc/>
    public async Task<Result<Done>> HandleAsync(OutboxEvent e, CancellationToken cancel)
    {
        var applied = JsonSerializer.Deserialize(e.Payload, DefinitionJson.Applied)!;
        var changed = applied.Changes.Where(static change =>
            change.Action == "change" && change.Kind == DefinitionKind.View.Text() && change.StorageVersion is { } storage && storage == change.ToVersion).ToList();
        if (changed.Count == 0)
            return Done.Ok;
        return await db.WriteAsync<Done>(async session =>
        {
            foreach (var change in changed)
            {
                var payload = JsonSerializer.Serialize(new(applied.Project, change.Name, change.Id!, change.StorageVersion!.Value), CarryJson.Default.CarryPayload);
                var key = $"{change.Id}/{change.StorageVersion}";
                await jobs.EnqueueAsync(session, e.Actor, CarryJob.JobKind, payload, key);
                await jobs.EnqueueAsync(session, e.Actor, CarryJob.JobKind, payload, key + "/again", time.GetUtcNow() + Settled);
            }

            return Done.Ok;
        }, cancel);
    }
}
