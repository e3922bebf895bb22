using Orrery.Kernel;

namespace Orrery.Serving;

/// <summary>The models of this server: the same files with the same options are loaded once, whoever deploys them.</summary>
internal sealed class ModelPool(ModelLoader loader, ServingOptions settings, ServingMetrics metrics, TimeProvider time) : IAsyncDisposable
{
    // A request that found a slot before it was let go enters it within this time.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly Dictionary<(WorkspaceId Workspace, string Sha256, ModelOptions Options), Held> _held = [];

    /// <summary>Estimated memory of what is loaded, bytes.</summary>
    public long MemoryBytes
    {
        get
        {
            lock (_lock)
                return _held.Values.Sum(static held => held.Slot.MemoryBytes);
        }
    }

    /// <summary>How many models are in memory.</summary>
    public int LoadedCount
    {
        get
        {
            lock (_lock)
                return _held.Values.Count(static held => held.Slot.IsLoaded);
        }
    }

    /// <summary>Of models that have workers.</summary>
    public IReadOnlyList<(ModelRecipe Recipe, WorkerCounts Counts)> Workers()
    {
        lock (_lock)
            return [.. _held.Values.Where(static held => held.Slot.Workers is not null).Select(static held => (held.Slot.Recipe, held.Slot.Workers ?? default))];
    }

    /// <summary>The slot of a model, held until <see cref="Release"/>.</summary>
    /// <param name="recipe">How it is loaded.</param>
    /// <param name="options">How it is run.</param>
    /// <param name="idle">How long it may be idle before it is unloaded; null for always. Of several that hold it the longest counts.</param>
    public ModelSlot Hold(ModelRecipe recipe, ModelOptions options, TimeSpan? idle = null)
    {
        var key = (recipe.Workspace, recipe.Sha256, options);
        lock (_lock)
        {
            if (!_held.TryGetValue(key, out var held))
                _held[key] = held = new(new ModelSlot(recipe, options, loader, metrics));
            held.Idle.Add(idle);
            held.LetGoAt = null;
            return held.Slot;
        }
    }

    /// <summary>Ends what <see cref="Hold"/> began. A model that nobody holds is unloaded soon.</summary>
    /// <param name="slot">The model.</param>
    /// <param name="idle">As it was held with.</param>
    public void Release(ModelSlot slot, TimeSpan? idle = null)
    {
        lock (_lock)
        {
            var held = _held.Values.First(held => held.Slot == slot);
            held.Idle.Remove(idle);
            if (held.Owners == 0)
                held.LetGoAt = time.GetUtcNow();
        }
    }

    /// <summary>Unloads what nobody holds, what was idle for as long as it may be, and, while the rest takes too much memory, what was idle longest.</summary>
    public async ValueTask SweepAsync()
    {
        foreach (var (key, held) in LetGo())
        {
            var wasLoaded = held.Slot.IsLoaded;
            if (!await held.Slot.TryUnloadAsync())
                continue;
            if (wasLoaded)
                metrics.Unloaded("unused");
            lock (_lock)
            {
                if (held.Owners == 0)
                    _held.Remove(key);
            }
        }

        foreach (var slot in Idle())
        {
            if (await slot.TryUnloadAsync())
                metrics.Unloaded("idle");
        }

        foreach (var slot in Loaded())
        {
            if (MemoryBytes <= (long)settings.ModelMemoryMb << 20)
                return;
            if (await slot.TryUnloadAsync())
                metrics.Unloaded("memory");
        }
    }

    /// <summary>Closes all models.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var held in _held.Values)
            await held.Slot.DisposeAsync();
    }

    private List<((WorkspaceId Workspace, string Sha256, ModelOptions Options) Key, Held Held)> LetGo()
    {
        var now = time.GetUtcNow();
        lock (_lock)
            return [.. _held.Where(one => one.Value.Owners == 0 && one.Value.LetGoAt + Grace <= now).Select(static one => (one.Key, one.Value))];
    }

    private List<ModelSlot> Idle()
    {
        var now = Environment.TickCount64;
        lock (_lock)
            return [.. _held.Values.Where(held => held.Slot.IsLoaded && held.MayBeIdle is { } most && now - held.Slot.LastUsed >= most.TotalMilliseconds).Select(static held => held.Slot)];
    }

    private List<ModelSlot> Loaded()
    {
        lock (_lock)
            return [.. _held.Values.Select(static held => held.Slot).Where(static slot => slot.IsLoaded).OrderBy(static slot => slot.LastUsed)];
    }

    private sealed class Held(ModelSlot slot)
    {
        public ModelSlot Slot => slot;

        /// <summary>One for each that holds it.</summary>
        public List<TimeSpan?> Idle { get; } = [];

        public int Owners => Idle.Count;

        public TimeSpan? MayBeIdle => Idle.Count > 0 && !Idle.Contains(null) ? Idle.Max() : null;

        public DateTimeOffset? LetGoAt { get; set; }
    }
}
