using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orrery.Serving;

/// <summary>Asks an endpoint what it is, before it is asked for predictions. The answers are not to be trusted.</summary>
internal sealed class RemoteProbe(HttpMessageInvoker http, RemoteTarget target, RemoteOptions options, TimeProvider time)
{
    private const string BinaryExtension = "binary_tensor_data";
    private const int LongestName = 200;

    /// <summary>Of V2: whether it takes binary tensors. An endpoint that does not say takes none.</summary>
    public async ValueTask<bool> IsBinaryAsync(CancellationToken cancel)
    {
        try
        {
            var said = await GetAsync(target.Server, cancel);
            return said["extensions"] is JsonArray extensions && extensions.Any(static one => Text(one) is BinaryExtension);
        }
        catch (RemoteException silent) when (!silent.MayRetry)
        {
            return false;
        }
    }

    /// <summary>Fails unless the model is ready there.</summary>
    /// <exception cref="ModelException">It is not; the message says why.</exception>
    public async ValueTask ReadyAsync(CancellationToken cancel)
    {
        var said = await GetAsync(target.Protocol == RemoteRules.V1 ? target.Model : target.Ready, cancel);
        if (said["ready"] is JsonValue value && !(value.TryGetValue<bool>(out var ready) ? ready : string.Equals(Text(value), "true", StringComparison.OrdinalIgnoreCase)))
            throw new ModelException($"{target.Endpoint} says that the model is not ready.");
    }

    /// <summary>Of V2: inputs, outputs and platform; empty where the endpoint does not say.</summary>
    /// <exception cref="ModelException">It says what cannot be.</exception>
    public async ValueTask<ModelDeclaration> MetadataAsync(IReadOnlyList<string> columns, CancellationToken cancel)
    {
        var said = await GetAsync(target.Model, cancel);
        var inputs = Tensors(said["inputs"], "input");
        return new(Text(said["platform"]) is { Length: > 0 and <= LongestName } platform ? platform : "remote_v2", inputs, Tensors(said["outputs"], "output"), inputs.Length == 1 ? columns : []);
    }

    private async ValueTask<JsonObject> GetAsync(Uri address, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(target.Timeout);
        var isAnswering = false;
        try
        {
            using var request = RemoteConnections.Request(HttpMethod.Get, address, target);
            using var response = await http.SendAsync(request, limit.Token);
            isAnswering = true;
            var answer = await RemoteAnswer.ReadAsync(response, target.Endpoint, Math.Min(4, options.MaxAnswerMb), limit.Token);
            if (answer.Status != 200)
                throw RemoteFaults.Of(target.Endpoint, answer, response.Headers.RetryAfter, time) is RemoteException failed ? failed : new ModelException($"{target.Endpoint} answered {answer.Status}: {answer.Message()}");
            // Triton says with the status alone that a model is ready.
            return answer.Bytes.IsEmpty ? [] : JsonNode.Parse(answer.Bytes.Span, documentOptions: new JsonDocumentOptions { MaxDepth = 32, AllowDuplicateProperties = false }) as JsonObject ?? throw NoObject(address);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new RemoteException(RemoteOutcome.Timeout, $"{target.Endpoint} did not answer {address.AbsolutePath} within {target.Timeout.TotalMilliseconds:0} ms.", status: 504);
        }
        catch (Exception broken) when (broken is IOException or HttpRequestException)
        {
            throw RemoteFaults.Of(target.Endpoint, broken, isAnswering);
        }
        catch (JsonException)
        {
            throw NoObject(address);
        }
    }

    private RemoteException NoObject(Uri address) => new(RemoteOutcome.Invalid, $"{target.Endpoint} answers {address.AbsolutePath} with no JSON object.");

    private ModelTensor[] Tensors(JsonNode? node, string what)
    {
        if (node is null)
            return [];
        if (node is not JsonArray { Count: <= TensorList.Most } list)
            throw Wrong($"its {what}s are no list");
        var tensors = list.Select((one, index) => Tensor(one as JsonObject, $"{what} {index}")).ToArray();
        return tensors.Select(static tensor => tensor.Name).Distinct().Count() == tensors.Length ? tensors : throw Wrong($"two {what}s have one name");
    }

    private ModelTensor Tensor(JsonObject? said, string what)
    {
        if (Text(said?["name"]) is not { Length: >= 1 and <= LongestName } name)
            throw Wrong($"{what} has no name");
        var type = DataTypes.Parse(System.Text.Encoding.UTF8.GetBytes(Text(said!["datatype"]) ?? ""));
        if (type is DataType.None)
            throw Wrong($"{what} has no datatype that is known");
        if (said["shape"] is not JsonArray { Count: <= Serving.Tensor.LargestRank } shape)
            throw Wrong($"{what} has no shape");
        return new(name, type, [.. shape.Select(size => size is JsonValue value && value.TryGetValue<long>(out var known) && known is >= -1 and <= int.MaxValue ? known : throw Wrong($"{what} has a shape that cannot be"))]);
    }

    private ModelException Wrong(string what) => new($"The metadata of {target.Endpoint} cannot be used: {what}.");

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
