using Orrery.Features;
using Orrery.Kernel;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Local copies of source files go when there are too many of them, or nobody asks for them.</summary>
public sealed class FileCacheTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-cache-").FullName;
    private readonly FakeTimeProvider _clock = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Files_of_the_machine_are_bounded_in_size()
    {
        var cache = Cache(mostBytes: 2_500);
        var first = Add(cache, "a", 1_000);
        _clock.Advance(TimeSpan.FromHours(1));
        var second = Add(cache, "b", 1_000);
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(second, Add(cache, "b", 1_000));

        var third = Add(cache, "c", 1_000);

        Assert.Equal((false, true, true), (File.Exists(first), File.Exists(second), File.Exists(third)));
        Assert.True(File.Exists(Path.Combine(_folder, "a")));
    }

    [Fact]
    public void Files_that_nobody_asked_for_in_a_week_go_and_what_is_in_use_stays()
    {
        var cache = Cache(mostBytes: 10_000_000);
        var (old, used) = (Add(cache, "a", 10), Add(cache, "b", 10));
        _clock.Advance(TimeSpan.FromDays(6));
        Add(cache, "b", 10);
        _clock.Advance(TimeSpan.FromDays(2));

        var next = Add(cache, "c", 10);

        Assert.Equal((false, true, true), (File.Exists(old), File.Exists(used), File.Exists(next)));
        var small = Cache(mostBytes: 1);
        var now = Add(small, "d", 10);
        Assert.Equal((true, true), (File.Exists(now), File.Exists(next)));
    }

    private FileCache Cache(long mostBytes) => new(new FeatureFolders(Path.Combine(_folder, "features")), null!, _clock, mostBytes);

    private string Add(FileCache cache, string name, int bytes)
    {
        var path = Path.Combine(_folder, name);
        if (!File.Exists(path))
            File.WriteAllBytes(path, new byte[bytes]);
        return cache.OfFile(new WorkspaceId(1), new FileInfo(path), ".parquet");
    }
}
