using System.Diagnostics;

namespace Orrery.Serving;

/// <summary>A request that waits for a worker. It has its own memory, so that the caller may go at any time.</summary>
internal sealed class PythonRequest(byte methods, IReadOnlyList<PythonTensor> inputs, long rows, long deadline)
{
    private readonly TaskCompletionSource<PythonAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isAbandoned;

    /// <summary>Bits of <see cref="PythonMethods"/>; 0 for the model's own choice.</summary>
    public byte Methods => methods;

    public IReadOnlyList<PythonTensor> Inputs => inputs;

    public long Rows => rows;

    /// <summary>Milliseconds of <see cref="Environment.TickCount64"/> at which nobody waits any more.</summary>
    public long Deadline => deadline;

    /// <summary>Whether nobody waits for it.</summary>
    public bool IsAbandoned => Volatile.Read(ref _isAbandoned);

    /// <summary>Whether a worker ended at a batch that had this in it: it is tried once more, alone.</summary>
    public bool IsSuspect { get; set; }

    /// <summary>The trace that it is part of, for links; default for none.</summary>
    public ActivityContext Trace { get; } = Activity.Current?.Context ?? default;

    /// <summary>The span of its waiting; null when nobody traces.</summary>
    public Activity? Waiting { get; init; }

    /// <summary>When it was made, by <see cref="Stopwatch.GetTimestamp"/>.</summary>
    public long MadeAt { get; } = Stopwatch.GetTimestamp();

    /// <summary>Whether a worker was gone before it got it; once it may be given to another.</summary>
    public bool WasReturned { get; set; }

    /// <exception cref="TensorException">The model says that the input is wrong.</exception>
    /// <exception cref="ModelException">The model failed, or its worker.</exception>
    public async ValueTask<PythonAnswer> WaitAsync(CancellationToken cancel)
    {
        try
        {
            return await _answer.Task.WaitAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            Volatile.Write(ref _isAbandoned, true);
            throw;
        }
    }

    /// <summary>Whether both may be answered by one call.</summary>
    public bool Fits(PythonRequest other)
    {
        if (IsSuspect || other.IsSuspect || methods != other.Methods || inputs.Count != other.Inputs.Count)
            return false;
        for (var index = 0; index < inputs.Count; index++)
        {
            if (!inputs[index].Fits(other.Inputs[index]))
                return false;
        }

        return true;
    }

    public void Answer(PythonAnswer answer) => _answer.TrySetResult(answer);

    public void Fail(Exception why)
    {
        if (_answer.TrySetException(why))
            _ = _answer.Task.Exception;
    }
}
