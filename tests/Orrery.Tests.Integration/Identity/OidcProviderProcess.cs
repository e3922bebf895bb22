using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Orrery.Testing;

namespace Orrery.Tests.Integration;

/// <summary>An identity provider as a process of its own, on a free port of 127.0.0.1; it can be killed and started again on the same port.</summary>
internal sealed class OidcProviderProcess : IAsyncDisposable
{
    public const string ClientId = "orrery";
    public const string ClientSecret = "a-secret-of-the-client";

    private static readonly string Assembly = Repository.PathOf(
        "artifacts",
        "bin",
        "Orrery.Testing.OidcProvider",
        Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)),
        "Orrery.Testing.OidcProvider.dll");

    private readonly HttpClient _client;
    private Process? _process;

    private OidcProviderProcess(int port)
    {
        Issuer = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
        _client = new() { BaseAddress = new(Issuer) };
    }

    public string Issuer { get; }

    /// <summary>What a server is told to use it.</summary>
    public IEnumerable<string> Flags =>
    [
        "--Orrery:Identity:SingleSignOn:Issuer", Issuer,
        "--Orrery:Identity:SingleSignOn:ClientId", ClientId,
        "--Orrery:Identity:SingleSignOn:ClientSecret", ClientSecret,
        "--Orrery:Identity:SingleSignOn:AllowInsecureHttp", "true",
        "--Orrery:Identity:SingleSignOn:KeyRefreshInterval", "1s",
        "--Orrery:Identity:FailureBurst", "1000",
    ];

    public static async Task<OidcProviderProcess> StartAsync(CancellationToken cancel)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var provider = new OidcProviderProcess(port);
        await provider.StartAgainAsync(cancel);
        return provider;
    }

    public async Task StartAgainAsync(CancellationToken cancel)
    {
        _process = Process.Start(new ProcessStartInfo("dotnet", ["exec", Assembly, Issuer, ClientId, ClientSecret]) { RedirectStandardOutput = true })!;
        _process.OutputDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        await Eventually.HoldsAsync("the identity provider answers", async () =>
        {
            try
            {
                using var answer = await _client.GetAsync(new Uri("admin/calls", UriKind.Relative), cancel);
                return answer.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
    }

    /// <summary>Ends it as a power cut would.</summary>
    public async Task KillAsync()
    {
        if (_process is null)
            return;
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Signs in this person from now on, or does not.</summary>
    public async Task BehaveAsync(
        JsonObject? claims, CancellationToken cancel, string? fault = null, string? error = null, string? answersAs = null, string? callsItself = null)
    {
        using var answer = await _client.PutAsJsonAsync(
            new Uri("admin/behaviour", UriKind.Relative), new { claims = claims ?? Person("nobody"), fault, error, answersAs, callsItself }, cancel);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Signs with a new key from now on, and publishes no other.</summary>
    public async Task RotateAsync(bool elliptic, CancellationToken cancel)
    {
        using var answer = await _client.PostAsync(new Uri(elliptic ? "admin/rotate?elliptic=true" : "admin/rotate", UriKind.Relative), content: null, cancel);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>How often an endpoint was called: discovery, jwks, authorize, token.</summary>
    public async Task<int> CallsAsync(string endpoint, CancellationToken cancel) =>
        (int?)(await _client.GetFromJsonAsync<JsonObject>(new Uri("admin/calls", UriKind.Relative), cancel))![endpoint] ?? 0;

    /// <summary>Claims of a person: the subject is the name's, as at a provider, but not the name.</summary>
    public static JsonObject Person(string name, params string[] groups) => new()
    {
        ["sub"] = "subject-of-" + name,
        ["preferred_username"] = name,
        ["name"] = "The person " + name,
        ["groups"] = new JsonArray([.. groups.Select(static group => (JsonNode)group)]),
    };

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _client.Dispose();
    }
}
