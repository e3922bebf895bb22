namespace Orrery.Cli;

/// <summary>The command line is wrong in a way that only its verb can see.</summary>
internal sealed class UsageException(string message) : Exception(message);
