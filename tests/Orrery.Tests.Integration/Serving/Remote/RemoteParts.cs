using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Registry;
using Orrery.Serving;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Models that a fake endpoint answers for, and what is counted of it.</summary>
internal sealed class RemoteParts : IAsyncDisposable
{
    private readonly ServingMetrics _metrics = new(TimeProvider.System);
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, long> _tries = [];
    private readonly List<RemoteModel> _models = [];
    private RemoteRuntime? _runtime;

    public RemoteParts(FakeEndpoint endpoint, TimeProvider? time = null)
    {
        (Endpoint, Time) = (endpoint, time ?? TimeProvider.System);
        Options.Remote.Hosts = ["127.0.0.1"];
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == _metrics.Meter && instrument.Name is "model.remote.tries" or "model.remote.circuit_open")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            lock (_tries)
                _tries[(string)tags[^1].Value!] = _tries.GetValueOrDefault((string)tags[^1].Value!) + value;
        });
        _listener.SetMeasurementEventCallback<int>((_, value, _, _) => CircuitOpen = value);
        _listener.Start();
    }

    public FakeEndpoint Endpoint { get; }

    public TimeProvider Time { get; }

    public ServingOptions Options { get; } = new();

    public int CircuitOpen { get; private set; }

    public RemoteSpec Spec(string protocol = "v2") => new() { Url = Endpoint.Address.ToString(), Protocol = protocol, Retries = 0 };

    public async Task<RemoteModel> OpenAsync(RemoteSpec? spec = null, PackageDocument? document = null)
    {
        _runtime ??= new(Options, _metrics, Time, NullLogger<RemoteRuntime>.Instance);
        var recipe = new ModelRecipe(Runtimes.Remote, WorkspaceId.Default, "m", 1, "", "", [], "", document ?? PackageDocument.Empty) { Remote = spec ?? Spec() };
        var model = await _runtime.OpenAsync(recipe, TestContext.Current.CancellationToken);
        _models.Add(model);
        return model;
    }

    /// <summary>How many tries came out so.</summary>
    public long Tries(string outcome)
    {
        lock (_tries)
            return _tries.GetValueOrDefault(outcome);
    }

    public int LookAtCircuit()
    {
        _listener.RecordObservableInstruments();
        return CircuitOpen;
    }

    public static PackageDocument Signature(string? inputs, string? outputs = null) => new()
    {
        Inputs = inputs is null ? null : JsonNode.Parse(inputs),
        Outputs = outputs is null ? null : JsonNode.Parse(outputs),
    };

    /// <summary>A request with one tensor [1, 2].</summary>
    public static InferenceCall Call(params float[] values)
    {
        var call = new InferenceCall();
        var tensor = call.Inputs.Add();
        (tensor.Name, tensor.Type) = ("x", DataType.FP32);
        tensor.SetShape([values.Length / 2, 2]);
        foreach (var value in values)
            tensor.Add(value);
        return call;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var model in _models)
            await model.DisposeAsync();
        _runtime?.Dispose();
        _listener.Dispose();
        _metrics.Dispose();
        await Endpoint.DisposeAsync();
    }
}
