using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Orrery.Registry;

namespace Orrery.Serving;

/// <summary>Opens models that endpoints elsewhere answer for.</summary>
internal sealed class RemoteRuntime(ServingOptions options, ServingMetrics metrics, TimeProvider time, ILogger<RemoteRuntime> logger) : IDisposable
{
    private readonly HttpMessageInvoker _http = RemoteConnections.Create(options.Remote);
    private readonly RemoteMetrics _metrics = new(metrics.Meter);
    private readonly ConcurrentDictionary<string, RemoteGate> _gates = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Asks whether the model is ready there, and what it takes and gives.</summary>
    /// <exception cref="ModelException">It is not; the message says why.</exception>
    public async ValueTask<RemoteModel> OpenAsync(ModelRecipe recipe, CancellationToken cancel)
    {
        if (RemoteTarget.Of(recipe.Remote!, recipe.Model, options.Remote).Failed(out var refused, out var target))
            throw new ModelException(refused.Message);
        var probe = new RemoteProbe(_http, target, options.Remote, time);
        await probe.ReadyAsync(cancel);
        var isBinary = target.Protocol == RemoteRules.V2 && await probe.IsBinaryAsync(cancel);
        var declaration = target.Protocol == RemoteRules.V2
            ? await probe.MetadataAsync(SignatureColumns.Names(recipe.Document), cancel)
            : PythonColumns.Declare("remote_v1", recipe.Document, new PythonReady());
        RemoteProtocol protocol = target.Protocol == RemoteRules.V2
            ? new RemoteV2(declaration.Inputs, isBinary)
            : new RemoteV1(recipe.Document.Inputs is null ? null : declaration.Inputs, Outputs(recipe.Document));
        Log.RemoteReady(logger, $"{recipe.Model} {recipe.Version}", target.Endpoint, target.Protocol, isBinary ? "binary" : "JSON");
        var gate = _gates.GetOrAdd(target.Endpoint, endpoint => new(endpoint, options.Remote.MaxConnections));
        return new RemoteModel(declaration, protocol, new RemoteCalls(recipe, target, _http, gate, options.Remote, _metrics, time, logger));
    }

    public void Dispose() => _http.Dispose();

    // Of a signature's outputs, those whose type says how an answer is read.
    private static Dictionary<string, DataType> Outputs(PackageDocument document)
    {
        var types = new Dictionary<string, DataType>(StringComparer.Ordinal);
        foreach (var output in document.Outputs as JsonArray ?? [])
        {
            if (output is not JsonObject one)
                continue;
            var type = (Text(one["type"]), Text((one["tensor-spec"] as JsonObject)?["dtype"])) switch
            {
                ("boolean", _) or (_, "bool") => DataType.BOOL,
                ("integer", _) or (_, "int32") => DataType.INT32,
                ("long", _) or (_, "int64") => DataType.INT64,
                ("float", _) or (_, "float32") => DataType.FP32,
                ("double", _) or (_, "float64") => DataType.FP64,
                ("string" or "datetime", _) or (_, "object" or "str") => DataType.BYTES,
                _ => DataType.None,
            };
            if (type is not DataType.None)
                types[Text(one["name"]) is { Length: > 0 } name ? name : RemoteV1.Output] = type;
        }

        return types;
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
