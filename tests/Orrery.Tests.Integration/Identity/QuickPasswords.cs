using System.Runtime.CompilerServices;
using Orrery.Tenancy;

namespace Orrery.Tests.Integration;

/// <summary>Makes hashing cheap in this process and in servers that it starts.</summary>
internal static class QuickPasswords
{
    [ModuleInitializer]
    internal static void Begin()
    {
        Passwords.Iterations = StartupHook.Iterations;
        StartupHook.Arm();
    }
}
