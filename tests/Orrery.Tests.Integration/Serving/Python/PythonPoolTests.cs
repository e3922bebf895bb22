using Orrery.Serving;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Batches, bounds, and workers that die or hang.</summary>
public sealed class PythonPoolTests(PythonModels models) : IClassFixture<PythonModels>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_that_wait_are_answered_together_and_a_bad_one_fails_alone()
    {
        await using var model = await models.OpenAsync("rows", shape: new(1, BatchRows: 64));
        var first = model.AskOneAsync(0.3);
        await WaitsAsync(model, 0);

        var together = Enumerable.Range(0, 8).Select(_ => model.AskOneAsync(0)).ToList();
        await WaitsAsync(model, 8);
        Assert.Equal(1, await first);
        Assert.All(await Task.WhenAll(together), static rows => Assert.Equal(8, rows));

        first = model.AskOneAsync(0.3);
        await WaitsAsync(model, 0);
        together = [.. Enumerable.Range(0, 3).Select(_ => model.AskOneAsync(0))];
        var bad = model.AskOneAsync(-1);
        Assert.All(await Task.WhenAll(together), static rows => Assert.Equal(1, rows));
        Assert.Equal("The model refused the input: a value is -1", (await Assert.ThrowsAsync<TensorException>(() => bad)).Message);
    }

    [Fact]
    public async Task A_model_that_does_not_answer_by_the_row_is_asked_one_by_one()
    {
        await using var model = await models.OpenAsync("whole", shape: new(1, BatchRows: 64));
        var first = model.AskOneAsync(0.3);
        await WaitsAsync(model, 0);

        double[] values = [.01, .02, .03];
        var together = values.Select(model.AskOneAsync).ToList();

        var answers = await Task.WhenAll(together);
        Assert.Equal(values, answers);
        Assert.Equal(.3, await first);
        Assert.Equal(1, model.Pool.MostRows);
    }

    [Fact]
    public async Task A_full_queue_refuses_and_what_waits_is_answered()
    {
        await using var model = await models.OpenAsync("rows", new PythonOptions { MaxQueue = 2 });
        var first = model.AskOneAsync(0.5);
        await WaitsAsync(model, 0);
        Task<double>[] waiting = [model.AskOneAsync(0), model.AskOneAsync(0)];

        var full = await Assert.ThrowsAsync<ModelUnavailableException>(() => model.AskOneAsync(0));

        Assert.Equal("2 requests wait for the model already (Orrery:Serving:Python:MaxQueue).", full.Message);
        var answers = await Task.WhenAll([first, .. waiting]);
        Assert.All(answers, static rows => Assert.Equal(1, rows));
    }

    [Fact]
    public async Task A_request_that_ends_its_worker_fails_and_the_next_is_answered()
    {
        await using var model = await models.OpenAsync("rows");
        var before = Assert.Single(model.Pool.ProcessIds);

        var gone = await Assert.ThrowsAsync<ModelUnavailableException>(() => model.AskOneAsync(-2));

        Assert.Equal("The model's worker stopped at this request: it ended with code 3. It is being replaced.", gone.Message);
        Assert.Equal(1, await model.AskOneAsync(0));
        Assert.NotEqual(before, Assert.Single(model.Pool.ProcessIds));
    }

    [Fact]
    public async Task Of_a_batch_that_ends_its_worker_only_the_request_that_does_fails()
    {
        await using var model = await models.OpenAsync("rows", shape: new(1, BatchRows: 64));
        for (var round = 0; round < 2; round++)
        {
            var first = model.AskOneAsync(0.3);
            await WaitsAsync(model, 0);
            var bad = model.AskOneAsync(-2);
            List<Task<double>> together = [.. Enumerable.Range(0, 4).Select(_ => model.AskOneAsync(0))];
            await WaitsAsync(model, 5);

            Assert.Equal(1, await first);
            var gone = await Assert.ThrowsAsync<ModelUnavailableException>(() => bad);
            Assert.Equal("The model's worker stopped at this request: it ended with code 3. It is being replaced.", gone.Message);
            Assert.All(await Task.WhenAll(together), static rows => Assert.Equal(1, rows));
        }
    }

    [Fact]
    public async Task Of_a_worker_killed_under_load_only_the_requests_in_flight_are_lost()
    {
        await using var model = await models.OpenAsync("rows");
        var lost = 0;
        var answered = 0;
        var kills = 0;
        using var enough = new CancellationTokenSource();
        var callers = Enumerable.Range(0, 8).Select(async _ =>
        {
            while (!enough.IsCancellationRequested)
            {
                try
                {
                    await model.AskOneAsync(0.002);
                    Interlocked.Increment(ref answered);
                }
                catch (ModelUnavailableException gone)
                {
                    Assert.StartsWith("The model's worker stopped at this request: it was ended by signal 9.", gone.Message, StringComparison.Ordinal);
                    Interlocked.Increment(ref lost);
                }
            }
        }).ToList();

        await Eventually.HoldsAsync("some are answered", () => Volatile.Read(ref answered) > 50);
        using (var worker = System.Diagnostics.Process.GetProcessById(Assert.Single(model.Pool.ProcessIds)))
            worker.Kill();
        kills++;
        var then = Volatile.Read(ref answered);
        await Eventually.HoldsAsync("it is answered again", () => Volatile.Read(ref answered) > then + 50);
        await enough.CancelAsync();
        await Task.WhenAll(callers);

        // Asked one by one: one a worker.
        Assert.InRange(lost, 0, kills);
    }

    [Fact]
    public async Task A_worker_that_hangs_is_killed_after_the_deadline_and_replaced()
    {
        await using var model = await models.OpenAsync("rows", new PythonOptions { HangGraceMs = 200 });
        var before = Assert.Single(model.Pool.ProcessIds);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => model.AskAsync("[[-3]]", timeout: TimeSpan.FromMilliseconds(200)));

        Assert.Equal(1, await model.AskOneAsync(0));
        Assert.NotEqual(before, Assert.Single(model.Pool.ProcessIds));
    }

    [Fact]
    public async Task While_no_worker_comes_up_requests_are_refused_with_the_reason_and_it_is_tried_again()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Workers have a copy of the model, which can be taken away, when they run as another user.");
        await using var model = await models.OpenAsync("rows");
        var (place, aside) = (Path.Combine(model.Pool.Folder, "model"), Path.Combine(model.Pool.Folder, "aside"));
        Directory.Move(place, aside);

        await Assert.ThrowsAsync<ModelUnavailableException>(() => model.AskOneAsync(-2));
        var refused = await Assert.ThrowsAsync<ModelUnavailableException>(() => model.AskOneAsync(0));
        Assert.Matches(@"^The model's worker stopped: The package has no 'python_model.pkl'\. A new one is started in [0-9.]+ s\.$", refused.Message);

        Directory.Move(aside, place);
        await Eventually.HoldsAsync("it answers again", async () =>
        {
            try
            {
                return await model.AskOneAsync(0) == 1;
            }
            catch (ModelUnavailableException)
            {
                return false;
            }
        });
    }

    [Fact]
    public async Task More_workers_come_while_requests_wait()
    {
        await using var model = await models.OpenAsync("rows", shape: new(1, MinReplicas: 1, MaxReplicas: 2));
        using var enough = new CancellationTokenSource();
        var callers = Enumerable.Range(0, 4).Select(async _ =>
        {
            while (!enough.IsCancellationRequested)
                await model.AskOneAsync(0.05);
        }).ToList();

        await Eventually.HoldsAsync("there are two workers", () => model.Pool.ProcessIds.Count == 2);
        await enough.CancelAsync();
        await Task.WhenAll(callers);
        Assert.Equal(2, model.Pool.ProcessIds.Count);
    }

    [Fact]
    public async Task Nothing_stays_behind_when_a_model_is_closed()
    {
        int worker;
        string folder;
        await using (var model = await models.OpenAsync("rows"))
        {
            worker = Assert.Single(model.Pool.ProcessIds);
            folder = model.Pool.Folder;
            Assert.True(Directory.Exists(folder));
        }

        Assert.False(Directory.Exists(folder));
        Assert.Throws<ArgumentException>(() => System.Diagnostics.Process.GetProcessById(worker));
    }

    // Until so many wait in the queue, the worker being busy with the one before.
    private static Task WaitsAsync(PythonModel model, int count) => Eventually.HoldsAsync($"{count} wait", async () =>
    {
        await Task.Delay(20, Cancel);
        return model.Pool.Queue.Count == count;
    });
}
