using Orrery.Serving;
using Xunit;

namespace Orrery.Tests.Unit.Serving;

/// <summary>What is taken together, and what waits.</summary>
public sealed class PythonQueueTests : IDisposable
{
    private readonly PythonQueue _queue = new(most: 3);
    private readonly List<PythonRequest> _batch = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _queue.Dispose();

    [Fact]
    public async Task Requests_that_fit_are_taken_together_up_to_the_rows()
    {
        PythonRequest[] requests = [Request(2), Request(2), Request(1)];
        Assert.All(requests, request => Assert.True(_queue.TryAdd(request)));

        await _queue.TakeAsync(_batch, rows: 4, TimeSpan.Zero, Cancel);

        Assert.Equal(requests[..2], _batch);
        Assert.Equal(1, _queue.Count);
    }

    [Fact]
    public async Task A_request_larger_than_a_batch_is_taken_alone()
    {
        _queue.TryAdd(Request(9));
        _queue.TryAdd(Request(1));

        await _queue.TakeAsync(_batch, rows: 4, TimeSpan.Zero, Cancel);

        Assert.Equal(9, Assert.Single(_batch).Rows);
    }

    [Theory]
    [InlineData("other", "FP64", 3, 0)]
    [InlineData("x", "FP32", 3, 0)]
    [InlineData("x", "FP64", 4, 0)]
    [InlineData("x", "FP64", 3, 2)]
    public async Task What_differs_is_not_put_together(string name, string type, long width, byte methods)
    {
        _queue.TryAdd(Request(1));
        _queue.TryAdd(new PythonRequest(methods, [new PythonTensor(name, Enum.Parse<DataType>(type), [width], new byte[8])], 1, 0));

        await _queue.TakeAsync(_batch, rows: 100, TimeSpan.Zero, Cancel);

        Assert.Single(_batch);
        Assert.Equal(1, _queue.Count);
    }

    [Fact]
    public async Task A_full_queue_takes_no_more_until_somebody_gave_up()
    {
        var gone = Request(1);
        Assert.True(_queue.TryAdd(gone));
        Assert.True(_queue.TryAdd(Request(1)) && _queue.TryAdd(Request(1)));
        Assert.False(_queue.TryAdd(Request(1)));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await gone.WaitAsync(new CancellationToken(canceled: true)));

        Assert.True(_queue.TryAdd(Request(1)));
        await _queue.TakeAsync(_batch, rows: 100, TimeSpan.Zero, Cancel);
        Assert.Equal(3, _batch.Count);
        Assert.DoesNotContain(gone, _batch);
    }

    [Fact]
    public async Task Who_takes_waits_for_a_request()
    {
        var taking = _queue.TakeAsync(_batch, rows: 1, TimeSpan.Zero, Cancel).AsTask();
        Assert.False(taking.IsCompleted);

        var request = Request(1);
        _queue.TryAdd(request);
        await taking;

        Assert.Equal([request], _batch);
    }

    [Fact]
    public async Task What_is_returned_comes_first()
    {
        PythonRequest[] requests = [Request(1), Request(1), Request(1)];
        foreach (var request in requests)
            _queue.TryAdd(request);
        await _queue.TakeAsync(_batch, rows: 2, TimeSpan.Zero, Cancel);
        _queue.Return(_batch);

        List<PythonRequest> again = [];
        await _queue.TakeAsync(again, rows: 3, TimeSpan.Zero, Cancel);

        Assert.Equal(requests, again);
    }

    private static PythonRequest Request(long rows) => new(0, [new PythonTensor("x", DataType.FP64, [3], new byte[8])], rows, 0);
}
