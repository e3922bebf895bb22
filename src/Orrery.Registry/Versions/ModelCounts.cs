using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Registry;

/// <summary>All models of a workspace with what their versions come to, in one statement.</summary>
public sealed class ModelCounts
{
    private readonly Db _db;

    internal ModelCounts(Db db) => _db = db;

    /// <summary>Models by name, up to a number.</summary>
    public async ValueTask<IReadOnlyList<ModelCount>> ListAsync(Actor actor, int most, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return await _db.ReadAsync(session => ModelCountStore.ListAsync(session, actor.Workspace, most), cancel);
    }

    /// <summary>The packages that were hashed last.</summary>
    public async ValueTask<IReadOnlyList<HashedPackage>> HashedAsync(Actor actor, int most, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return await _db.ReadAsync(session => ModelCountStore.HashedAsync(session, actor.Workspace, most), cancel);
    }
}

/// <summary>What a model's versions come to.</summary>
/// <param name="Name">Of the model.</param>
/// <param name="CreatedBy">Who registered it.</param>
/// <param name="CreatedAt">When, Unix milliseconds.</param>
/// <param name="Versions">How many there are.</param>
/// <param name="Newest">Number of the newest; 0 without any.</param>
/// <param name="NewestAt">When it was registered, Unix milliseconds.</param>
/// <param name="Hashed">How many have a SHA-256 of their files.</param>
/// <param name="Production">The newest of stage Production; null without any.</param>
public sealed record ModelCount(string Name, string CreatedBy, long CreatedAt, long Versions, long Newest, long? NewestAt, long Hashed, long? Production);

/// <summary>A version whose files were hashed.</summary>
/// <param name="Model">Of the model.</param>
/// <param name="Version">Its number.</param>
/// <param name="Sha256">Of its files.</param>
/// <param name="ReadAt">When, Unix milliseconds.</param>
public sealed record HashedPackage(string Model, long Version, string Sha256, long ReadAt);
