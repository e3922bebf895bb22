using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Serving;

/// <summary>What serving counts. Meter <c>Orrery.Serving</c>; what is counted for each prediction is in <see cref="VariantMetrics"/>.</summary>
internal sealed class ServingMetrics : IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(5);
    private static readonly InstrumentAdvice<double> Fast = new() { HistogramBucketBoundaries = [.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10] };
    private static readonly InstrumentAdvice<double> Slow = new() { HistogramBucketBoundaries = [.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 120] };
    private static readonly InstrumentAdvice<double> Magnitudes = new() { HistogramBucketBoundaries = [0, 1e-9, 1e-6, 1e-5, 1e-4, 1e-3, .01, .05, .1, .25, .5, 1, 10, 100, 1000] };

    private static readonly InstrumentAdvice<long> Counts = new() { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024] };

    private readonly Meter _meter = new("Orrery.Serving");
    private readonly ConcurrentDictionary<(DeploymentKey Key, string Variant, string Model, string Version), VariantMetrics> _variants = new();
    private readonly ConcurrentDictionary<(WorkspaceId Workspace, string Model), ModelUse> _uses = new();
    private readonly VariantInstruments _instruments;
    private readonly PoolInstruments _pools;
    private readonly Histogram<double> _load;
    private readonly Counter<long> _evicted;
    private readonly Counter<long> _logged;
    private readonly Counter<long> _lost;
    private readonly Counter<long> _batchRows;
    private readonly Counter<long> _batches;
    private readonly Histogram<double> _partition;
    private readonly ITimer _timer;

    public ServingMetrics(TimeProvider time)
    {
        _instruments = new(
            _meter.CreateHistogram("model.latency", unit: "s", description: "Time of a prediction, from request to answer.", advice: Fast),
            _meter.CreateHistogram("model.cold_start", unit: "s", description: "Time that a request waited for its model to be loaded.", advice: Slow),
            _meter.CreateHistogram("model.shadow.latency", unit: "s", description: "Time that a shadow took to answer.", advice: Fast),
            _meter.CreateHistogram("model.shadow.difference", description: "Greatest absolute difference of a shadow's numbers to those answered.", advice: Magnitudes),
            _meter.CreateCounter<long>("model.shadow.labels", description: "Labels of shadows, by whether they were those answered."),
            _meter.CreateCounter<long>("model.shadow.predictions", description: "Predictions by shadows, by what became of them."));
        _pools = new(
            _meter.CreateHistogram("model.queue.wait", unit: "s", description: "Time that a request waited for a worker.", advice: Fast),
            _meter.CreateHistogram("model.batch.requests", description: "Requests that a worker answered together.", advice: Counts),
            _meter.CreateHistogram("model.batch.rows", description: "Rows that a worker answered together.", advice: Counts));
        _meter.CreateObservableCounter("model.predictions", () => Variants.SelectMany(static one => one.Predictions()), description: "Predictions, by what became of them.");
        _meter.CreateObservableCounter("model.prediction_rows", () => Variants.Select(static one => one.Rows()), description: "Rows predicted.");
        _meter.CreateObservableGauge("model.error_rate", () => Variants.Select(static one => one.ErrorRate()), description: "Share of the predictions of the last minute that failed here: errors of the model, timeouts, overload.");
        Lookups = new(_meter);
        _load = _meter.CreateHistogram("model.load.duration", unit: "s", description: "Time to load a model and warm it up.", advice: Slow);
        _evicted = _meter.CreateCounter<long>("model.unloads", description: "Models unloaded, by why.");
        _logged = _meter.CreateCounter<long>("orrery.serving.prediction_log.rows", description: "Rows written to prediction logs.");
        _lost = _meter.CreateCounter<long>("orrery.serving.prediction_log.lost", description: "Predictions that their log should have and has not, by why.");
        _batchRows = _meter.CreateCounter<long>("model.batch.rows", description: "Rows of batch predictions, by what became of them.");
        _batches = _meter.CreateCounter<long>("orrery.serving.batch.predictions", description: "Batch predictions that ended, by how.");
        _partition = _meter.CreateHistogram("model.batch.partition.duration", unit: "s", description: "Time that a partition of a batch prediction took.", advice: Slow);
        _timer = time.CreateTimer(_ => Tick(), null, Step, Step);
    }

    /// <summary>What all is measured with.</summary>
    internal Meter Meter => _meter;

    /// <summary>What lookups of features are measured with.</summary>
    internal LookupInstruments Lookups { get; }

    /// <summary>Of everything that answered lately.</summary>
    public IEnumerable<VariantMetrics> Variants => _variants.Values;

    /// <summary>What a variant of a deployment has done; the same for all revisions that have it.</summary>
    public VariantMetrics Of(DeploymentKey key, VariantSpec spec)
    {
        var named = (key, spec.Name, spec.Model, spec.Version);
        return _variants.GetOrAdd(named, _ => new VariantMetrics(_instruments, UseOf(key.Workspace, spec.Model), key, spec, metrics => _variants.TryAdd(named, metrics)));
    }

    /// <summary>What a model's predictions take, for the ledger.</summary>
    public ModelUse UseOf(WorkspaceId workspace, string model) => _uses.GetOrAdd((workspace, model), static _ => new());

    /// <summary>What each model's predictions took since this was asked last.</summary>
    public IReadOnlyList<(WorkspaceId Workspace, string Model, long Rows, TimeSpan Inferring)> TakeUses() =>
    [
        .. from use in _uses
           let taken = use.Value.Take()
           select (use.Key.Workspace, use.Key.Model, taken.Rows, taken.Inferring),
    ];

    /// <summary>The same, when it has answered lately; null when not.</summary>
    public VariantMetrics? Find(DeploymentKey key, VariantSpec spec) => _variants.GetValueOrDefault((key, spec.Name, spec.Model, spec.Version));

    /// <summary>Measures the queue before a model's workers.</summary>
    public PoolMetrics Of(ModelRecipe recipe) => new(_pools, recipe);

    public void Loaded(ModelRecipe recipe, TimeSpan elapsed, bool failed) => _load.Record(
        elapsed.TotalSeconds, new("model", recipe.Model), new("version", recipe.Version), new KeyValuePair<string, object?>("outcome", failed ? "failed" : "loaded"));

    /// <summary>A model left memory: <c>memory</c> for want of it, <c>idle</c> after its time without a request, <c>unused</c> when no deployment has it any more.</summary>
    public void Unloaded(string why) => _evicted.Add(1, new KeyValuePair<string, object?>("reason", why));

    public void Logged(int rows) => _logged.Add(rows);

    public void Lost(string why, int predictions) => _lost.Add(predictions, new KeyValuePair<string, object?>("reason", why));

    /// <summary>Rows of a partition that is done.</summary>
    public void BatchRows(string model, string version, long predicted, long refused)
    {
        _batchRows.Add(predicted, new("model", model), new("version", version), new KeyValuePair<string, object?>("outcome", "predicted"));
        if (refused > 0)
            _batchRows.Add(refused, new("model", model), new("version", version), new KeyValuePair<string, object?>("outcome", "refused"));
    }

    public void PartitionEnded(string model, string version, TimeSpan elapsed, string outcome) => _partition.Record(
        elapsed.TotalSeconds, new("model", model), new("version", version), new KeyValuePair<string, object?>("outcome", outcome));

    public void BatchEnded(string state) => _batches.Add(1, new KeyValuePair<string, object?>("state", state));

    /// <summary>Adds what is read when somebody looks.</summary>
    public void Observe(ActiveDeployments active, ModelPool pool, Func<int> logged, Func<int> shadows)
    {
        _meter.CreateObservableGauge("model.in_flight", () => active.All.Select(static one => new Measurement<int>(one.Admission.AtWork, Tags(one))), description: "Requests at work.");
        _meter.CreateObservableGauge("model.concurrency_limit", () => active.All.Select(static one => new Measurement<int>(one.Admission.Most, Tags(one))), description: "Requests that may be at work.");
        _meter.CreateObservableGauge("model.variant_info", () => active.All.SelectMany(Infos), description: "Always 1; labels say which revision answers here, and with what share.");
        _meter.CreateObservableGauge("model.queue.length", () => Workers(pool, static one => one.Waiting), description: "Requests that wait for a worker.");
        _meter.CreateObservableGauge("model.workers", () => Workers(pool, static one => one.Running), description: "Workers that run.");
        _meter.CreateObservableGauge("model.memory", () => pool.MemoryBytes, unit: "By", description: "Memory of loaded models, estimated.");
        _meter.CreateObservableGauge("model.loaded", () => pool.LoadedCount, description: "Models in memory.");
        _meter.CreateObservableGauge<int>("orrery.serving.queue", () => Waiting(logged(), shadows()), description: "Predictions that wait to be logged or shown to shadows.");
    }

    private static KeyValuePair<string, object?>[] Tags(ActiveDeployment one) =>
        [new("deployment", one.Row.Key.Name), new("environment", one.Row.Key.Environment), new("workspace", one.Row.Key.Workspace.Value)];

    private static IEnumerable<Measurement<int>> Infos(ActiveDeployment one) => one.Answering.Concat(one.Shadows).Select(variant => new Measurement<int>(
        1, [.. Tags(one), new("variant", variant.Name), new("model", variant.Model), new("version", variant.Version), new("revision", one.Row.Revision), new("weight", variant.Spec.Weight), new("shadow", variant.Spec.Shadow)]));

    private static IEnumerable<Measurement<int>> Workers(ModelPool pool, Func<WorkerCounts, int> count) => pool.Workers()
        .GroupBy(static one => (one.Recipe.Model, one.Recipe.Version), one => count(one.Counts))
        .Select(static group => new Measurement<int>(group.Sum(), new("model", group.Key.Model), new("version", group.Key.Version)));

    private static Measurement<int>[] Waiting(int logged, int shadows) =>
        [new(logged, new KeyValuePair<string, object?>("queue", "log")), new(shadows, new KeyValuePair<string, object?>("queue", "shadows"))];

    /// <summary>Takes note of how things stand, for rates; forgets what has been idle for an hour until it answers again.</summary>
    internal void Tick()
    {
        foreach (var (key, metrics) in _variants)
        {
            if (!metrics.Tick())
                _variants.TryRemove(key, out _);
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        _meter.Dispose();
    }
}
