using System.Diagnostics;
using System.Text.Json.Nodes;
using Orrery.Kernel;
using Orrery.Registry;
using Orrery.Serving;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Unit.Serving;

/// <summary>Models in memory: many of them, within bounds, gone when they are idle and back when they are asked.</summary>
public sealed class ModelPoolTests : IAsyncDisposable
{
    private readonly ServingParts _parts = new();
    private readonly ModelPool _pool;
    private readonly Measured _unloads;
    private readonly Measured _loads;

    public ModelPoolTests()
    {
        _pool = new(_parts.Loader, new ServingOptions { ModelMemoryMb = 4 }, _parts.Metrics, _parts.Time);
        _unloads = new(_parts.Metrics, "reason");
        _loads = new(_parts.Metrics, "model");
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _pool.DisposeAsync();
        _unloads.Dispose();
        _loads.Dispose();
        _parts.Dispose();
    }

    [Fact]
    public async Task Of_200_models_those_that_are_idle_make_room_and_come_back()
    {
        var onnx = OnnxModels.Logistic([1f, -1f], 0);
        var slots = new List<ModelSlot>();
        var began = Stopwatch.GetTimestamp();
        for (var index = 0; index < 200; index++)
        {
            var slot = Hold($"model-{index}", onnx);
            await slot.EnterAsync(Cancel);
            slots.Add(slot);
            if (index >= 2)
                slot.Leave();
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"A model was loaded and warm after {Stopwatch.GetElapsedTime(began).TotalMilliseconds / 200:0.00} ms on average.");
        Assert.Equal(200, _pool.LoadedCount);
        Assert.Equal(slots.Sum(static slot => slot.MemoryBytes), _pool.MemoryBytes);
        Assert.True(_pool.MemoryBytes > 4 << 20);

        await _pool.SweepAsync();

        Assert.InRange(_pool.MemoryBytes, 3 << 20, 4 << 20);
        Assert.Equal(200 - _pool.LoadedCount, _unloads["model.unloads", "memory"]);
        Assert.True(slots[0].IsLoaded && slots[1].IsLoaded, "A model was unloaded with callers inside.");
        var gone = slots.First(static slot => !slot.IsLoaded);
        await gone.EnterAsync(Cancel);
        gone.Leave();
        Assert.True(gone.IsLoaded);
    }

    [Fact]
    public async Task A_model_that_may_be_idle_is_unloaded_after_its_time_and_all_who_come_then_share_one_load()
    {
        var slot = Hold("idle", OnnxModels.Logistic([1f], 0), TimeSpan.Zero);
        var other = Hold("stays", OnnxModels.Logistic([1f], 0));
        foreach (var one in new[] { slot, other })
        {
            await one.EnterAsync(Cancel);
            await _pool.SweepAsync();
            Assert.True(one.IsLoaded);
            one.Leave();
        }

        await _pool.SweepAsync();
        Assert.Equal((false, true), (slot.IsLoaded, other.IsLoaded));
        Assert.Equal(1, _unloads["model.unloads", "idle"]);

        var all = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(async () => await slot.EnterAsync(Cancel))));
        Assert.Single(all.Distinct());
        Assert.Equal(2, Loads("idle"));
    }

    [Fact]
    public async Task A_model_that_two_deployments_have_is_idle_for_as_long_as_both_allow()
    {
        var slot = Hold("shared", OnnxModels.Logistic([1f], 0), TimeSpan.Zero);
        Assert.Same(slot, Hold("shared", OnnxModels.Logistic([1f], 0)));
        await slot.EnterAsync(Cancel);
        slot.Leave();
        await _pool.SweepAsync();
        Assert.True(slot.IsLoaded);

        _pool.Release(slot);
        await _pool.SweepAsync();
        Assert.False(slot.IsLoaded);
    }

    [Fact]
    public async Task Who_waits_for_a_load_leaves_at_the_deadline_and_the_load_goes_on()
    {
        var slot = Hold("slow", OnnxModels.Slow(2_000));
        using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(1));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await slot.EnterAsync(deadline.Token));

        await slot.EnterAsync(Cancel);
        Assert.Equal(1, Loads("slow"));
    }

    private int Loads(string model) => _loads.Count("model.load.duration", model);

    private ModelSlot Hold(string model, byte[] onnx, TimeSpan? idle = null)
    {
        _parts.Install(model, 1, onnx);
        var recipe = new ModelRecipe(Runtimes.Onnx, WorkspaceId.Default, model, 1, $"{model}-1", "", [], "model.onnx", new PackageDocument { Flavors = new JsonObject() });
        return _pool.Hold(recipe, new ModelOptions(Threads: 1), idle);
    }
}
