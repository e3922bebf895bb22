namespace Orrery.Serving;

/// <summary>A model in Python worker processes of its own.</summary>
internal sealed class PythonModel : ServedModel
{
    private readonly PythonPool _pool;
    private readonly IReadOnlyList<string> _methods;

    // A function's outputs are not known by name before it has answered.
    private readonly bool _isFunction;

    private PythonModel(PythonPool pool, ModelDeclaration declaration, PythonReady ready, bool isFunction) =>
        (_pool, Declaration, _methods, _isFunction, Python, Sandbox) = (pool, declaration, ready.Methods, isFunction, ready.Python, ready.Sandbox);

    /// <summary>Its workers.</summary>
    public PythonPool Pool => _pool;

    /// <summary>Version of the Python.</summary>
    public string Python { get; }

    /// <summary>Parts of the sandbox that hold.</summary>
    public IReadOnlyList<string> Sandbox { get; }

    public override ModelDeclaration Declaration { get; }

    public override ModelProblem? Problem => _pool.Problem;

    public override WorkerCounts? Workers => new(_pool.Queue.Count, _pool.ProcessIds.Count);

    public override long MemoryBytes => _pool.MemoryBytes;

    /// <summary>Starts the workers of a pool; it is closed with the model, or here when they do not come up.</summary>
    /// <exception cref="ModelException">One does not come up; the message says why.</exception>
    public static async Task<PythonModel> OpenAsync(ModelRecipe recipe, PythonPool pool, CancellationToken cancel)
    {
        try
        {
            var (flavor, _) = PythonFlavors.Choose(recipe.Document)!.Value;
            var ready = await pool.BeginAsync(cancel);
            return new PythonModel(pool, PythonColumns.Declare($"{flavor}_python", recipe.Document, ready), ready, flavor == PythonFlavors.Function);
        }
        catch
        {
            await pool.DisposeAsync();
            throw;
        }
    }

    public override async ValueTask InferAsync(InferenceCall call, CancellationToken cancel)
    {
        var methods = Methods(call);
        var inputs = PythonInputs.Take(call, Declaration);
        var request = new PythonRequest(methods, inputs, call.Inputs[0].Rows, call.Deadline) { Waiting = ServingTraces.BeginQueue() };
        var answer = await _pool.AnswerAsync(request, cancel);
        answer.Take(call);
        if (call.Outputs.Count < call.Wanted.Count)
            throw new TensorException($"The model has no output '{call.Wanted.First(wanted => call.Outputs.Find(wanted.Name) is null).Name}'.");
    }

    public override ValueTask DisposeAsync() => _pool.DisposeAsync();

    private byte Methods(InferenceCall call)
    {
        byte methods = 0;
        foreach (var (name, _) in call.Wanted)
        {
            if (_methods.Contains(PythonMethods.Own(name)))
                methods |= PythonMethods.Bit(name);
            else if (!_isFunction)
                throw new TensorException($"The model has no output '{name}'; it has {string.Join(", ", _methods)}.");
        }

        return methods;
    }
}
