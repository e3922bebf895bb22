namespace Orrery.Governance;

/// <summary>What pickles of a package may do.</summary>
/// <param name="Allowed">Names.</param>
/// <param name="Code">Functions and classes of the model's own may be made.</param>
/// <param name="Modules">Further modules that may be imported from.</param>
/// <param name="HasArrays">The file is joblib's: raw arrays stand between the opcodes.</param>
internal sealed record PickleSettings(AllowList Allowed, bool Code, IReadOnlyList<string> Modules, bool HasArrays = false)
{
    /// <summary>The pickle is PyTorch's: its tensors lie in files beside it.</summary>
    public bool HasTensors { get; init; }
}
