namespace Orrery.Serving;

/// <summary>A model failed at a request that looked right, or cannot be loaded.</summary>
internal class ModelException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Of HTTP, for the caller.</summary>
    public virtual int Status => 500;
}
