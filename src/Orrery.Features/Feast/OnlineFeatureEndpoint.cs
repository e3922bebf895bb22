using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.ObjectPool;
using Orrery.Kernel;
using Orrery.Tenancy;

namespace Orrery.Features;

/// <summary><c>POST /get-online-features</c>.</summary>
internal sealed class OnlineFeatureEndpoint(
    Projects projects, OnlinePlans plans, OnlineReader reader, FurtherRights further, FeatureUsage usage, FeatureOptions options, FeatureMetrics metrics, TimeProvider time)
{
    /// <summary>The project of calls that name none.</summary>
    public const string DefaultProject = "default";

    private readonly DefaultObjectPool<OnlineCall> _calls = new(new DefaultPooledObjectPolicy<OnlineCall>(), maximumRetained: 256);

    public async Task HandleAsync(HttpContext context)
    {
        var started = time.GetTimestamp();
        if (FeastMode.Of(context.Request, options.Online).Failed(out var unknown, out var asFeast))
        {
            await FeastRefusals.WriteAsync(context, unknown, asFeast: false);
            return;
        }

        var errors = FeastMode.ErrorsOf(context.Request, asFeast);
        if ((await RequestBody.ReadAsync(context)).Failed(out var tooLarge, out var body))
        {
            await FeastRefusals.WriteAsync(context, tooLarge, errors);
            return;
        }

        var call = _calls.Get();
        call.IsFeast = asFeast;
        try
        {
            if (call.Request.Read(body.Bytes) is { } faults)
            {
                metrics.Answered(0, time.GetElapsedTime(started), failed: true);
                await FeastRefusals.WriteAsync(context, faults, errors);
                return;
            }

            var failure = await AnswerAsync(context, call);
            metrics.Answered(call.Entities.Count, time.GetElapsedTime(started), failure is not null);
            if (failure is not null)
                await FeastRefusals.WriteAsync(context, failure, errors);
            else
                await SendAsync(context, call.Json.Written);
        }
        finally
        {
            body.Dispose();
            _calls.Return(call);
        }
    }

    private async ValueTask<Failure?> AnswerAsync(HttpContext context, OnlineCall call)
    {
        var actor = context.Actor();
        var cancel = context.RequestAborted;
        var name = context.Request.RouteValues.TryGetValue("project", out var given) ? (string)given! : DefaultProject;
        if ((await projects.FindAsync(actor, name, cancel)).Failed(out var none, out var project))
            return none;
        if (plans.Of(project, call.Request).Failed(out var wrong, out var plan))
            return wrong;
        if (await RefuseAsync(context, actor, plan, cancel) is { } denied)
            return denied;
        if (TtlOverride.Read(project, call.Request).Failed(out var badTtl, out var ttl))
            return badTtl;
        (call.Plan, call.Ttl) = (plan, ttl);
        if (call.Entities.Read(plan, call.Request) is { } badRows)
            return badRows;
        if (await reader.ReadAsync(call, cancel) is { } away)
            return away;
        OnlineResponse.Write(call);
        usage.Count(plan.Selection);
        return null;
    }

    // What lies outside the caller's limits answers as what is not there.
    private async ValueTask<Failure?> RefuseAsync(HttpContext context, Actor actor, OnlinePlan plan, CancellationToken cancel)
    {
        if (actor.Limits is { } limits)
        {
            foreach (var id in plan.ViewIds)
            {
                if (!limits.Ids.Contains(id))
                    return OutOfSight(plan, id);
            }
        }

        if (plan.Restricted is not { } restricted)
            return null;
        var (allowed, only) = await further.OfAsync(context, Permissions.Restricted, Permissions.ViewKind, cancel);
        return allowed && (only is null || plan.ViewIds.All(only.Ids.Contains))
            ? null
            : new(FailureKind.Denied, "features.restricted", $"{restricted} is restricted, and {actor.Name} lacks the permission {Permissions.Restricted} for it.");
    }

    private static Failure OutOfSight(OnlinePlan plan, string id)
    {
        var name = plan.Reads.First(read => read.View.Id == id).View.Name;
        return Failure.NotFound("features.view_not_found", $"Feature view {name} does not exist in project {plan.Selection.Project.Name}.");
    }

    private static async ValueTask SendAsync(HttpContext context, ReadOnlyMemory<byte> json)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = json.Length;
        await context.Response.Body.WriteAsync(json, context.RequestAborted);
    }
}
