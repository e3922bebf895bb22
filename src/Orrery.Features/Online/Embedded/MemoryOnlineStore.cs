using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>
/// The online store in process. Reads take no lock. Changes go through one writer, which commits all that wait with one flush of the log and
/// then applies them; a caller is answered when its change is on disk.
/// </summary>
internal sealed class MemoryOnlineStore : IOnlineStore
{
    private const int MaxWriteBytes = 64 << 20;
    private const int MaxGroupBytes = 8 << 20;
    private const int MaxWaiting = 4_096;
    private const int RowsPerScan = 1_000;

    private readonly Channel<StoreCommand> _waiting = Channel.CreateBounded<StoreCommand>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
    private readonly OnlineFolder _folder;
    private readonly MemoryTables _tables;
    private readonly StoreLog _log;
    private readonly long _limit;
    private readonly Thread _writer;
    private readonly ILogger _logger;

    private MemoryOnlineStore(OnlineFolder folder, MemoryTables tables, StoreLog log, long limit, ILogger logger)
    {
        _folder = folder;
        _tables = tables;
        _log = log;
        _limit = limit;
        _logger = logger;
        _writer = new Thread(Write) { IsBackground = true, Name = "orrery-online-writer" };
        _writer.Start();
    }

    /// <summary>What was read at the start, and how long it took.</summary>
    public (long Rows, long Bytes, TimeSpan Took) Opened { get; private init; }

    /// <summary>Opens the store and reads its files; <c>features.online_unavailable</c> when another process has them or they are damaged.</summary>
    /// <param name="path">Its folder.</param>
    /// <param name="limit">Most bytes of memory.</param>
    /// <param name="rotation">Bytes of log after which a snapshot is made.</param>
    /// <param name="metrics">Counts bytes and flushes of the log.</param>
    /// <param name="logger">Told of recovery and trouble.</param>
    public static Result<MemoryOnlineStore> Open(string path, long limit, long rotation, FeatureMetrics metrics, ILogger logger)
    {
        OnlineFolder? folder = null;
        try
        {
            folder = OnlineFolder.TryTake(path);
            if (folder is null)
            {
                return Failure.Unavailable(
                    "features.online_unavailable",
                    $"Another server has the online store in {path}. Only one may use the store in process; give all of them one Redis (--redis host:port).");
            }

            var started = TimeProvider.System.GetTimestamp();
            var tables = new MemoryTables();
            var recovery = new Recovery(folder, tables);
            var log = recovery.Run();
            if (recovery.Cut > 0)
                Log.OnlineLogCut(logger, folder.Log(log.Number), recovery.Cut);
            return new MemoryOnlineStore(folder, tables, new StoreLog(folder, log, tables, rotation, recovery.SnapshotBytes, metrics, logger), limit, logger)
            {
                Opened = (tables.All.Sum(static table => table.Count), tables.Bytes, TimeProvider.System.GetElapsedTime(started)),
            };
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            folder?.Dispose();
            Log.OnlineNotOpened(logger, path, e);
            return Failure.Unavailable("features.online_unavailable", $"The online store could not be opened: {e.Message}");
        }
    }

    public ValueTask<Result<Done>> ReadAsync(OnlineTable table, ReadOnlyMemory<byte[]> keys, Memory<OnlineRow> rows, CancellationToken cancel)
    {
        var found = rows.Span;
        if (!_tables.TryFind(table, out var stored))
        {
            found[..keys.Length].Clear();
            return new(Done.Ok);
        }

        var asked = keys.Span;
        for (var i = 0; i < asked.Length; i++)
            found[i] = stored.Find(asked[i]);
        return new(Done.Ok);
    }

    public async ValueTask<Result<int>> WriteAsync(OnlineTable table, IReadOnlyList<OnlineWrite> writes, EqualTimes equal, CancellationToken cancel)
    {
        if (writes.Count == 0)
            return 0;
        if (writes.Sum(static write => (long)write.Key.Length + write.Row.Blob!.Length) > MaxWriteBytes)
            return new Failure(FailureKind.TooLarge, "features.online_write_too_large", $"One write to the online store may have {MaxWriteBytes >> 20} MiB; send it in parts.");
        return (await RunAsync(new WriteCommand(table, writes, equal), cancel)).Failed(out var failure, out var taken) ? failure : (int)taken;
    }

    public async ValueTask<Result<int>> DeleteAsync(OnlineTable table, IReadOnlyList<byte[]> keys, CancellationToken cancel) =>
        keys.Count == 0 ? 0 : (await RunAsync(new DeleteCommand(table, keys), cancel)).Failed(out var failure, out var deleted) ? failure : (int)deleted;

