using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>
/// Rewrites histories that lie in many small rows, as a training loop leaves them. Asked for by readers
/// who found one; never needed for correctness, so requests over the bound are dropped and nothing is kept over a restart.
/// </summary>
internal sealed class HistoryCompaction(Db db, ILogger<HistoryCompaction> logger) : BackgroundService
{
    private readonly Channel<(WorkspaceId Workspace, string RunId)> _requests =
        Channel.CreateBounded<(WorkspaceId, string)>(new BoundedChannelOptions(256) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public void Request(WorkspaceId workspace, string runId) => _requests.Writer.TryWrite((workspace, runId));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var (workspace, runId) in _requests.Reader.ReadAllAsync(stoppingToken))
                await CompactAsync(workspace, runId, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops; what was asked for is asked for again by the next reader.
        }
    }

    private async Task CompactAsync(WorkspaceId workspace, string runId, CancellationToken cancel)
    {
        try
        {
            await db.WriteAsync<Done>(async session =>
            {
                await MetricStore.CompactAsync(session, workspace, runId);
                return Done.Ok;
            }, cancel);
        }
        catch (DatabaseUnavailableException e)
        {
            Log.CompactionFailed(logger, runId, e);
        }
    }
}
