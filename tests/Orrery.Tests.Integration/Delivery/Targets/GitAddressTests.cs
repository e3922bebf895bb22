using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Orrery.Contracts;
using Orrery.Delivery;
using Orrery.Kernel;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Repositories are called at the addresses that were looked at, whatever their name says a moment later.</summary>
public sealed class GitAddressTests : IAsyncLifetime
{
    private static readonly IPAddress Public = IPAddress.Parse("93.184.216.34");

    private readonly TargetWorld _world = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _world.InitializeAsync();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task A_name_is_looked_up_once_and_git_is_told_what_it_said()
    {
        var asked = 0;
        // As a rebinding name does: the second answer is this machine.
        using var repositories = Repositories(_ => asked++ == 0 ? [Public, IPAddress.Parse("2606:2800:220:1::1")] : [IPAddress.Loopback]);
        var access = (await AccessAsync(repositories, "https://git.example.com/models.git")).Value;
        Assert.Equal((1, "git.example.com:443:93.184.216.34,[2606:2800:220:1::1]"), (asked, access.Resolve));
        Assert.Equal("delivery.private_network", (await AccessAsync(repositories, "https://git.example.com/models.git")).Failure?.Code);
    }

    [Fact]
    public async Task What_is_not_known_to_be_public_is_refused()
    {
        using var mixed = Repositories(_ => [Public, IPAddress.Parse("10.0.0.1")]);
        Assert.Equal("delivery.private_network", (await AccessAsync(mixed, "https://git.example.com/models.git")).Failure?.Code);
        using var nothing = Repositories(_ => []);
        Assert.Equal("delivery.private_network", (await AccessAsync(nothing, "https://git.example.com/models.git")).Failure?.Code);
        using var away = Repositories(static _ => throw new SocketException((int)SocketError.TryAgain));
        var unknown = (await AccessAsync(away, "https://git.example.com/models.git")).Failure!;
        Assert.Equal(("delivery.repository_unreachable", FailureKind.Unavailable), (unknown.Code, unknown.Kind));
        Assert.Equal("delivery.private_network", (await AccessAsync(away, "https://127.0.0.1/models.git")).Failure?.Code);
        Assert.Equal("delivery.private_network", (await AccessAsync(away, "ssh://git@[::1]/models.git")).Failure?.Code);
        Assert.Null((await AccessAsync(away, "https://93.184.216.34/models.git")).Value.Resolve);
        Assert.Equal("delivery.invalid_target", (await AccessAsync(away, "https://git.example.com./models.git")).Failure?.Code);
    }

    [Theory]
    [InlineData("ssh://git@git.example.com/models.git", "22", "git.example.com")]
    [InlineData("ssh://git@git.example.com:2222/models.git", "2222", "[git.example.com]:2222")]
    public async Task Over_ssh_the_address_is_called_and_the_names_key_is_asked_for(string url, string port, string alias)
    {
        using var repositories = Repositories(static _ => [Public]);
        var access = (await AccessAsync(repositories, url)).Value;
        // By the real ssh, through a shell as git calls it.
        using var ssh = Process.Start(new ProcessStartInfo("sh", ["-c", $"{access.SshCommand} -G -p {port} git@git.example.com"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = ssh.StandardError.ReadToEndAsync(Cancel);
        var said = (await ssh.StandardOutput.ReadToEndAsync(Cancel)).Split('\n');
        Assert.True(said.Length > 10, await errors);
        Assert.Contains("hostname 93.184.216.34", said);
        Assert.Contains($"hostkeyalias {alias}", said);
        Assert.Contains("stricthostkeychecking true", said);
    }

    [Fact]
    public async Task The_real_git_calls_the_address_it_was_told()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var asked = AnswerAsync(listener);
        var url = $"http://pinned.invalid:{port}/models.git";
        var ran = await _world.Get<GitProgram>().RunAsync(
            _world.Folder, ["ls-remote", "--", url], null, new GitAccess(url, "http", $"http://pinned.invalid:{port}/", null, null) { Resolve = $"pinned.invalid:{port}:127.0.0.1" }, null, Cancel);
        Assert.False(ran.Value.Succeeded);
        // The name is in no directory of names: without the address git would not have come here.
        Assert.Contains($"Host: pinned.invalid:{port}", await asked, StringComparison.Ordinal);
        Assert.Null(await _world.Get<GitProgram>().OldProblemAsync(Cancel));
    }

    private static async Task<string> AnswerAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync(Cancel);
        var stream = client.GetStream();
        var buffer = new byte[4096];
        var read = await stream.ReadAsync(buffer, Cancel);
        await stream.WriteAsync("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), Cancel);
        return Encoding.ASCII.GetString(buffer, 0, read);
    }

    private GitRepositories Repositories(Func<string, IPAddress[]> resolve)
    {
        var options = new TargetOptions();
        return new(
            _world.Get<GitProgram>(), new GitAddresses(options) { Resolve = async (host, _) => await Task.FromResult(resolve(host)) }, _world.Get<TargetSecrets>(), options, _world.Time, _world.Folder);
    }

    private static ValueTask<Result<GitAccess>> AccessAsync(GitRepositories repositories, string url) =>
        repositories.AccessAsync(TargetWorld.Ann, "staging", new() { Url = url, SshKeyFile = "/etc/orrery/key", KnownHostsFile = "/etc/orrery/known_hosts" }, Cancel);
}
