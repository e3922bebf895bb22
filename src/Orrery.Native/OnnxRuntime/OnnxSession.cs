using System.Collections.Concurrent;
using System.Text;

namespace Orrery.Native;

/// <summary>
/// An opened ONNX model. Safe for any thread: each takes a run of its own (<see cref="Rent"/>), all share the weights. The model file is only read, and
/// external data only from its own folder or below.
/// </summary>
public sealed unsafe class OnnxSession : IDisposable
{
    private const int AllOptimizations = 99;
    private const int LogFatalOnly = 4;

    private readonly OnnxSessionHandle _handle;
    private readonly ConcurrentQueue<OnnxRun> _idle = new();
    private int _disposed;

    private OnnxSession(OnnxSessionHandle handle, OnnxRuntimeState state)
    {
        _handle = handle;
        Inputs = OnnxDeclarations.Inputs(handle.Session, state.Allocator);
        Outputs = OnnxDeclarations.Outputs(handle.Session, state.Allocator);
        Metadata = OnnxDeclarations.Metadata(handle.Session, state.Allocator);
        handle.Inputs = new OnnxNames(Inputs);
        handle.Outputs = new OnnxNames(Outputs);
    }

    /// <summary>In the model's order; a run names them by their place.</summary>
    public IReadOnlyList<OnnxValueInfo> Inputs { get; }

    /// <summary>In the model's order; a run names them by their place.</summary>
    public IReadOnlyList<OnnxValueInfo> Outputs { get; }

    /// <summary>What the file says of itself.</summary>
    public OnnxMetadata Metadata { get; }

    /// <summary>Opens a model file, which takes milliseconds to seconds.</summary>
    /// <exception cref="OnnxException">The library is missing, the file is missing or no model, or it needs operators that this ONNX Runtime does not have.</exception>
    public static OnnxSession Open(string path, OnnxSessionOptions? options = null)
    {
        var state = OnnxLibrary.State();
        using var handle = new Owned(Create(state, path, options ?? new()));
        var session = new OnnxSession(handle.Value, state);
        handle.Keep();
        return session;
    }

    /// <summary>A run for one caller, to be disposed after its outputs were read. Buffers are kept for the next.</summary>
    /// <exception cref="ObjectDisposedException">The session is closed.</exception>
    public OnnxRun Rent()
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        return _idle.TryDequeue(out var run) ? run : new OnnxRun(this, _handle);
    }

    /// <summary>Closes the model when the last run of it ended.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        while (_idle.TryDequeue(out var run))
            run.Close();
        _handle.Dispose();
    }

    internal void Return(OnnxRun run)
    {
        _idle.Enqueue(run);
        // Closed meanwhile: what came back after the queue was emptied is closed here.
        if (Volatile.Read(ref _disposed) == 0)
            return;
        while (_idle.TryDequeue(out var left))
            left.Close();
    }

    private static OnnxSessionHandle Create(OnnxRuntimeState state, string path, OnnxSessionOptions asked)
    {
        nint options, session;
        OnnxFailures.Check(OrtApi.CreateSessionOptions(&options));
        try
        {
            OnnxFailures.Check(OrtApi.SetSessionExecutionMode(options, 0));
            OnnxFailures.Check(OrtApi.SetSessionLogSeverityLevel(options, LogFatalOnly));
            OnnxFailures.Check(OrtApi.SetSessionGraphOptimizationLevel(options, AllOptimizations));
            OnnxFailures.Check(OrtApi.SetInterOpNumThreads(options, 1));
            if (asked.Threads == 0)
                OnnxFailures.Check(OrtApi.DisablePerSessionThreads(options));
            else
                OnnxFailures.Check(OrtApi.SetIntraOpNumThreads(options, asked.Threads));
            fixed (byte* key = "session.intra_op.allow_spinning"u8, off = "0"u8)
                OnnxFailures.Check(OrtApi.AddSessionConfigEntry(options, key, off));
            fixed (byte* utf8 = Encoding.UTF8.GetBytes(path + '\0'))
            fixed (char* utf16 = path)
                OnnxFailures.Check(OrtApi.CreateSession(state.Environment, OperatingSystem.IsWindows() ? utf16 : utf8, options, &session));
        }
        finally
        {
            OrtApi.ReleaseSessionOptions(options);
        }

        return new OnnxSessionHandle(session);
    }

    /// <summary>Closes a handle unless it was kept.</summary>
    private ref struct Owned(OnnxSessionHandle value)
    {
        private bool _kept;

        public readonly OnnxSessionHandle Value => value;

        public void Keep() => _kept = true;

        public readonly void Dispose()
        {
            if (!_kept)
                value.Dispose();
        }
    }
}
