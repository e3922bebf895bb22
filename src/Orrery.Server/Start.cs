using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Server;

/// <summary>From built to listening to stopped, and what the process ends with.</summary>
internal static class Start
{
    /// <summary>Lists everything that is wrong with the configuration, or prints what was asked for instead of a server.</summary>
    /// <returns>What to end with; null when the server may start.</returns>
    public static int? Refusal(this Settings settings, CommandLineArguments arguments)
    {
        if (arguments.Help || arguments.Version)
        {
            Console.Out.WriteLine(arguments.Help ? CommandLine.Help() : Product.Version);
            return ExitCodes.Ok;
        }

        settings.PrepareDataDir();
        return settings.Problems() is { Count: > 0 } problems ? Refuse(problems) : null;
    }

    /// <summary>Opens the database and brings it up to date; modules may ask it while they map their endpoints.</summary>
    /// <returns>What to end with; null when it went well.</returns>
    public static Task<int?> OpenDatabaseAsync(this WebApplication app) =>
        TryAsync(app, () => app.Services.MigrateAsync(CancellationToken.None));

    /// <summary>Makes or resets an administrator when the command line asks for it; else refuses open addresses while identity is off.</summary>
    /// <returns>What to end with; null when the server may start.</returns>
    public static async Task<int?> IdentityAsync(this WebApplication app, CommandLineArguments arguments)
    {
        int? end = null;
        var failed = await TryAsync(app, async () =>
        {
            if (arguments.InitAdmin is { } name)
                end = await AdminAsync(app, "--init-admin", name, arguments.InitAdminPasswordFile!);
            else if (arguments.ResetAdmin is { } lost)
                end = await AdminAsync(app, "--reset-admin", lost, arguments.ResetAdminPasswordFile!);
            else if (!await app.Services.IsIdentityOnAsync(CancellationToken.None)
                && OpenProblems(app.Services.GetRequiredService<ServerOptions>()).ToList() is { Count: > 0 } problems)
                end = Refuse(problems);
        });
        return failed ?? end;
    }

    /// <summary>Runs until SIGTERM, SIGINT or a failure. The database's kind is for the banner.</summary>
    public static async Task<int> ServeAsync(this WebApplication app, string database)
    {
        if (await TryAsync(app, () => app.StartAsync()) is { } refusal)
        {
            // Without it what already runs in the background would meet what is disposed.
            await TryAsync(app, () => app.StopAsync());
            return refusal;
        }

        Greet(app, database);
        await app.WaitForShutdownAsync();
        return ExitCodes.Ok;
    }

    private static async Task<int> AdminAsync(WebApplication app, string flag, string name, string passwordFile)
    {
        string password;
        try
        {
            password = (await File.ReadAllTextAsync(passwordFile)).TrimEnd('\r', '\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Refuse([$"{flag}-password-file cannot be read: {e.Message}"]);
        }

        var first = flag is "--init-admin";
        var done = first
            ? await app.Services.CreateFirstAdminAsync(name, password, CancellationToken.None)
            : await app.Services.ResetAdminAsync(name, password, CancellationToken.None);
        if (done.Failed(out var failure, out var id))
        {
            Console.Error.WriteLine($"The {(first ? "first administrator was not made" : "administrator was not reset")}: {failure.Message} ({failure.Code})");
            return ExitCodes.Configuration;
        }

        Console.Out.WriteLine(first
            ? $"Made the first administrator {id}. Identity is on."
            : $"{id} administers the platform and signs in with the new password alone. Their second factor, sessions and tokens are gone.");
        return ExitCodes.Ok;
    }

    private static IEnumerable<string> OpenProblems(ServerOptions options) => Bindings.OpenProblems([.. options.Urls, .. options.GrpcUrls]);

    private static async Task<int?> TryAsync(WebApplication app, Func<Task> step)
    {
        try
        {
            await step();
            return null;
        }
        catch (Exception e)
        {
            // Tells what has already started that it is meant to end.
            app.Lifetime.StopApplication();
            if (Explain(e) is { } refusal)
                return refusal;
            Log.StartFailed(app.Logger, e);
            return ExitCodes.Software;
        }
    }

    private static int? Explain(Exception e) => e switch
    {
        OptionsValidationException invalid => Refuse([.. invalid.Failures]),
        AggregateException { InnerExceptions: var inner } when inner.All(one => one is OptionsValidationException) =>
            Refuse([.. inner.Cast<OptionsValidationException>().SelectMany(invalid => invalid.Failures)]),
        // Kestrel's words name the address.
        IOException { InnerException: not null } => Unavailable(e.Message),
        SocketException => Unavailable(e.Message),
        SecretKeyException or InvalidDataException => Refuse([e.Message]),
        DatabaseLockedException or DatabaseUnavailableException or MigrationException => Unavailable(e.Message),
        _ => null,
    };

    /// <summary>Lists what is wrong with the configuration.</summary>
    public static int Refuse(IReadOnlyList<string> problems)
    {
        var count = problems.Count == 1 ? "one problem" : problems.Count.ToString(CultureInfo.InvariantCulture) + " problems";
        Console.Error.WriteLine($"Orrery cannot start: {count} in its configuration.");
        foreach (var problem in problems)
            Console.Error.WriteLine("  - " + problem);
        return ExitCodes.Configuration;
    }

    /// <summary>Says why what was asked for cannot be done.</summary>
    public static int Unavailable(string message, string what = "start")
    {
        Console.Error.WriteLine($"Orrery cannot {what}: {message}");
        return ExitCodes.Unavailable;
    }

    private static void Greet(WebApplication app, string database)
    {
        using var process = Process.GetCurrentProcess();
        var took = TimeProvider.System.GetUtcNow() - process.StartTime.ToUniversalTime();
        var options = app.Services.GetRequiredService<ServerOptions>();
        Log.Listens(app.Logger, Product.Version, string.Join(' ', app.Urls), options.DataDir, database, (long)took.TotalMilliseconds);
    }
}
