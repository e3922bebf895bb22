using Orrery.Native;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Unit.OnnxRuntime;

/// <summary>Many callers at once, garbage, and closing beside running.</summary>
public sealed class OnnxUseTests : OnnxTest
{
    private static readonly long[] OneRow = [1, 2];

    [Fact]
    public void Many_callers_share_a_session_and_get_their_own_answers()
    {
        using var session = Open(OnnxModels.Identity(1, -1));
        Parallel.For(0, 2_000, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken }, index =>
        {
            using var run = session.Rent();
            run.Input<float>(0, [(index % 50) + 1]).Fill(index);
            run.Execute();
            Assert.Equal((index % 50) + 1, run.Output(0).Count);
            Assert.All(run.Output(0).Values<float>().ToArray(), value => Assert.Equal(index, value));
        });
    }

    [Fact]
    public async Task Sessions_close_while_callers_run()
    {
        for (var round = 0; round < 50; round++)
        {
            var session = Open(OnnxModels.Logistic([1f], 0));
            var callers = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
            {
                try
                {
                    while (true)
                    {
                        using var run = session.Rent();
                        run.Input<float>(0, [1, 1])[0] = 0;
                        run.Execute();
                        Assert.Equal(0.5f, run.Output(1).Values<float>()[0]);
                    }
                }
                catch (ObjectDisposedException)
                {
                    // Closed, as it should be.
                }
            })).ToArray();
            await Task.Delay(2, TestContext.Current.CancellationToken);
            session.Dispose();
            await Task.WhenAll(callers).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public void A_run_makes_no_garbage()
    {
        using var session = Open(OnnxModels.Logistic([1f, 2f], 0));
        for (var warm = 0; warm < 50; warm++)
            Score(session);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var index = 0; index < 1_000; index++)
            Score(session);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_096);
    }

    [Fact]
    public void A_large_batch_leaves_no_large_buffer()
    {
        using var session = Open(OnnxModels.Identity(1, -1));
        using (var run = session.Rent())
        {
            Assert.Equal(10_000_000, run.Input<float>(0, [10_000_000]).Length);
            run.Execute(TestContext.Current.CancellationToken);
            Assert.Equal(10_000_000, run.Output(0).Count);
        }

        using var next = session.Rent();
        next.Input<float>(0, [1])[0] = 7;
        next.Execute(TestContext.Current.CancellationToken);
        Assert.Equal([7f], next.Output(0).Values<float>().ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Trees_give_the_same_whatever_the_threads(int threads)
    {
        using var one = Open(OnnxModels.Trees(20, 4, 6, seed: 3));
        using var other = Open(OnnxModels.Trees(20, 4, 6, seed: 3), new OnnxSessionOptions { Threads = threads });
        var random = new Random(5);
        float[] rows = [.. Enumerable.Range(0, 600 * 6).Select(_ => random.NextSingle())];

        Assert.Equal(Scores(one, rows), Scores(other, rows), static (left, right) => Math.Abs(left - right) < 1e-6f);
    }

    private static float[] Scores(OnnxSession session, float[] rows)
    {
        using var run = session.Rent();
        rows.CopyTo(run.Input<float>(0, [rows.Length / 6, 6]));
        run.Execute();
        return run.Output(0).Values<float>().ToArray();
    }

    private static void Score(OnnxSession session)
    {
        using var run = session.Rent();
        run.Input<float>(0, OneRow).Fill(0.5f);
        run.Execute();
        if (run.Output(1).Values<float>()[1] < 0.5f)
            throw new InvalidOperationException("1.5 is above 0.");
    }
}
