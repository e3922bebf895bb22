using System.Runtime.CompilerServices;
using Orrery.Tenancy;

namespace Orrery.Tests.Integration;

/// <summary>Makes hashing cheap in this process; servers that tests start as processes of their own hash as in production.</summary>
internal static class QuickPasswords
{
    [ModuleInitializer]
    internal static void Begin() => Passwords.Iterations = 1_000;
}
