namespace Orrery.Serving;

/// <summary>Takes a request's tensors as the model declares them. Tables come as one tensor of rows, or as one tensor for each column.</summary>
internal static class PythonInputs
{
    /// <exception cref="TensorException">They do not fit.</exception>
    public static IReadOnlyList<PythonTensor> Take(InferenceCall call, ModelDeclaration declared)
    {
        var inputs = call.Inputs;
        if (inputs.Count == 0)
            throw new TensorException($"The request has no input; the model wants {Names(declared)}.");
        if (declared.Inputs.Count == 1 && inputs.Count == 1)
            return [Only(inputs[0], declared.Inputs[0])];
        if (declared.Inputs.Count == 1)
            return Columns(call, declared, _ => declared.Inputs[0].Type, declared.Columns);
        if (inputs.Count == 1 && declared.Columns.Count > 0 && inputs[0].Rank == 2)
            return [Table(inputs[0], declared)];
        if (declared.Columns.Count > 0)
            return Columns(call, declared, index => declared.Inputs[index].Type, declared.Columns);
        return [.. declared.Inputs.Select(input => Only(Find(call, input.Name, declared), input))];
    }

    private static PythonTensor Only(Tensor given, ModelTensor declared)
    {
        // A list of values is a column of them.
        if (given.Rank == 1 && declared.Shape is [-1, 1])
            given.SetShape([given.Rows, 1]);
        if (!declared.Fits(given.Shape))
            throw new TensorException($"Input '{given.Name}' has the shape [{string.Join(',', given.Shape.ToArray())}]; the model wants [{string.Join(',', declared.Shape)}], -1 for any size.");
        return PythonTensor.Of(given, declared.Name, declared.Type);
    }

    // Columns of several types in one tensor: numbers alone can be that.
    private static PythonTensor Table(Tensor given, ModelDeclaration declared)
    {
        if (given.Shape[1] != declared.Columns.Count)
            throw new TensorException($"Input '{given.Name}' has {given.Shape[1]} columns; the model wants {declared.Columns.Count}: {Names(declared)}.");
        if (declared.Inputs.FirstOrDefault(static input => input.Type is DataType.BYTES) is { } text && given.Type is not DataType.BYTES)
            throw new TensorException($"Input '{given.Name}' is of {given.Type}, and column '{text.Name}' has texts; send an input for each column.");
        return PythonTensor.Of(given, given.Name, given.Type is DataType.BYTES ? DataType.BYTES : DataType.FP64);
    }

    private static List<PythonTensor> Columns(InferenceCall call, ModelDeclaration declared, Func<int, DataType> type, IReadOnlyList<string> names)
    {
        if (names.Count == 0)
            throw new TensorException($"The request has {call.Inputs.Count} inputs; the model wants {Names(declared)}.");
        var columns = new List<PythonTensor>(names.Count);
        for (var index = 0; index < names.Count; index++)
        {
            var given = Find(call, names[index], declared);
            if (given.Count != given.Rows || given.Rank is 0 or > 2 || given.Rows != call.Inputs[0].Rows)
                throw new TensorException($"Input '{given.Name}' has the shape [{string.Join(',', given.Shape.ToArray())}]; a column has [rows], as many as the others.");
            columns.Add(PythonTensor.Of(given, names[index], type(index)));
        }

        if (call.Inputs.Count != names.Count)
            throw new TensorException($"The request has {call.Inputs.Count} inputs; the model wants {names.Count}: {Names(declared)}.");
        return columns;
    }

    private static Tensor Find(InferenceCall call, string name, ModelDeclaration declared) =>
        call.Inputs.Find(name) ?? throw new TensorException($"Input '{name}' is missing; the model wants {Names(declared)}.") { IsOfInputs = true };

    private static string Names(ModelDeclaration declared) => declared.Columns.Count > 0
        ? string.Join(", ", declared.Columns)
        : string.Join(", ", declared.Inputs.Select(static input => $"'{input.Name}' ({input})"));
}
