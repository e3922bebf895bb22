using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Orrery.Testing;

/// <summary>The state that <c>make demo</c> leaves: models, features, deployments, deliveries, approvals, evidence, and people whose password is in the folder.</summary>
public static class DemoStory
{
    private static string Configuration { get; } = Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)) is "release" ? "Release" : "Debug";

    /// <summary>Runs <c>eng/demo.sh</c> with what is built already, and stops its server.</summary>
    /// <param name="data">The server's data folder; made.</param>
    /// <param name="environment">Further variables of the server's configuration.</param>
    /// <returns>The password of all people.</returns>
    /// <exception cref="InvalidOperationException">The story ended in a failure; the exception holds what it wrote.</exception>
    public static async Task<string> TellAsync(string data, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo("bash", [Repository.PathOf("eng", "demo.sh"), "--exit"]) { WorkingDirectory = Repository.Root, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        (start.Environment["DATA"], start.Environment["PORT"], start.Environment["GRPC_PORT"]) = (data, FreePort(), FreePort());
        (start.Environment["CONFIGURATION"], start.Environment["BUILT"]) = (Configuration, "true");
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"eng/demo.sh ended with {process.ExitCode}.\n{await errors}\nBefore that it said:\n{await output}");
        return await PasswordAsync(data);
    }

    /// <summary>The password of all people of a story that was told.</summary>
    public static async Task<string> PasswordAsync(string data) => (await File.ReadAllTextAsync(Path.Combine(data, "password"))).Trim();

    private static string FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }
}
