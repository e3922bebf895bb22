namespace Orrery.Serving;

/// <summary>
/// A model that may be loaded or not. Callers enter and leave; while one is inside the model stays. One that was unloaded comes back with the next caller.
/// </summary>
internal sealed class ModelSlot(ModelRecipe recipe, ModelOptions options, ModelLoader loader, ServingMetrics metrics) : IAsyncDisposable
{
    // While it is unloaded, so that entering sees a negative number.
    private const int Unloaded = int.MinValue / 2;

    private readonly SemaphoreSlim _changing = new(1);
    private readonly CancellationTokenSource _closing = new();
    private Task? _loading;
    private int _users = Unloaded;
    private ServedModel? _model;
    private long _lastUsed;

    public ModelRecipe Recipe => recipe;

    /// <summary>Whether it is in memory.</summary>
    public bool IsLoaded => Volatile.Read(ref _users) >= 0;

    /// <summary>Milliseconds of <see cref="Environment.TickCount64"/> when somebody entered last, within a second.</summary>
    public long LastUsed => Volatile.Read(ref _lastUsed);

    /// <summary>Estimate; 0 while it is unloaded.</summary>
    public long MemoryBytes => IsLoaded ? _model?.MemoryBytes ?? 0 : 0;

    /// <summary>What is wrong with it now; null for nothing, or while it is unloaded.</summary>
    public ModelProblem? Problem => IsLoaded ? _model?.Problem : null;

    /// <summary>Its workers; null when it has none, or is unloaded.</summary>
    public WorkerCounts? Workers => IsLoaded ? _model?.Workers : null;

    /// <summary>The model, which stays until <see cref="Leave"/>.</summary>
    /// <exception cref="ModelException">It cannot be loaded.</exception>
    public ValueTask<ServedModel> EnterAsync(CancellationToken cancel)
    {
        if (Interlocked.Increment(ref _users) > 0)
        {
            var now = Environment.TickCount64;
            if (now - _lastUsed > 1000)
                Volatile.Write(ref _lastUsed, now);
            return new(_model!);
        }

        Interlocked.Decrement(ref _users);
        return LoadAsync(cancel);
    }

    /// <summary>Ends what <see cref="EnterAsync"/> began.</summary>
    public void Leave() => Interlocked.Decrement(ref _users);

    /// <summary>Unloads it unless somebody is inside; false when somebody is.</summary>
    public async ValueTask<bool> TryUnloadAsync()
    {
        await _changing.WaitAsync();
        try
        {
            if (!IsLoaded)
                return true;
            if (Interlocked.CompareExchange(ref _users, Unloaded, 0) != 0)
                return false;
            await _model!.DisposeAsync();
            _model = null;
            return true;
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Closes the model; nobody enters any more.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        if (_loading is { } loading)
            await loading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_model is { } model)
            await model.DisposeAsync();
        _closing.Dispose();
        _changing.Dispose();
    }

    // One load for all who wait for it; who leaves does not end it.
    private async ValueTask<ServedModel> LoadAsync(CancellationToken cancel)
    {
        while (true)
        {
            Task loading;
            await _changing.WaitAsync(cancel);
            try
            {
                if (IsLoaded)
                {
                    Interlocked.Increment(ref _users);
                    return _model!;
                }

                loading = _loading ??= LoadAsync();
            }
            finally
            {
                _changing.Release();
            }

            await loading.WaitAsync(cancel);
        }
    }

    private async Task LoadAsync()
    {
        // Off the caller's thread: opening a model is work of the processor.
        await Task.Yield();
        ServedModel? model = null;
        try
        {
            model = await TimedAsync(_closing.Token);
        }
        finally
        {
            await _changing.WaitAsync(CancellationToken.None);
            _loading = null;
            if (model is not null)
            {
                _model = model;
                Volatile.Write(ref _lastUsed, Environment.TickCount64);
                // Callers that come while it is unloaded take back what they add.
                Interlocked.Add(ref _users, -Unloaded);
            }

            _changing.Release();
        }
    }

    private async ValueTask<ServedModel> TimedAsync(CancellationToken cancel)
    {
        var began = System.Diagnostics.Stopwatch.GetTimestamp();
        ServedModel? model = null;
        try
        {
            return model = await loader.LoadAsync(recipe, options, cancel);
        }
        finally
        {
            metrics.Loaded(recipe, System.Diagnostics.Stopwatch.GetElapsedTime(began), failed: model is null);
        }
    }
}
