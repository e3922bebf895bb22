using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Orrery.Cli;
using Orrery.Server;
using Orrery.Serving;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Unit.Serving;

/// <summary>The rules and the dashboard that are delivered ask for what the server measures.</summary>
public sealed partial class MonitoringFilesTests : IAsyncDisposable
{
    private static readonly string[] Functions = ["sum", "max", "rate", "increase", "histogram_quantile", "quantile_over_time", "by", "on", "group_left", "or", "offset", "label_values"];

    private readonly ServingParts _parts = new();
    private readonly ModelPool _pool;
    private readonly HashSet<string> _known;

    public MonitoringFilesTests()
    {
        _pool = new(_parts.Loader, _parts.Options, _parts.Metrics, _parts.Time);
        _known = [.. Names()];
    }

    public async ValueTask DisposeAsync()
    {
        await _pool.DisposeAsync();
        _parts.Dispose();
    }

    [Fact]
    public void Rules_are_whole_and_ask_for_what_is_measured()
    {
        var root = FileNode.OfYaml(File.ReadAllText(Repository.PathOf("deploy", "prometheus", "serving.rules.yml")));
        var rules = Field(Assert.Single(Field(root, "groups").Items!), "rules").Items!;
        var recorded = rules.Select(static rule => Find(rule, "record")?.Text).OfType<string>().ToList();
        Assert.Equal(recorded.Distinct(), recorded);
        var signals = new List<string?>();
        foreach (var rule in rules)
        {
            var expression = Field(rule, "expr").Text!;
            Assert.Equal([], Unknown(expression).Except(recorded));
            Assert.True((Find(rule, "record") is null) != (Find(rule, "alert") is null), expression);
            if (Find(rule, "alert") is null)
                continue;
            Assert.False(string.IsNullOrEmpty(Field(Field(rule, "annotations"), "summary").Text));
            Assert.Contains(Field(Field(rule, "labels"), "severity").Text, (string[])["warning", "critical"]);
            if (Find(Field(rule, "labels"), "signal") is not { } signal)
                continue;
            signals.Add(signal.Text);
            Assert.Equal("5m", Field(rule, "for").Text);
        }

        Assert.Equal(["error_rate", "latency", "availability"], signals);
    }

    [Fact]
    public void The_dashboard_is_where_links_lead_and_asks_for_what_is_measured()
    {
        var dashboard = JsonNode.Parse(File.ReadAllText(Repository.PathOf("deploy", "grafana", "models.json")))!;
        Assert.Equal(("models", "model-performance"), ((string)dashboard["uid"]!, ((string)dashboard["title"]!).Replace(' ', '-').ToLowerInvariant()));
        var variables = dashboard["templating"]!["list"]!.AsArray();
        Assert.Contains("model", variables.Select(static variable => (string)variable!["name"]!));
        var queries = variables.Select(static variable => (string?)variable!["definition"]).OfType<string>();
        var panels = dashboard["panels"]!.AsArray();
        var expressions = panels.SelectMany(static panel => panel!["targets"]!.AsArray().Select(static target => (string)target!["expr"]!)).ToList();

        Assert.Equal([], expressions.Concat(queries).SelectMany(Unknown).Distinct());
        Assert.Equal(panels.Count, panels.Select(static panel => (int)panel!["id"]!).Distinct().Count());
        foreach (var needed in (string[])["model_predictions_total", "model_latency_seconds_bucket", "model_error_rate"])
            Assert.Contains(expressions, expression => expression.Contains(needed, StringComparison.Ordinal));
    }

    // Metric names in an expression that nothing measures.
    private List<string> Unknown(string expression)
    {
        foreach (var (open, close) in ((char, char)[])[('(', ')'), ('[', ']'), ('{', '}')])
            Assert.Equal(expression.Count(letter => letter == open), expression.Count(letter => letter == close));
        var bare = Inside().Replace(expression.Replace(", model)", ")", StringComparison.Ordinal).Replace(", environment)", ")", StringComparison.Ordinal), " ");
        return [.. Word().Matches(bare).Select(static word => word.Value).Where(word => !Functions.Contains(word) && !_known.Contains(word))];
    }

    private List<string> Names()
    {
        _parts.Metrics.Observe(new ActiveDeployments(), _pool, static () => 0, static () => 0);
        var names = new List<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter == _parts.Metrics.Meter)
                names.AddRange(Names(instrument));
        };
        listener.Start();
        return names;
    }

    private static IEnumerable<string> Names(Instrument instrument)
    {
        var type = instrument.GetType().Name;
        var kind = type.Contains("Histogram", StringComparison.Ordinal) ? MetricKind.Histogram : type.Contains("Counter", StringComparison.Ordinal) ? MetricKind.Counter : MetricKind.Gauge;
        var name = PrometheusName.Of(instrument.Name, instrument.Unit, kind);
        return kind switch
        {
            MetricKind.Histogram => [name + "_bucket", name + "_sum", name + "_count"],
            MetricKind.Counter => [name + "_total"],
            _ => [name],
        };
    }

    private static FileNode? Find(FileNode node, string name) => node.Fields!.FirstOrDefault(field => field.Key == name).Value;

    private static FileNode Field(FileNode node, string name) => Find(node, name) ?? throw new KeyNotFoundException($"There is no {name} at line {node.Line}.");

    // Matchers, ranges, lists of labels, numbers with units.
    [GeneratedRegex(@"\{[^}]*\}|\[[^\]]*\]|\b(by|on|group_left)\s*\([^)]*\)|\b[0-9.]+[a-z]*\b")]
    private static partial Regex Inside();

    [GeneratedRegex("[a-zA-Z_:][a-zA-Z0-9_:]*")]
    private static partial Regex Word();
}
