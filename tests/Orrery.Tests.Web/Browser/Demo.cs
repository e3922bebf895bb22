using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Orrery.Testing;
using Xunit;

[assembly: AssemblyFixture(typeof(Orrery.Tests.Web.Demo))]

namespace Orrery.Tests.Web;

/// <summary>
/// The state that <c>make demo</c> leaves, made once for all tests, with a server on it and a browser. Classes of tests run beside each
/// other on it. People: root, ana (data scientist), leo (ML
/// engineer), sam (senior data scientist), mia (manager), eva (auditor).
/// </summary>
public sealed class Demo : IAsyncLifetime
{
    private readonly string _data = Environment.GetEnvironmentVariable("ORRERY_DEMO_DATA") is { Length: > 0 } made ? made : "";
    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-demo-").FullName;
    private ServerProcess _server = null!;

    /// <summary>The browser.</summary>
    public Chrome Chrome { get; private set; } = null!;

    /// <summary>The server's root.</summary>
    public Uri Url => _server.BaseAddress;

    /// <summary>A client of the server.</summary>
    public HttpClient Client => _server.Client;

    /// <summary>Everybody's.</summary>
    public string Password { get; private set; } = "";

    /// <summary>Id of a prediction that can be traced.</summary>
    public string Prediction { get; private set; } = "";

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        Chrome = await Chrome.StartAsync();
        var data = Path.Combine(_folder, "data");
        if (_data.Length > 0)
            CopyFolder(_data, data);
        Password = _data.Length > 0 ? await DemoStory.PasswordAsync(data) : await DemoStory.TellAsync(data);
        _server = await ServerProcess.StartAsync(environment: new Dictionary<string, string> { ["Orrery__Serving__ApprovedEnvironments"] = "production" }, dataDir: data);
        using var answer = await SendAsync("leo", HttpMethod.Post, "staging/v1/models/churn-predictor:predict", new { instances = new[] { new { customer_id = "C00016" } } }, CancellationToken.None);
        Prediction = answer.Headers.GetValues("X-Orrery-Prediction-Id").Single();
        await UntilAsync("leo", $"api/v1/lineage/predictions/{Prediction}", CancellationToken.None);
    }

    /// <summary>Asks until it is there: what is written behind answers comes a moment later.</summary>
    public Task UntilAsync(string person, string path, CancellationToken cancel) => Eventually.HoldsAsync(path, async () =>
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Authorization = Credentials(person) } };
        using var answer = await Client.SendAsync(request, cancel);
        return answer.IsSuccessStatusCode;
    });

    /// <summary>A page of a new browser session, signed in; it fails what goes wrong on it when it is closed.</summary>
    /// <param name="person">Who; null for nobody.</param>
    /// <param name="dark">In which theme.</param>
    /// <param name="width">Of the window, in CSS pixels.</param>
    public async Task<WatchedPage> OpenAsync(string? person, bool dark = false, int width = 1280) =>
        await WatchedPage.OpenAsync(this, person, dark, width);

    /// <summary>A call of the API in somebody's name.</summary>
    public async Task<HttpResponseMessage> SendAsync(string person, HttpMethod method, string path, object? body, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = Credentials(person);
        var answer = await Client.SendAsync(request, cancel);
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancel)}");
        return answer;
    }

    private AuthenticationHeaderValue Credentials(string person) => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{person}:{Password}")));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        if (Chrome is not null)
            await Chrome.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
