using System.Collections.Concurrent;

namespace Orrery.Tests.Integration;

/// <summary>What is known of a run that a <see cref="WriteLoad"/> made: which of its batches were acknowledged.</summary>
internal sealed class WrittenRun(string id)
{
    public string Id => id;

    /// <summary>Steps of the batches that were answered with 200.</summary>
    public ConcurrentBag<int> Batches { get; } = [];

    /// <summary>True when the server said that it is FINISHED.</summary>
    public bool Finished { get; set; }
}

/// <summary>An upload: the file's content follows from its seed.</summary>
internal sealed record WrittenFile(string Path, int Seed, int Size)
{
    public bool Acknowledged { get; set; }

    public byte[] Content()
    {
        var bytes = new byte[Size];
        new Random(Seed).NextBytes(bytes);
        return bytes;
    }
}
