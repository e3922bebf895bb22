using System.Runtime.InteropServices;

namespace Orrery.Serving;

/// <summary>Runs long work on a thread of its own that gives way to others, so that requests are answered first.</summary>
internal static partial class GivingThread
{
    private const int OfProcess = 0;

    /// <summary>Runs work to its end.</summary>
    /// <param name="work">Blocks its thread.</param>
    /// <param name="nice">How much it gives way, 0 to 19; on Linux.</param>
    public static Task<T> RunAsync<T>(Func<T> work, int nice)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            // On Linux this is of the calling thread alone. Where it is refused, the work goes on as it is.
            if (nice > 0 && OperatingSystem.IsLinux())
                _ = SetPriority(OfProcess, 0, nice);
            try
            {
                done.SetResult(work());
            }
            catch (OperationCanceledException stopped)
            {
                done.SetCanceled(stopped.CancellationToken);
            }
            catch (Exception failed)
            {
                done.SetException(failed);
            }
        })
        {
            IsBackground = true,
            Name = "batch prediction",
        };
        thread.Start();
        return done.Task;
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int priority);
}
