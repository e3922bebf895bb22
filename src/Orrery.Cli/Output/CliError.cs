namespace Orrery.Cli;

/// <summary>Why a verb failed, as it stands on standard error with <c>--json</c>.</summary>
internal sealed record CliError(string Code, string Message, int ExitCode, string? RequestId);
