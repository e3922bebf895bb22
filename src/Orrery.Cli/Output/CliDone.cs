namespace Orrery.Cli;

/// <summary>That something was done which has no result of its own, with <c>--json</c>.</summary>
internal sealed record CliDone(string Id, string Done);
