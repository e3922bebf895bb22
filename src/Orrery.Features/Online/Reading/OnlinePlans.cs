using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>Plans by the shape of requests, for each revision of each project: callers send the same few shapes over and over.</summary>
internal sealed class OnlinePlans
{
    private const int MaxPlans = 512;
    private const int MaxShapeBytes = 32 * 1024;
    private readonly ConditionalWeakTable<FeatureProject, ConcurrentDictionary<byte[], OnlinePlan>> _plans = [];

    /// <summary>The plan of a request; made when there is none.</summary>
    public Result<OnlinePlan> Of(FeatureProject project, OnlineRequest request)
    {
        var plans = _plans.GetValue(project, static _ => new(ByteKeys.Instance));
        using var shape = new ByteWriter(512);
        WriteShape(request, shape);
        if (plans.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(shape.Written.Span, out var known))
            return known;
        if (OnlinePlanner.Make(project, request).Failed(out var wrong, out var plan))
            return wrong;
        if (shape.Length > MaxShapeBytes)
            return plan;
        if (plans.Count >= MaxPlans)
            plans.Clear();
        plans[shape.Written.ToArray()] = plan;
        return plan;
    }

    // Each part with its end, so that no two shapes are the same bytes: the parts are JSON, where these bytes cannot stand unescaped.
    private static void WriteShape(OnlineRequest request, ByteWriter shape)
    {
        shape.Raw(request.FullNames ? (byte)1 : (byte)0);
        if (OnlineRequest.IsEmpty(request.Service))
        {
            shape.Raw(request.Slice(request.Features));
            shape.Raw((byte)2);
        }
        else
        {
            shape.Raw(request.Slice(request.Service));
            shape.Raw((byte)3);
        }

        for (var at = 0; at < request.Columns.Count; at++)
        {
            shape.Raw(request.Slice(request.Columns[at].Name));
            shape.Raw((byte)0);
        }
    }
}
