using Orrery.Client;
using Orrery.Contracts;
using Spectre.Console;

namespace Orrery.Cli;

/// <summary>Draws a transfer of files while it goes.</summary>
internal static class TransferBar
{
    public static async Task<T> WatchAsync<T>(Output output, string title, Func<IProgress<TransferProgress>?, Task<T>> transfer)
    {
        if (output.Progress is not { } console)
            return await transfer(null);
        var bar = console.Progress().AutoClear(true).Columns(
            new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new DownloadedColumn(), new TransferSpeedColumn());
        return await bar.StartAsync(async context =>
        {
            var task = context.AddTask(title);
            return await transfer(new Watcher(task));
        });
    }

    public static void Report(Output output, IReadOnlyList<TransferredFile> moved)
    {
        var page = new ArtifactPage { Files = [.. moved.Select(file => new ArtifactFile(file.Path, FileSize: file.Bytes))] };
        output.List(
            page,
            moved,
            null,
            ("PATH", file => file.Path),
            ("SIZE", file => Printable.Bytes(file.Bytes)),
            ("SHA-256", file => file.Sha256),
            ("VERIFIED", file => file.Verified ? "yes" : "no"));
    }

    private sealed class Watcher(ProgressTask task) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value)
        {
            if (value.BytesTotal is { } total)
                task.MaxValue = Math.Max(total, 1);
            task.Value = value.Bytes;
        }
    }
}
