namespace Orrery.Serving;

/// <summary>A request's tensors are wrong. The message is for the caller: what was wrong, and what would be right.</summary>
internal sealed class TensorException(string message) : Exception(message)
{
    /// <summary>Whether a column is missing, or is there that the model does not have: the caller may have meant features to be looked up.</summary>
    public bool IsOfColumns { get; init; }

    /// <summary>Whether an input is missing as a whole.</summary>
    public bool IsOfInputs { get; init; }
}
