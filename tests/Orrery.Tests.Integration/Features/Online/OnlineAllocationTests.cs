using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Orrery.Features;
using Orrery.Kernel;
using Xunit;

namespace Orrery.Tests.Integration.Features.Online;

/// <summary>What one request costs in memory, from its body to its answer, without the web server's own.</summary>
public sealed class OnlineAllocationTests : IDisposable
{
    private const int Views = 5;
    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-online-").FullName;
    private readonly FeatureMetrics _metrics = new();

    public void Dispose()
    {
        _metrics.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(1, 700)]
    [InlineData(100, 8_000)]
    public async Task Fifty_features_of_five_views_allocate_little_more_than_their_keys(int batch, int bound)
    {
        var project = Project();
        await using var store = MemoryOnlineStore.Open(_folder, 1L << 30, 1L << 30, _metrics, NullLogger.Instance).Value;
        foreach (var view in project.Views.Values)
        {
            var writes = Enumerable.Range(0, 200).Select(id => new OnlineWrite(
                EntityKeyCodec.Encode(view.Keys, [FeatureValue.Int64(id)])!,
                new(1_740_823_200_000_000, long.MinValue, RowCodec.Encode(RowLayout.Of(view), [.. view.Fields.Select(static (_, at) => FeatureValue.Float64(at * 0.5))])))).ToList();
            Assert.Equal(200, (await store.WriteAsync(OnlineTable.Of(project, view), writes, TestContext.Current.CancellationToken)).Value);
        }

        var reader = new OnlineReader(store, _metrics, TimeProvider.System);
        var plans = new OnlinePlans();
        using var call = new OnlineCall();
        var features = string.Join(',', project.Views.Values.SelectMany(static view => view.Fields.Select(field => $"\"{view.Name}:{field.Name}\"")));
        var body = Encoding.UTF8.GetBytes($$$"""{"features":[{{{features}}}],"entities":{"id":[{{{string.Join(',', Enumerable.Range(0, batch))}}}]}}""");
        for (var warm = 0; warm < 50; warm++)
            Answer(project, plans, reader, call, body);
        Assert.Contains("\"PRESENT\"", Encoding.UTF8.GetString(call.Json.Written.Span), StringComparison.Ordinal);
        Assert.DoesNotContain("NOT_FOUND", Encoding.UTF8.GetString(call.Json.Written.Span), StringComparison.Ordinal);

        const int rounds = 200;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < rounds; round++)
            Answer(project, plans, reader, call, body);
        var perRequest = (GC.GetAllocatedBytesForCurrentThread() - before) / rounds;

        Assert.True(perRequest <= bound, $"{perRequest} bytes a request.");
    }

    private static void Answer(FeatureProject project, OnlinePlans plans, OnlineReader reader, OnlineCall call, byte[] body)
    {
        call.TryReset();
        Assert.Null(call.Request.Read(body));
        call.Plan = plans.Of(project, call.Request).Value;
        Assert.Null(call.Entities.Read(call.Plan, call.Request));
        // The store in process answers at once; a task is made only of one that does not.
        var read = reader.ReadAsync(call, CancellationToken.None).AsTask();
        Assert.True(read.IsCompletedSuccessfully);
        Assert.Null(read.GetAwaiter().GetResult());
        OnlineResponse.Write(call);
    }

    private static FeatureProject Project()
    {
        var yaml = new StringBuilder("entities: [{ name: e, join_keys: [{ name: id, type: int64 }] }]\nsources: [{ name: s, type: push }]\nfeature_views:\n");
        for (var view = 0; view < Views; view++)
            yaml.Append(System.Globalization.CultureInfo.InvariantCulture, $"  - {{ name: v{view}, entities: [e], source: s, features: [{string.Join(", ", Enumerable.Range(0, 10).Select(at => $"{{ name: f{view}_{at}, type: float64 }}"))}] }}\n");
        return ProjectCompiler.Compile(new WorkspaceId(1), "default", DefinitionYaml.Read(yaml.ToString()).Value.Document).Value;
    }
}
