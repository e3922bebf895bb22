namespace Orrery.Serving;

/// <summary>How an endpoint is asked, and what it says is read.</summary>
internal abstract class RemoteProtocol
{
    /// <summary>The request.</summary>
    /// <exception cref="TensorException">The inputs do not fit.</exception>
    public abstract RemoteBody Write(InferenceCall call);

    /// <summary>Adds the outputs of an answer to the call.</summary>
    /// <exception cref="TensorException">The answer is wrong, or has not what was asked for.</exception>
    /// <exception cref="System.Text.Json.JsonException">It is no JSON.</exception>
    public abstract void Read(in RemoteAnswer answer, InferenceCall call);
}
