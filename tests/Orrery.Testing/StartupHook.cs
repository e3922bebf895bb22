using System.Reflection;

/// <summary>
/// Run by .NET before a program's own start where <c>DOTNET_STARTUP_HOOKS</c> names this assembly: makes the hashing of passwords cheap in
/// servers that tests start, most of whose requests come with a password. The name, without a namespace, is what .NET asks for.
/// </summary>
#pragma warning disable CA1050 // .NET looks for a type without a namespace.
public static class StartupHook
#pragma warning restore CA1050
{
    /// <summary>Rounds of the hash in those processes.</summary>
    public const int Iterations = 1_000;

    /// <summary>Has processes that this one starts from now on hash cheaply.</summary>
    public static void Arm() => Environment.SetEnvironmentVariable("DOTNET_STARTUP_HOOKS", typeof(StartupHook).Assembly.Location);

    /// <summary>What .NET calls.</summary>
    public static void Initialize()
    {
        try
        {
            var passwords = Assembly.Load("Orrery.Tenancy").GetType("Orrery.Tenancy.Passwords", throwOnError: true)!;
            passwords.GetProperty("Iterations", BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)!.SetValue(null, Iterations);
        }
        catch (FileNotFoundException)
        {
            // A program that has no passwords.
        }
    }
}
