namespace Orrery.Serving;

/// <summary>Why a model that is loaded does not do all that it should.</summary>
/// <param name="Reason">For people.</param>
/// <param name="Answers">Whether it answers at all.</param>
internal readonly record struct ModelProblem(string Reason, bool Answers);
