namespace Orrery.Serving;

/// <summary>One request and its answer, in memory that is used again.</summary>
internal sealed class InferenceCall
{
    private readonly List<(string Name, bool? Binary)> _wanted = [];

    /// <summary>The caller's own; null when none was given.</summary>
    public string? Id { get; set; }

    /// <summary>Milliseconds of <see cref="Environment.TickCount64"/> at which nobody waits any more; 0 for none.</summary>
    public long Deadline { get; set; }

    public TensorList Inputs { get; } = new();

    public TensorList Outputs { get; } = new();

    /// <summary>Names of the outputs that were asked for, and whether each as binary data; none stands for all.</summary>
    public IReadOnlyList<(string Name, bool? Binary)> Wanted => _wanted;

    /// <summary>Whether outputs are binary unless they say otherwise.</summary>
    public bool BinaryOutputs { get; set; }

    /// <summary>Rows of the request: the first size of its first input.</summary>
    public long Rows => Inputs.Count == 0 ? 0 : Inputs[0].Rows;

    /// <exception cref="TensorException">There are too many.</exception>
    public void Want(string name, bool? binary)
    {
        if (_wanted.Count == TensorList.Most)
            throw new TensorException($"There are more than {TensorList.Most} outputs.");
        _wanted.Add((name, binary));
    }

    /// <summary>Whether an output goes out as binary data.</summary>
    public bool IsBinary(string output)
    {
        foreach (var (name, binary) in _wanted)
        {
            if (name == output)
                return binary ?? BinaryOutputs;
        }

        return BinaryOutputs;
    }

    public void Reset()
    {
        (Id, BinaryOutputs, Deadline) = (null, false, 0);
        Inputs.Reset();
        Outputs.Reset();
        _wanted.Clear();
    }
}
