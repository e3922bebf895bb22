using System.Diagnostics.Metrics;
using Orrery.Contracts;

namespace Orrery.Serving;

/// <summary>What a variant has done on this server. Counting takes no lock and allocates nothing: the label sets are made once.</summary>
internal sealed class VariantMetrics
{
    // Numbers that differ by no more are the same: floats of one model on two machines do.
    private const double AsGood = 1e-6;
    private const int Ok = 0;
    private const int Failed = 2;
    private const int Timeout = 3;
    private const int RateLimited = 5;
    private const int Overloaded = 6;
    private const int Minute = 12;
    private const int Hour = 60 * Minute;

    private static readonly string[] Outcomes = ["ok", "invalid", "failed", "timeout", "gone", "rate_limited", "overloaded"];
    private static readonly string[] ShadowOutcomes = ["ok", "failed", "dropped"];
    private static readonly string[] ShadowResults = ["equal", "different"];

    private readonly VariantInstruments _instruments;
    private readonly Action<VariantMetrics> _remember;
    private readonly KeyValuePair<string, object?>[] _tags;
    private readonly KeyValuePair<string, object?>[][] _byOutcome;
    private readonly Dictionary<string, KeyValuePair<string, object?>[]> _shadow;
    private readonly long[] _counts = new long[Outcomes.Length];
    private readonly LatencyWindow _window = new();
    private readonly (long All, long Failed)[] _past = new (long, long)[Minute + 1];
    private readonly long[] _shadowCounts = new long[ShadowOutcomes.Length];
    private long _rows;
    private long _labels;
    private long _equalLabels;
    private long _same;
    private double _largest = double.NaN;
    private long _shadowsBefore;
    private int _steps;
    private int _idle;
    private volatile bool _isForgotten;

    /// <param name="instruments">Shared.</param>
    /// <param name="use">Of its model.</param>
    /// <param name="key">Of the deployment.</param>
    /// <param name="spec">The variant.</param>
    /// <param name="remember">Has it listed again.</param>
    public VariantMetrics(VariantInstruments instruments, ModelUse use, DeploymentKey key, VariantSpec spec, Action<VariantMetrics> remember)
    {
        (_instruments, _remember) = (instruments, remember);
        (Use, Key, Spec) = (use, key, spec);
        _tags =
        [
            new("model", spec.Model), new("environment", key.Environment), new("variant", spec.Name), new("version", spec.Version),
            new("deployment", key.Name), new("workspace", key.Workspace.Value),
        ];
        _byOutcome = [.. Outcomes.Select(outcome => With("outcome", outcome))];
        _shadow = ShadowOutcomes.Select(outcome => (Name: outcome, Tags: With("outcome", outcome)))
            .Concat(ShadowResults.Select(result => (Name: result, Tags: With("result", result)))).ToDictionary(static one => one.Name, static one => one.Tags);
    }

    /// <summary>What its model's predictions take.</summary>
    public ModelUse Use { get; }

    /// <summary>Of the deployment.</summary>
    public DeploymentKey Key { get; }

    /// <summary>The variant, as it was when it was counted first.</summary>
    public VariantSpec Spec { get; }

    /// <summary>Since the server started: predictions asked for, those that failed here, and those of these that got no answer in time or were not taken on.</summary>
    public (long All, long Failed, long Unanswered) Totals()
    {
        var (all, failed) = Now();
        return (all, failed, Interlocked.Read(ref _counts[Timeout]) + Interlocked.Read(ref _counts[Overloaded]));
    }

    /// <summary>A request was answered, or refused by what it was.</summary>
    public void Answered(int status, long rows, TimeSpan elapsed)
    {
        var outcome = status switch { 200 => Ok, 499 => 4, < 500 => 1, 504 => Timeout, _ => Failed };
        Count(outcome);
        _instruments.Latency.Record(elapsed.TotalSeconds, _byOutcome[outcome]);
        _window.Add(elapsed);
        if (outcome == Ok)
            Interlocked.Add(ref _rows, rows);
    }

    /// <summary>A request was not taken on.</summary>
    public void Refused(string code) => Count(code == "serving.rate_limited" ? RateLimited : Overloaded);

    /// <summary>A request waited for the model to be loaded.</summary>
    public void Waited(TimeSpan elapsed) => _instruments.ColdStart.Record(elapsed.TotalSeconds, _tags);

    /// <summary>A shadow answered, <c>ok</c>; or <c>failed</c>; or was not asked, <c>dropped</c>.</summary>
    public void Shadowed(string outcome)
    {
        _instruments.Shadows.Add(1, _shadow[outcome]);
        Interlocked.Increment(ref _shadowCounts[Array.IndexOf(ShadowOutcomes, outcome)]);
        if (_isForgotten)
            ComeBack();
    }

