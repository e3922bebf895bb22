namespace Orrery.Serving;

/// <summary>
/// A model that may be loaded or not. Callers enter and leave; while one is inside the model stays. One that was unloaded comes back with the next caller.
/// </summary>
internal sealed class ModelSlot(ModelRecipe recipe, ModelOptions options, ModelLoader loader) : IAsyncDisposable
{
    // While it is unloaded, so that entering sees a negative number.
    private const int Unloaded = int.MinValue / 2;

    private readonly SemaphoreSlim _changing = new(1);
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
        if (_model is { } model)
            await model.DisposeAsync();
        _changing.Dispose();
    }

    private async ValueTask<ServedModel> LoadAsync(CancellationToken cancel)
    {
        await _changing.WaitAsync(cancel);
        try
        {
            if (!IsLoaded)
            {
                _model = await loader.LoadAsync(recipe, options, cancel);
                Volatile.Write(ref _lastUsed, Environment.TickCount64);
                // Callers that came while it was unloaded take back what they added.
                Interlocked.Add(ref _users, -Unloaded);
            }

            Interlocked.Increment(ref _users);
            return _model!;
        }
        finally
        {
            _changing.Release();
        }
    }
}
