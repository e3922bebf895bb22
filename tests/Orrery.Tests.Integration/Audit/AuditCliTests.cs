using System.Text.Json;
using Microsoft.Data.Sqlite;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary><c>mlops audit</c> against a real server, and without one.</summary>
public sealed class AuditCliTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-audit-").FullName;
    private ServerProcess _server = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await ServerProcess.StartAsync(
        ["--log-level", "Warning"], new Dictionary<string, string> { ["Orrery__Audit__AnchorPath"] = File("anchor") });

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task The_trail_is_listed_exported_proven_and_verified_and_a_changed_byte_is_named()
    {
        for (var i = 0; i < 3; i++)
            await OkAsync("audit", "hold", i % 2 == 0 ? "--set" : "--lift");
        using var list = JsonDocument.Parse(await OkAsync("audit", "list", "--action", "audit.hold.set", "--json"));
        var entry = list.RootElement.GetProperty("entries")[0].GetProperty("entry_id").GetString()!;
        Assert.Equal(2, list.RootElement.GetProperty("entries").GetArrayLength());

        await System.IO.File.WriteAllTextAsync(File("proof"), await OkAsync("audit", "prove", entry), Cancel);
        await System.IO.File.WriteAllTextAsync(File("keys"), await OkAsync("audit", "keys", "--json"), Cancel);
        await OkAsync("audit", "export", "-o", File("export"), "--checkpoints", File("checkpoints"));
        Assert.Contains("Whole", await OkAsync("audit", "verify"), StringComparison.Ordinal);
        Assert.Contains("Proven", await OkAsync("audit", "verify", "--proof", File("proof"), "--keys", File("keys")), StringComparison.Ordinal);
        Assert.Contains(" 3 entries", await OkAsync("audit", "verify", "--file", File("export"), "--checkpoints", File("checkpoints"), "--keys", File("keys")), StringComparison.Ordinal);
        await OkAsync("audit", "export", "--format", "cef", "-o", File("cef"));
        Assert.All(await System.IO.File.ReadAllLinesAsync(File("cef"), Cancel), static line => Assert.StartsWith("CEF:0|Orrery|Orrery|1|audit.hold.", line, StringComparison.Ordinal));

        var text = await System.IO.File.ReadAllTextAsync(File("export"), Cancel);
        await System.IO.File.WriteAllTextAsync(File("changed"), text.Replace("hold.lift", "hold.lyft", StringComparison.Ordinal), Cancel);
        var (code, said, _) = await Mlops.RunAsync(_server, Cancel, "audit", "verify", "--file", File("changed"));
        Assert.Equal(1, code);
        Assert.Contains("entry 2", said, StringComparison.Ordinal);
        await System.IO.File.WriteAllTextAsync(File("proof"), (await System.IO.File.ReadAllTextAsync(File("proof"), Cancel)).Replace("hold.set", "hold.sat", StringComparison.Ordinal), Cancel);
        Assert.Equal(1, (await Mlops.RunAsync(_server, Cancel, "audit", "verify", "--proof", File("proof"), "--keys", File("keys"))).ExitCode);
    }

    [Fact]
    public async Task A_byte_changed_in_the_database_and_a_kill_are_told_apart()
    {
        await OkAsync("audit", "hold", "--set");
        await OkAsync("audit", "hold", "--lift");
        await _server.KillAsync(Cancel);
        await _server.RestartAsync(Cancel);
        Assert.Contains(" 2 entries", await OkAsync("audit", "verify"), StringComparison.Ordinal);
        await _server.TerminateAsync(Cancel);
        Assert.NotEmpty(await System.IO.File.ReadAllLinesAsync(File("anchor"), Cancel));
        Assert.Contains("workspace 1, 2 entries", await OkAsync("audit", "verify", "--data-dir", _server.DataDir), StringComparison.Ordinal);

        await using (var database = new SqliteConnection($"Data Source={Path.Combine(_server.DataDir, "orrery.db")};Pooling=False"))
        {
            await database.OpenAsync(Cancel);
            await using var command = database.CreateCommand();
            command.CommandText = "drop trigger aud_entry_no_update; update aud_entry set body = cast(replace(cast(body as text), 'hold.set', 'hold.sat') as blob) where seq = 1";
            await command.ExecuteNonQueryAsync(Cancel);
        }

        _server.VerifiesAudit = false;
        var offline = await Mlops.RunAsync(_server, Cancel, "audit", "verify", "--data-dir", _server.DataDir);
        Assert.Equal(1, offline.ExitCode);
        Assert.Contains("workspace 1, entry 1", offline.Out, StringComparison.Ordinal);
        await _server.RestartAsync(Cancel);
        var (code, said, _) = await Mlops.RunAsync(_server, Cancel, "audit", "verify");
        Assert.Equal(1, code);
        Assert.Contains("workspace 1, entry 1", said, StringComparison.Ordinal);

        // While a server runs the file is its own; where there is none, nothing is made.
        var locked = await Mlops.RunAsync(_server, Cancel, "audit", "verify", "--data-dir", _server.DataDir);
        Assert.Equal(1, locked.ExitCode);
        Assert.Contains("Orrery cannot check", locked.Error, StringComparison.Ordinal);
        var missing = await Mlops.RunAsync(_server, Cancel, "audit", "verify", "--data-dir", _folder);
        Assert.Contains("there is no database", missing.Error, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(File("orrery.db")));
    }

    private string File(string name) => Path.Combine(_folder, name);

    private async Task<string> OkAsync(params string[] arguments)
    {
        var (code, said, error) = await Mlops.RunAsync(_server, Cancel, arguments);
        Assert.True(code == 0, $"{string.Join(' ', arguments)} ended with {code}: {said} {error}");
        return said;
    }
}
