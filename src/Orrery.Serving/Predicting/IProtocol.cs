using Microsoft.AspNetCore.Http;

namespace Orrery.Serving;

/// <summary>How requests are read and answers written.</summary>
internal interface IProtocol
{
    /// <summary>Reads the prediction's body into its call.</summary>
    /// <exception cref="TensorException">The request is wrong.</exception>
    /// <exception cref="System.Text.Json.JsonException">The JSON is broken.</exception>
    /// <exception cref="RefusedException">It is refused with a status of its own.</exception>
    public void Read(HttpContext context, Prediction prediction, ModelDeclaration model, ActiveVariant variant);

    /// <summary>How long the caller waits; null when it does not say.</summary>
    public TimeSpan? Patience(HttpContext context) => null;

    /// <summary>What there is to do between the model's answer and writing it, while the model is held; nothing for most.</summary>
    /// <exception cref="RefusedException">It is refused.</exception>
    public ValueTask CompleteAsync(HttpContext context, Prediction prediction, ServedModel model, ActiveVariant variant) => ValueTask.CompletedTask;

    /// <summary>Writes the call's outputs into the prediction's answer, and the response's headers.</summary>
    public void Write(HttpContext context, Prediction prediction, ActiveDeployment deployment, ActiveVariant variant, string id);
}
