using Orrery.Native;

namespace Orrery.Serving;

/// <summary>A model in process, run by ONNX Runtime on the caller's thread.</summary>
internal sealed class OnnxModel : ServedModel
{
    private readonly OnnxSession _session;
    private readonly int[] _plain;

    private OnnxModel(OnnxSession session, IReadOnlyList<string> columns, long memoryBytes)
    {
        _session = session;
        MemoryBytes = memoryBytes;
        Declaration = new("onnx_onnxv1", [.. session.Inputs.Select(Input)], [.. session.Outputs.Select(Output)], columns);
        _plain = [.. Enumerable.Range(0, session.Outputs.Count)];
    }

    public override ModelDeclaration Declaration { get; }

    public override long MemoryBytes { get; }

    /// <summary>Opens a model file.</summary>
    /// <param name="path">Of the file; external data lies in its folder.</param>
    /// <param name="columns">Names of the columns of a single input, from the signature.</param>
    /// <param name="options">Threads.</param>
    /// <exception cref="ModelException">It is no model, needs operators that are not here, or has inputs that cannot be served.</exception>
    public static OnnxModel Open(string path, IReadOnlyList<string> columns, OnnxSessionOptions? options = null)
    {
        OnnxSession session;
        try
        {
            session = OnnxSession.Open(path, options);
        }
        catch (OnnxException refused)
        {
            throw new ModelException($"ONNX Runtime does not open the model: {refused.Message.Replace(path, Path.GetFileName(path), StringComparison.Ordinal)}", refused);
        }

        if (session.Inputs.FirstOrDefault(static input => input.Kind is not OnnxValueKind.Tensor || input.Type is OnnxElementType.Undefined) is { } unknown)
        {
            session.Dispose();
            throw new ModelException($"Input '{unknown.Name}' is {unknown}; only tensors can be served.");
        }

        // What it takes once loaded: about four times the file for tree ensembles, measured.
        return new OnnxModel(session, columns, Math.Max(64 << 10, new FileInfo(path).Length * 4));
    }

    public override ValueTask InferAsync(InferenceCall call, CancellationToken cancel)
    {
        using var run = _session.Rent();
        for (var index = 0; index < Declaration.Inputs.Count; index++)
            Give(run, index, Named(call, index));
        var wanted = Wanted(call);
        if (wanted.Length > 0)
            run.Want(wanted);
        else
            wanted = _plain;
        try
        {
            run.Execute(cancel);
        }
        catch (OnnxException failed) when (failed.Code is OnnxErrorCode.InvalidArgument)
        {
            throw new TensorException(failed.Message);
        }
        catch (OnnxException failed)
        {
            throw new ModelException($"The model failed: {failed.Message}", failed);
        }

        foreach (var output in wanted)
            OnnxOutputs.Take(run.Output(output), _session.Outputs[output], call.Outputs.Add());
        return default;
    }

    public override ValueTask DisposeAsync()
    {
        _session.Dispose();
        return default;
    }

    private static ModelTensor Input(OnnxValueInfo input) => new(input.Name, (DataType)(int)input.Type, input.Dimensions);

    // A classifier's maps are served as the tensor [N, classes] that they were made of.
    private static ModelTensor Output(OnnxValueInfo output) => output.Kind is OnnxValueKind.Sequence
        ? new(output.Name, DataType.FP32, [-1, -1])
        : new(output.Name, (DataType)(int)output.Type, output.Dimensions);

    private Tensor Named(InferenceCall call, int index)
    {
        var declared = Declaration.Inputs[index];
        // By place too when there is but one: clients name it as they like.
        var given = call.Inputs.Find(declared.Name) ?? (Declaration.Inputs.Count == 1 && call.Inputs.Count == 1 ? call.Inputs[0] : null);
        if (given is null)
            throw new TensorException($"Input '{declared.Name}' ({declared}) is missing.") { IsOfInputs = true };
        if (!declared.Fits(given.Shape))
            throw new TensorException($"Input '{given.Name}' has the shape [{string.Join(',', given.Shape.ToArray())}]; the model wants [{string.Join(',', declared.Shape)}], -1 for any size.");
        if (!TensorCast.Allows(given.Type, declared.Type))
            throw new TensorException($"Input '{given.Name}' is of {given.Type}; the model wants {declared.Type}.");
        return given;
    }

    private static void Give(OnnxRun run, int index, Tensor tensor)
    {
        var wanted = (DataType)(int)run.InputType(index);
        if (tensor.Type is DataType.BYTES)
        {
            run.InputText(index, tensor.Shape);
            for (var text = 0; text < tensor.Texts; text++)
                run.Text(index, text, tensor.Text(text));
        }
        else if (tensor.Type == wanted)
        {
            run.InputAt(index, tensor.Shape, tensor.Bytes);
        }
        else
        {
            TensorCast.Write(tensor, wanted, run.Input(index, tensor.Shape));
        }
    }

    private int[] Wanted(InferenceCall call)
    {
        if (call.Wanted.Count == 0)
            return [];
        var places = new int[call.Wanted.Count];
        for (var index = 0; index < places.Length; index++)
            places[index] = Place(call.Wanted[index].Name);
        return [.. places.Distinct()];
    }

    private int Place(string name)
    {
        for (var index = 0; index < Declaration.Outputs.Count; index++)
        {
            if (Declaration.Outputs[index].Name == name)
                return index;
        }

        throw new TensorException($"The model has no output '{name}'; it has {string.Join(", ", Declaration.Outputs.Select(static output => output.Name))}.");
    }
}
