using Microsoft.Extensions.Hosting;

namespace Orrery.Governance;

/// <summary>Removes at the start what evaluations left on this server's disk that a crash broke off: folders that nothing was written to for a day.</summary>
internal sealed class ScratchCleaning(IReadOnlyList<string> folders, TimeProvider time) : IHostedService
{
    private static readonly TimeSpan Left = TimeSpan.FromDays(1);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var folder in folders.Where(Directory.Exists).SelectMany(static folder => new DirectoryInfo(folder).EnumerateDirectories()))
        {
            // Another server may work in the same data folder; what it writes to is younger.
            if (time.GetUtcNow().UtcDateTime - Newest(folder) > Left)
                Delete(folder);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static DateTime Newest(DirectoryInfo folder) =>
        folder.EnumerateFileSystemInfos("*", SearchOption.AllDirectories).Select(static one => one.LastWriteTimeUtc).Append(folder.LastWriteTimeUtc).Max();

    private static void Delete(DirectoryInfo folder)
    {
        try
        {
            folder.Delete(recursive: true);
        }
        catch (Exception kept) when (kept is IOException or UnauthorizedAccessException)
        {
            // It stays, and is tried again at the next start.
        }
    }
}
