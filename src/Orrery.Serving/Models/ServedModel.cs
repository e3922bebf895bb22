namespace Orrery.Serving;

/// <summary>A model that answers. Safe for any number of callers; closing it waits for nobody, calls at work end as they would.</summary>
internal abstract class ServedModel : IAsyncDisposable
{
    /// <summary>What it takes and gives.</summary>
    public abstract ModelDeclaration Declaration { get; }

    /// <summary>Memory that it is known to take, bytes; an estimate.</summary>
    public abstract long MemoryBytes { get; }

    /// <summary>What is wrong with it now; null for nothing.</summary>
    public virtual ModelProblem? Problem => null;

    /// <summary>Its workers; null when it has none.</summary>
    public virtual WorkerCounts? Workers => null;

    /// <summary>Answers: reads the call's inputs and adds its outputs.</summary>
    /// <exception cref="TensorException">The inputs do not fit.</exception>
    /// <exception cref="ModelException">The model failed.</exception>
    public abstract ValueTask InferAsync(InferenceCall call, CancellationToken cancel);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
