using System.Runtime.CompilerServices;
using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>Stands where the store could not be opened: says why to everybody, so that the rest of the server runs on.</summary>
internal sealed class NoOnlineStore(Failure why) : IOnlineStore
{
    public ValueTask<Result<Done>> ReadAsync(OnlineTable table, ReadOnlyMemory<byte[]> keys, Memory<OnlineRow> rows, CancellationToken cancel) => new(why);

    public ValueTask<Result<int>> WriteAsync(OnlineTable table, IReadOnlyList<OnlineWrite> writes, EqualTimes equal, CancellationToken cancel) => new(why);

    public ValueTask<Result<int>> DeleteAsync(OnlineTable table, IReadOnlyList<byte[]> keys, CancellationToken cancel) => new(why);

    public ValueTask<Result<Done>> RewriteAsync(CancellationToken cancel) => new(why);

    public async IAsyncEnumerable<Result<List<OnlineWrite>>> ScanAsync(OnlineTable table, [EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.CompletedTask;
        yield return why;
    }

    public ValueTask<Result<long>> ExpireAsync(OnlineTable table, long beforeMicroseconds, CancellationToken cancel) => new(why);

    public ValueTask<Result<Done>> DropAsync(OnlineTable table, CancellationToken cancel) => new(why);

    public ValueTask<Result<OnlineSize>> SizeAsync(OnlineTable table, CancellationToken cancel) => new(why);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