    /// <summary>How a shadow's answer compares.</summary>
    public void Compared(in Comparison comparison, TimeSpan elapsed)
    {
        Shadowed("ok");
        _instruments.ShadowLatency.Record(elapsed.TotalSeconds, _tags);
        if (comparison.Difference is { } difference)
            _instruments.Difference.Record(difference, _tags);
        if (comparison.Equal > 0)
            _instruments.ShadowLabels.Add(comparison.Equal, _shadow["equal"]);
        if (comparison.Labels > comparison.Equal)
            _instruments.ShadowLabels.Add(comparison.Labels - comparison.Equal, _shadow["different"]);
        Interlocked.Add(ref _labels, comparison.Labels);
        Interlocked.Add(ref _equalLabels, comparison.Equal);
        if (comparison.Labels == comparison.Equal && comparison.Difference is null or <= AsGood)
            Interlocked.Increment(ref _same);
        Largest(comparison.Difference);
    }

    /// <summary>How it compared as a shadow since the server started; null when it was never asked as one.</summary>
    public ShadowFigures? AsShadow()
    {
        var (ok, failed, dropped) = (Interlocked.Read(ref _shadowCounts[0]), Interlocked.Read(ref _shadowCounts[1]), Interlocked.Read(ref _shadowCounts[2]));
        if (ok + failed + dropped == 0)
            return null;
        var (labels, largest) = (Interlocked.Read(ref _labels), Volatile.Read(ref _largest));
        return new()
        {
            Compared = ok,
            Failed = failed,
            Dropped = dropped,
            Same = Interlocked.Read(ref _same),
            LabelsEqual = labels == 0 ? null : (double)Interlocked.Read(ref _equalLabels) / labels,
            LargestDifference = double.IsFinite(largest) ? largest : null,
        };
    }

    /// <summary>Counts by what became of them, those that happened.</summary>
    public IEnumerable<Measurement<long>> Predictions()
    {
        for (var outcome = 0; outcome < Outcomes.Length; outcome++)
        {
            if (outcome == Ok || Interlocked.Read(ref _counts[outcome]) > 0)
                yield return new(Interlocked.Read(ref _counts[outcome]), _byOutcome[outcome]);
        }
    }

    public Measurement<long> Rows() => new(Interlocked.Read(ref _rows), _tags);

    /// <summary>Failures over predictions since a minute ago; 0 without any.</summary>
    public Measurement<double> ErrorRate()
    {
        var (all, failed) = Now();
        var past = _past[Math.Max(0, Volatile.Read(ref _steps) - Minute) % _past.Length];
        return new(all == past.All ? 0 : (double)(failed - past.Failed) / (all - past.All), _tags);
    }

    /// <summary>How it fares in about the last minute.</summary>
    public LiveFigures Live()
    {
        var (all, failed) = Now();
        var past = _past[Math.Max(0, Volatile.Read(ref _steps) - Minute) % _past.Length];
        var quantiles = _window.Quantiles(0.5, 0.95, 0.99);
        return new()
        {
            Requests = all - past.All,
            ErrorRate = all == past.All ? 0 : (double)(failed - past.Failed) / (all - past.All),
            P50Ms = Milliseconds(quantiles[0]),
            P95Ms = Milliseconds(quantiles[1]),
            P99Ms = Milliseconds(quantiles[2]),
            RequestsTotal = all,
        };
    }

    /// <summary>Notes how things stand, every five seconds; false when nothing has happened for an hour.</summary>
    public bool Tick()
    {
        var now = Now();
        var shadowed = _shadowCounts.Sum();
        _idle = now.All == _past[_steps % _past.Length].All && shadowed == _shadowsBefore ? _idle + 1 : 0;
        _shadowsBefore = shadowed;
        _past[(_steps + 1) % _past.Length] = now;
        _window.Tick();
        Volatile.Write(ref _steps, _steps + 1);
        _isForgotten = _idle >= Hour;
        return !_isForgotten;
    }

    private static double? Milliseconds(double? seconds) => seconds is { } value ? Math.Round(value * 1000, 3) : null;

    private (long All, long Failed) Now()
    {
        var failed = Interlocked.Read(ref _counts[Failed]) + Interlocked.Read(ref _counts[Timeout]) + Interlocked.Read(ref _counts[Overloaded]);
        var all = 0L;
        for (var outcome = 0; outcome < Outcomes.Length; outcome++)
            all += Interlocked.Read(ref _counts[outcome]);
        return (all, failed);
    }

    private void Count(int outcome)
    {
        Interlocked.Increment(ref _counts[outcome]);
        if (_isForgotten)
            ComeBack();
    }

    private void ComeBack()
    {
        _isForgotten = false;
        _idle = 0;
        _remember(this);
    }

    private void Largest(double? difference)
    {
        if (difference is not { } found)
            return;
        for (var before = Volatile.Read(ref _largest); double.IsNaN(before) || found > before;)
        {
            var seen = Interlocked.CompareExchange(ref _largest, found, before);
            if (seen.Equals(before))
                return;
            before = seen;
        }
    }

    private KeyValuePair<string, object?>[] With(string name, string value) => [.. _tags, new(name, value)];
}
