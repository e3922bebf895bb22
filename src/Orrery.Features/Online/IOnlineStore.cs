using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>Where the online values of one view are: a table of the online store.</summary>
/// <param name="Workspace">Number of the workspace.</param>
/// <param name="Project">Name of the project.</param>
/// <param name="ViewId">Id of the view, the same for all its versions.</param>
/// <param name="StorageVersion">Of <see cref="FeatureView.StorageVersion"/>.</param>
internal readonly record struct OnlineTable(WorkspaceId Workspace, string Project, string ViewId, int StorageVersion)
{
    public static OnlineTable Of(FeatureProject project, FeatureView view) => new(project.Workspace, project.Name, view.Id, view.StorageVersion);
}

/// <summary>One row as the store keeps it: opaque but for its two times.</summary>
/// <param name="EventTime">Microseconds since 1970 UTC.</param>
/// <param name="CreatedTime">Microseconds since 1970 UTC; <see cref="long.MinValue"/> for none.</param>
/// <param name="Blob">The values, by <c>RowCodec</c>. Never changed after it was handed over.</param>
internal readonly record struct OnlineRow(long EventTime, long CreatedTime, byte[]? Blob)
{
    /// <summary>No row of that key.</summary>
    public static OnlineRow None => default;

    public bool Exists => Blob is not null;
}

/// <summary>One row to write.</summary>
/// <param name="Key">The entity's key, by <c>EntityKeyCodec</c>.</param>
/// <param name="Row">Its values.</param>
internal readonly record struct OnlineWrite(byte[] Key, OnlineRow Row);

/// <summary>
/// The online store: the newest row of each entity, by view. Two of them: in process with a log (<c>MemoryOnlineStore</c>) and Redis
/// (<c>RedisOnlineStore</c>). Thread-safe.
/// </summary>
internal interface IOnlineStore : IAsyncDisposable
{
    /// <summary>Reads rows; completes at once for the store in process.</summary>
    /// <param name="table">Which view.</param>
    /// <param name="keys">The keys; may repeat.</param>
    /// <param name="rows">Takes one row for each key; <see cref="OnlineRow.None"/> where there is none.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns><c>features.online_unavailable</c> when the store is away.</returns>
    ValueTask<Result<Done>> ReadAsync(OnlineTable table, ReadOnlyMemory<byte[]> keys, Memory<OnlineRow> rows, CancellationToken cancel);

    /// <summary>
    /// Writes rows and returns when they are durable. A row replaces one whose (event time, created time) is less, atomically, and one of the
    /// same times as <paramref name="equal"/> says; others are left out and counted. Ttl does not matter here: what is expired is told at the read.
    /// </summary>
    /// <returns>How many were taken (the rest were older); <c>features.online_unavailable</c>, <c>features.online_full</c>.</returns>
    ValueTask<Result<int>> WriteAsync(OnlineTable table, IReadOnlyList<OnlineWrite> writes, EqualTimes equal, CancellationToken cancel);

    /// <summary>Deletes entities for good, durable on return.</summary>
    /// <returns>How many there were.</returns>
    ValueTask<Result<int>> DeleteAsync(OnlineTable table, IReadOnlyList<byte[]> keys, CancellationToken cancel);

    /// <summary>
    /// Rewrites what the store keeps on disk, so that nothing of what was deleted before this call is in it when it returns. A store elsewhere
    /// keeps files of its own, which this does not reach.
    /// </summary>
    ValueTask<Result<Done>> RewriteAsync(CancellationToken cancel);

    /// <summary>All rows of a table, so many at once; what changes meanwhile may or may not be among them, and some may come twice.</summary>
    IAsyncEnumerable<Result<List<OnlineWrite>>> ScanAsync(OnlineTable table, CancellationToken cancel);

    /// <summary>Deletes all rows whose event time is before a moment, where the store does not expire them by itself.</summary>
    ValueTask<Result<long>> ExpireAsync(OnlineTable table, long beforeMicroseconds, CancellationToken cancel);

    /// <summary>Drops a table: a version that nobody reads any more, or one that is to be filled anew.</summary>
    ValueTask<Result<Done>> DropAsync(OnlineTable table, CancellationToken cancel);

    /// <summary>How many rows and bytes, as far as the store knows; and whether anything was ever written to it.</summary>
    ValueTask<Result<OnlineSize>> SizeAsync(OnlineTable table, CancellationToken cancel);
}

/// <summary>How much a table holds.</summary>
internal readonly record struct OnlineSize(long Rows, long Bytes);
