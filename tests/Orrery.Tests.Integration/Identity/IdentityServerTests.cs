using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using Orrery.Client;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Identity over the wire, with servers as processes of their own.</summary>
public sealed class IdentityServerTests
{
    private const string Password = "plum-tractor-97";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_administrator_is_made_once_and_then_everybody_needs_a_name()
    {
        await using var server = await ServerProcess.StartAsync(cancel: Cancel);
        using var nobody = new OrreryClient(server.BaseAddress);
        Assert.Equal("none", (await nobody.Identity.GetMeAsync(Cancel)).Method);
        var weak = await Assert.ThrowsAsync<OrreryApiException>(() => nobody.Identity.InitAdminAsync(new() { Name = "root", Password = "short" }, Cancel));
        Assert.Equal("tenancy.weak_password", weak.ErrorCode);

        await nobody.Identity.InitAdminAsync(new() { Name = "root", Password = Password }, Cancel);

        var again = await Assert.ThrowsAsync<OrreryApiException>(() => nobody.Identity.InitAdminAsync(new() { Name = "eve", Password = Password }, Cancel));
        Assert.Equal(("tenancy.identity_on", HttpStatusCode.Conflict), (again.ErrorCode, again.Status));
        using (var refused = await server.Client.GetAsync(new Uri("api/v1/me", UriKind.Relative), Cancel))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
            Assert.Contains(refused.Headers.WwwAuthenticate, static challenge => challenge.Scheme == "Bearer");
        }

        await server.RestartAsync(Cancel);
        using var root = new OrreryClient(server.BaseAddress, new() { Username = "root", Password = Password });
        Assert.Equal(("root", "password"), ((await root.Identity.GetMeAsync(Cancel)).Name, (await root.Identity.GetMeAsync(Cancel)).Method));
        var made = await root.Identity.CreateTokenAsync(new() { Name = "laptop" }, Cancel);
        using var program = new OrreryClient(server.BaseAddress, new() { Token = made.Secret });
        Assert.Equal(made.Token.TokenId, (await program.Identity.GetMeAsync(Cancel)).TokenId);
    }

    [Fact]
    public async Task A_token_revoked_on_one_server_is_refused_on_another_within_a_second()
    {
        await using var database = new PostgresDatabase();
        await database.InitializeAsync();
        // Servers that share a database share the key of its secrets.
        var key = Path.Combine(database.DataDir, "shared.key");
        await File.WriteAllTextAsync(key, Convert.ToBase64String(new byte[32]), Cancel);
        string[] flags = ["--database", database.Options.ConnectionString!, "--Orrery:Secrets:KeyFile", key];
        await using var one = await ServerProcess.StartAsync(flags, cancel: Cancel);
        await using var other = await ServerProcess.StartAsync(flags, cancel: Cancel);
        using var nobody = new OrreryClient(one.BaseAddress);
        await nobody.Identity.InitAdminAsync(new() { Name = "root", Password = Password }, Cancel);
        using var root = new OrreryClient(one.BaseAddress, new() { Username = "root", Password = Password });
        var made = await root.Identity.CreateTokenAsync(new() { Name = "laptop" }, Cancel);
        await Eventually.HoldsAsync("the other server knows that identity is on", async () => await StatusAsync(other, null) is HttpStatusCode.Unauthorized);
        for (var i = 0; i < 3; i++)
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(other, made.Secret));

        await root.Identity.RevokeTokenAsync(made.Token.TokenId, Cancel);
        var revoked = Stopwatch.GetTimestamp();

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(one, made.Secret));
        while (await StatusAsync(other, made.Secret) is HttpStatusCode.OK)
            Assert.True(Stopwatch.GetElapsedTime(revoked) < TimeSpan.FromSeconds(1), "The other server still takes the token after a second.");
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(other, made.Secret));
    }

    [Fact]
    public async Task An_address_that_others_reach_is_refused_until_the_first_administrator_is_made_offline()
    {
        var data = Directory.CreateTempSubdirectory("orrery-identity-");
        try
        {
            var (code, _, errors) = await ServerProcess.RunToEndAsync(["--urls", "http://0.0.0.0:0", "--data-dir", data.FullName], cancel: Cancel);
            Assert.Equal(78, code);
            Assert.Contains("http://0.0.0.0:0, which other machines can reach", errors, StringComparison.Ordinal);
            Assert.Contains("mlops admin init", errors, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);

            var file = Path.Combine(data.FullName, "password");
            await File.WriteAllTextAsync(file, Password + "\n", Cancel);
            string[] init = ["--data-dir", data.FullName, "--init-admin", "root", "--init-admin-password-file", file];
            var (made, output, _) = await ServerProcess.RunToEndAsync(init, cancel: Cancel);
            Assert.Equal(0, made);
            Assert.Contains("Identity is on", output, StringComparison.Ordinal);
            var (twice, _, refusal) = await ServerProcess.RunToEndAsync(init, cancel: Cancel);
            Assert.Equal(78, twice);
            Assert.Contains("tenancy.identity_on", refusal, StringComparison.Ordinal);

            await using var server = await ServerProcess.StartAsync(dataDir: data.FullName, cancel: Cancel);
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(server, null));
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    private static async Task<HttpStatusCode> StatusAsync(ServerProcess server, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("api/v1/me", UriKind.Relative));
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await server.Client.SendAsync(request, Cancel);
        return answer.StatusCode;
    }
}
