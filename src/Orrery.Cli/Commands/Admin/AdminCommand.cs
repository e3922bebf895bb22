using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops admin</c>.</summary>
internal static class AdminCommand
{
    public static Command Create() => new("admin", "Set up who may use the server.")
    {
        AdminInit.Create(),
    };
}
