using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Orrery.WebBench;

/// <summary>
/// A company as large as the platform is made for: 5,000 registered models with a version each, 100,000 runs (half of them in one experiment,
/// the others in 100) and 5,000 people. Made through the API, so that every table that a page asks holds what it would hold. The same each time.
/// </summary>
/// <param name="client">Of a server on which the churn story was told.</param>
/// <param name="password">Of its administrator root.</param>
/// <param name="scale">A share of all counts, 1 for all.</param>
internal sealed class Company(HttpClient client, string password, double scale)
{
    private const string Mlflow = "/api/2.0/mlflow/";
    private const int Callers = 16;
    private const int Experiments = 100;
    private const long Began = 1_780_000_000_000;
    private static readonly string[] Teams = ["risk", "growth", "search", "supply", "support", "pricing", "fraud", "vision"];

    /// <summary>Fills the server.</summary>
    /// <returns>The cookies of a session of root.</returns>
    public async Task<string> FillAsync()
    {
        client.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"root:{password}")));
        var token = (await PostAsync("/api/v1/tokens", new { name = "fill", expires_in_days = 1 })).GetProperty("secret").GetString();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        await RunsAsync();
        await ModelsAsync();
        await ManyAsync(Count(5_000), i => PostAsync("/api/v1/people", new { name = $"person-{i:0000}", display_name = $"Person {i}", email = $"person-{i:0000}@example.com" }));
        client.DefaultRequestHeaders.Authorization = null;
        using var signedIn = await client.PostAsJsonAsync("/api/v1/session", new { name = "root", password });
        signedIn.EnsureSuccessStatusCode();
        return string.Join("; ", signedIn.Headers.GetValues("Set-Cookie").Select(static cookie => cookie.Split(';')[0]));
    }

    private async Task RunsAsync()
    {
        var experiments = new string[Experiments + 1];
        for (var i = 0; i < experiments.Length; i++)
            experiments[i] = (await PostAsync($"{Mlflow}experiments/create", new { name = i == 0 ? "all-teams" : $"{Teams[i % Teams.Length]}-{i:000}" })).GetProperty("experiment_id").GetString()!;
        await ManyAsync(Count(100_000), async i =>
        {
            var experiment = experiments[i % 2 == 0 ? 0 : 1 + i / 2 % Experiments];
            var at = Began + i * 60_000L;
            var made = await PostAsync($"{Mlflow}runs/create", new { experiment_id = experiment, run_name = $"sweep-{i / 50}-{i % 50}", start_time = at, user_id = $"person-{i % 5_000:0000}" });
            await PostAsync($"{Mlflow}runs/log-batch", new
            {
                run_id = made.GetProperty("run").GetProperty("info").GetProperty("run_id").GetString(),
                @params = new[] { Pair("model", i % 3 == 0 ? "boosting" : "logistic"), Pair("depth", $"{i % 10}"), Pair("rate", $"0.{i % 7 + 1}") },
                metrics = new[] { Metric("auc", Share(i, 1), at), Metric("loss", Share(i, 2), at), Metric("seconds", 100 * Share(i, 3), at) },
                tags = new[] { Pair("team", Teams[i % Teams.Length]) },
            });
        });
    }

    private Task ModelsAsync() => ManyAsync(Count(5_000), async i =>
    {
        var name = $"{Teams[i % Teams.Length]}-model-{i:0000}";
        await PostAsync($"{Mlflow}registered-models/create", new { name, description = $"Answers question {i} of {Teams[i % Teams.Length]}.", tags = new[] { Pair("team", Teams[i % Teams.Length]) } });
        await PostAsync($"{Mlflow}model-versions/create", new { name, source = $"s3://elsewhere/{name}" });
    });

    private static object Pair(string key, string value) => new { key, value };

    private static object Metric(string key, double value, long timestamp) => new { key, value, timestamp, step = 0 };

    // Spread evenly over 0 to 1, the same for the same numbers.
    private static double Share(int i, int of) => (i * 2_654_435_761L * of % 1_000_003 + 1_000_003) % 1_000_003 / 1_000_003.0;

    private int Count(int all) => Math.Max(1, (int)(all * scale));

    private static Task ManyAsync(int count, Func<int, Task> one) =>
        Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = Callers }, async (i, _) => await one(i));

    private async Task<JsonElement> PostAsync(string path, object body)
    {
        using var answer = await client.PostAsJsonAsync(path, body);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? JsonSerializer.Deserialize<JsonElement>(text.Length == 0 ? "{}" : text)
            : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{path}: {(int)answer.StatusCode} {text}"));
    }
}
