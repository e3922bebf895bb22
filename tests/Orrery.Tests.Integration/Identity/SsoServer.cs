using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>A server with an administrator, and the identity provider it trusts.</summary>
public sealed class SsoServer : IAsyncLifetime
{
    private const string Password = "plum-tractor-97";

    internal OidcProviderProcess Provider { get; private set; } = null!;

    internal ServerProcess Server { get; private set; } = null!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        Provider = await OidcProviderProcess.StartAsync(CancellationToken.None);
        Server = await ServerProcess.StartAsync(Provider.Flags);
        await InitAdminAsync(Server);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Server is not null)
            await Server.DisposeAsync();
        if (Provider is not null)
            await Provider.DisposeAsync();
    }

    internal static Task InitAdminAsync(ServerProcess server) => SendAsync(server, null, HttpMethod.Post, "api/v1/admin/init", new { name = "root", password = Password });

    /// <summary>A call of the administrator; it must succeed.</summary>
    internal Task<JsonNode?> AsRootAsync(HttpMethod method, string path, object? body = null) => AsRootAsync(Server, method, path, body);

    internal static Task<JsonNode?> AsRootAsync(ServerProcess server, HttpMethod method, string path, object? body = null) => SendAsync(server, "root", method, path, body);

    private static async Task<JsonNode?> SendAsync(ServerProcess server, string? name, HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = JsonContent.Create(body);
        if (name is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{Password}")));
        using var answer = await server.Client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {(int)answer.StatusCode} {text}");
        return text.Length == 0 ? null : JsonNode.Parse(text);
    }
}
