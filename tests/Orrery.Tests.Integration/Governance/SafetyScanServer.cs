using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>A server with SQLite that knows one weakness of a library, for all tests of a class.</summary>
public sealed class SafetyScanServer : IAsyncLifetime
{
    /// <summary>Its advisories are here; tests may add files.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("orrery-scan-").FullName;

    /// <summary>The server.</summary>
    public ServerProcess Process { get; private set; } = null!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        var advisories = Path.Combine(Folder, "advisories.json");
        await File.WriteAllTextAsync(advisories, """
            {"id": "OSV-TEST-1", "aliases": ["CVE-2099-1"], "database_specific": {"severity": "HIGH"},
             "affected": [{"package": {"ecosystem": "PyPI", "name": "example-lib"}, "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.0"}]}]}]}
            """, TestContext.Current.CancellationToken);
        Process = await ServerProcess.StartAsync(
            environment: new Dictionary<string, string> { ["Orrery__Governance__Advisories"] = advisories }, cancel: TestContext.Current.CancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
