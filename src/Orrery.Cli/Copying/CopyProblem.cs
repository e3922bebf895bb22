namespace Orrery.Cli;

/// <summary>Something that could not be copied.</summary>
/// <param name="Kind"><c>experiment</c>, <c>run</c>, <c>logged_model</c>, <c>registered_model</c> or <c>model_version</c>.</param>
/// <param name="Id">Its id or name.</param>
/// <param name="Code">A stable code.</param>
/// <param name="Message">Why, for people.</param>
internal sealed record CopyProblem(string Kind, string Id, string Code, string Message);
