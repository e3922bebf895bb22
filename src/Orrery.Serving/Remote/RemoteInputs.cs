namespace Orrery.Serving;

/// <summary>Takes a request's tensors as the endpoint declares them.</summary>
internal static class RemoteInputs
{
    /// <summary>The tensors in the endpoint's order, by its names; as they are given when it declares none.</summary>
    /// <param name="call">With the inputs.</param>
    /// <param name="declared">By the endpoint; empty when it does not say.</param>
    /// <param name="cast">Whether numbers become of the type that is declared.</param>
    /// <exception cref="TensorException">They do not fit.</exception>
    public static IReadOnlyList<(string Name, Tensor Tensor)> Take(InferenceCall call, IReadOnlyList<ModelTensor> declared, bool cast)
    {
        if (call.Inputs.Count == 0)
            throw new TensorException("The request has no input.");
        var taken = new List<(string, Tensor)>();
        if (declared.Count == 0)
        {
            for (var index = 0; index < call.Inputs.Count; index++)
                taken.Add((call.Inputs[index].Name, call.Inputs[index]));
            return taken;
        }

        if (call.Inputs.Count > declared.Count)
            throw new TensorException($"The request has {call.Inputs.Count} inputs; the model has {string.Join(", ", declared.Select(static input => $"'{input.Name}' ({input})"))}.");
        foreach (var input in declared)
            taken.Add((input.Name, One(call, input, isOnly: declared.Count == 1, cast)));
        return taken;
    }

    private static Tensor One(InferenceCall call, ModelTensor declared, bool isOnly, bool cast)
    {
        // By place too when there is but one: clients name it as they like.
        var given = call.Inputs.Find(declared.Name) ?? (isOnly ? call.Inputs[0] : throw new TensorException($"Input '{declared.Name}' ({declared}) is missing."));
        if (!declared.Fits(given.Shape))
            throw new TensorException($"Input '{given.Name}' has the shape [{string.Join(',', given.Shape.ToArray())}]; the model wants [{string.Join(',', declared.Shape)}], -1 for any size.");
        if (!TensorCast.Allows(given.Type, declared.Type))
            throw new TensorException($"Input '{given.Name}' is of {given.Type}; the model wants {declared.Type}.");
        if (!cast || given.Type == declared.Type)
            return given;
        var tensor = new Tensor { Name = given.Name, Type = declared.Type };
        tensor.SetShape(given.Shape);
        TensorCast.Write(given, declared.Type, tensor.Append(checked((int)given.Count * declared.Type.Width())));
        return tensor;
    }
}
