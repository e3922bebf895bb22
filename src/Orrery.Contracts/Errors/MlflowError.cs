namespace Orrery.Contracts;

/// <summary>The body of every refusal under <c>/api/2.0</c> and <c>/ajax-api</c>, as MLflow's clients expect it.</summary>
/// <param name="ErrorCode">One of <see cref="MlflowErrorCodes"/>.</param>
/// <param name="Message">What was wrong, for people.</param>
public sealed record MlflowError(string ErrorCode, string Message);
