using System.Collections.Concurrent;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tests.Integration;

/// <summary>A handler that remembers what it was told, and answers what the test says.</summary>
internal sealed class TestHandler(string name, params string[] events) : IEventHandler
{
    private readonly ConcurrentQueue<OutboxEvent> _told = [];

    public string Name => name;

    public IReadOnlySet<string> Events { get; } = events.ToHashSet();

    /// <summary>Every attempt, in order.</summary>
    public IReadOnlyCollection<OutboxEvent> Told => _told;

    public IEnumerable<string> Payloads => _told.Select(static e => e.Payload);

    public Func<OutboxEvent, CancellationToken, Task<Result<Done>>> Answer { get; set; } = static (_, _) => Task.FromResult(Done.Ok);

    public Task<Result<Done>> HandleAsync(OutboxEvent e, CancellationToken cancel)
    {
        _told.Enqueue(e);
        return Answer(e, cancel);
    }
}
