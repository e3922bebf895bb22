namespace Orrery.Serving;

/// <summary>A request is refused with a status of its own; what is wrong with its tensors is a <see cref="TensorException"/>.</summary>
internal sealed class RefusedException(int status, string message) : Exception(message)
{
    /// <summary>Of HTTP.</summary>
    public int Status => status;
}