    public async ValueTask<Result<Done>> RewriteAsync(CancellationToken cancel)
    {
        var command = new RewriteCommand();
        if ((await RunAsync(command, cancel)).Failed(out var failure, out _))
            return failure;
        return command.Rewritten is { } rewritten && await rewritten.WaitAsync(cancel)
            ? Done.Ok
            : Failure.Unavailable("features.online_disk", "The online store could not rewrite its files: what was deleted is gone from memory and may still be in them. Try again.");
    }

    public async IAsyncEnumerable<Result<List<OnlineWrite>>> ScanAsync(OnlineTable table, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (!_tables.TryFind(table, out var stored))
            yield break;
        foreach (var part in stored.Rows.Chunk(RowsPerScan))
        {
            cancel.ThrowIfCancellationRequested();
            yield return part.Select(static one => new OnlineWrite(one.Key, one.Value)).ToList();
        }

        await Task.CompletedTask;
    }

    public async ValueTask<Result<long>> ExpireAsync(OnlineTable table, long beforeMicroseconds, CancellationToken cancel) =>
        await RunAsync(new ExpireCommand(table, beforeMicroseconds), cancel);

    public async ValueTask<Result<Done>> DropAsync(OnlineTable table, CancellationToken cancel) =>
        (await RunAsync(new DropCommand(table), cancel)).Failed(out var failure, out _) ? failure : Done.Ok;

    public ValueTask<Result<OnlineSize>> SizeAsync(OnlineTable table, CancellationToken cancel) =>
        new(_tables.TryFind(table, out var stored) ? new OnlineSize(stored.Count, stored.Bytes) : default(OnlineSize));

    public async ValueTask DisposeAsync()
    {
        if (!_waiting.Writer.TryComplete())
            return;
        await Task.Run(_writer.Join);
        await _log.DisposeAsync();
        _folder.Dispose();
    }

    private async ValueTask<Result<long>> RunAsync(StoreCommand command, CancellationToken cancel)
    {
        try
        {
            await _waiting.Writer.WriteAsync(command, cancel);
        }
        catch (ChannelClosedException)
        {
            return Failure.Unavailable("features.online_unavailable", "The server is stopping.");
        }

        // Once it waits it happens, so the answer is waited for even when the caller is gone.
        return await command.Done;
    }

    private void Write()
    {
        var group = new List<StoreCommand>();
        using var records = new ByteWriter(1 << 20);
        while (_waiting.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            try
            {
                Commit(group, records);
            }
            catch (Exception e)
            {
                Log.OnlineWriterFailed(_logger, e);
                foreach (var command in group)
                    command.Fail(Failure.Unavailable("features.online_unavailable", "The online store failed on this change; the server's log has the cause."));
            }

            foreach (var command in group)
                command.Answer();
            group.Clear();
            records.Clear();
        }
    }

    private void Commit(List<StoreCommand> group, ByteWriter records)
    {
        var made = new List<MemoryTable>();
        var logged = new List<(StoreCommand Command, MemoryTable Table)>();
        var bytes = _tables.Bytes;
        while (records.Length < MaxGroupBytes && _waiting.Reader.TryPeek(out var next) && !(next.IsAlone && group.Count > 0) && _waiting.Reader.TryRead(out var command))
        {
            group.Add(command);
            if (command is RewriteCommand rewrite)
            {
                rewrite.Rewritten = _log.Rewrite();
                break;
            }

            if (Prepare(command, records, made, ref bytes) is { } table)
                logged.Add((command, table));
            if (command.IsAlone)
                break;
        }

        if (logged.Count == 0)
            return;
        if (_log.Append(records.Written.Span) is { } failure)
        {
            made.ForEach(_tables.Remove);
            logged.ForEach(one => one.Command.Fail(failure));
            return;
        }

        foreach (var (command, table) in logged)
        {
            command.Succeed(command.Apply(table));
            if (command.IsAlone)
                _tables.Remove(table);
        }

        _log.RotateWhenLong();
    }

    private MemoryTable? Prepare(StoreCommand command, ByteWriter records, List<MemoryTable> made, ref long bytes)
    {
        if (!_tables.TryFind(command.Table, out var table))
        {
            if (!command.MakesTable)
                return null;
            table = _tables.Make(command.Table);
            made.Add(table);
            LogRecord.Table(records, table.Id, table.Name, capacity: 0);
        }

        var growth = command.Growth(table);
        if (growth > 0 && bytes + growth > _limit)
        {
            command.Fail(Failure.Unavailable(
                "features.online_full",
                $"The online store's memory ({_limit >> 20} MiB) is full; nothing of this write was taken. Raise Orrery:Features:Online:MemoryMb, drop views or use Redis."));
            return null;
        }

        bytes += growth;
        command.Log(records, table.Id);
        return table;
    }
}
