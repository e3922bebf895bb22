using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;

namespace Orrery.Tests.Integration;

/// <summary>
/// Writers that log runs, batches, files and models to one or several servers as fast as they are answered, and remember what
/// was acknowledged. What was not may have happened or not, but never by half.
/// </summary>
internal sealed class WriteLoad(params HttpClient[] servers)
{
    public const int MetricsPerBatch = 100;
    public const int PairsPerBatch = 5;
    private const int BatchesPerRun = 3;
    private const int Small = 2_000;
    private const int Big = 150_000;

    private int _next;
    private int _acknowledged;

    public ConcurrentQueue<WrittenRun> Runs { get; } = [];

    public ConcurrentQueue<WrittenFile> Uploads { get; } = [];

    /// <summary>Names of registered models that were acknowledged with their version.</summary>
    public ConcurrentQueue<string> Models { get; } = [];

    /// <summary>Answers that nobody should get: neither success nor "try again later".</summary>
    public ConcurrentQueue<string> Surprises { get; } = [];

    /// <summary>How often the server said 503.</summary>
    public int Refused { get; private set; }

    /// <summary>Requests that were answered with 200.</summary>
    public int Acknowledged => Volatile.Read(ref _acknowledged);

    public static double Value(int step, int metric) => (step * 1000) + metric + 0.25;

    /// <summary>Writes until it is told to stop, or, with <paramref name="untilGone"/>, until the connection breaks.</summary>
    public Task RunAsync(int writers, bool untilGone, CancellationToken stop) =>
        Task.WhenAll(Enumerable.Range(0, writers).Select(number => Task.Run(() => WriteAsync(servers[number % servers.Length], untilGone, stop), CancellationToken.None)));

    private async Task WriteAsync(HttpClient client, bool untilGone, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await WriteRunAsync(client, stop);
            }
            catch (HttpRequestException)
            {
                if (untilGone)
                    return;
                await Task.Delay(20, CancellationToken.None);
            }
        }
    }

    private async Task WriteRunAsync(HttpClient client, CancellationToken stop)
    {
        var number = Interlocked.Increment(ref _next);
        var tags = Enumerable.Range(0, PairsPerBatch).Select(static i => new { key = $"made{i}", value = "yes" });
        if (await TryAsync(client.PostAsync("runs/create", new { experiment_id = "0", run_name = $"run {number}", start_time = number, tags }, CancellationToken.None)) is not { } made)
            return;
        var run = new WrittenRun(made.Json.GetProperty("run").GetProperty("info").GetProperty("run_id").GetString()!);
        Runs.Enqueue(run);
        for (var step = 0; step < BatchesPerRun && !stop.IsCancellationRequested; step++)
        {
            if (await TryAsync(client.PostAsync("runs/log-batch", Batch(run.Id, step), CancellationToken.None)) is not null)
                run.Batches.Add(step);
        }

        await UploadAsync(client, new($"0/{run.Id}/artifacts/small.bin", number, Small));
        if (number % 3 == 0)
            await UploadAsync(client, new($"0/{run.Id}/artifacts/big.bin", number, Big));
        if (number % 4 == 0)
            await RegisterAsync(client, $"model-{number.ToString(CultureInfo.InvariantCulture)}", run.Id);
        run.Finished = await TryAsync(client.PostAsync("runs/update", new { run_id = run.Id, status = "FINISHED", end_time = number }, CancellationToken.None)) is not null;
    }

    private static object Batch(string runId, int step) => new
    {
        run_id = runId,
        metrics = Enumerable.Range(0, MetricsPerBatch).Select(i => new { key = $"m{i}", value = Value(step, i), timestamp = 1000 + step, step }),
        @params = Enumerable.Range(0, PairsPerBatch).Select(i => new { key = $"p{step}.{i}", value = "v" }),
        tags = Enumerable.Range(0, PairsPerBatch).Select(i => new { key = $"t{step}.{i}", value = "v" }),
    };

    private async Task UploadAsync(HttpClient client, WrittenFile file)
    {
        Uploads.Enqueue(file);
        file.Acknowledged = await TryAsync(PutAsync(client, file)) is not null;
    }

    private static async Task<Answer> PutAsync(HttpClient client, WrittenFile file)
    {
        using var content = new ByteArrayContent(file.Content());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var answer = await client.PutAsync(new Uri(Calls.Files + file.Path, UriKind.Relative), content, CancellationToken.None);
        var retry = answer.Headers.TryGetValues("Retry-After", out var values) ? values.First() : null;
        return new((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(CancellationToken.None), retry);
    }

    private async Task RegisterAsync(HttpClient client, string name, string runId)
    {
        var tags = Enumerable.Range(0, PairsPerBatch).Select(static i => new { key = $"made{i}", value = "yes" }).ToArray();
        if (await TryAsync(client.PostAsync("registered-models/create", new { name, tags }, CancellationToken.None)) is null)
            return;
        var source = $"mlflow-artifacts:/0/{runId}/artifacts/model";
        if (await TryAsync(client.PostAsync("model-versions/create", new { name, source, run_id = runId, tags }, CancellationToken.None)) is not null)
            Models.Enqueue(name);
    }

    /// <summary>The answer when it is a success; null when the server asked to come back later.</summary>
    private async Task<Answer?> TryAsync(Task<Answer> call)
    {
        var answer = await call;
        if (answer.Status == 200)
        {
            Interlocked.Increment(ref _acknowledged);
            return answer;
        }

        if (answer is { Status: 503, RetryAfter: not null })
            Refused++;
        else
            Surprises.Enqueue($"{answer.Status} {answer.Body}");
        return null;
    }
}
