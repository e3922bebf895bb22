using Orrery.Kernel;

namespace Orrery.Tracking;

/// <summary>
/// How an endpoint finds the object it acts on, for callers who have a right to some objects only (<c>Actor.Limits</c>). Others never
/// get here. An object outside the limits answers as one that does not exist.
/// </summary>
/// <param name="Kind">experiment or model.</param>
/// <param name="Find">Finds it; null for an endpoint that obeys the limits itself, as searches do.</param>
public sealed record ObjectRule(string Kind, Func<MlflowCall, ValueTask<ObjectNamed>>? Find)
{
    /// <summary>The refusal of a call from outside the limits; null when it may go on.</summary>
    internal async ValueTask<Failure?> RefusesAsync(MlflowCall call)
    {
        if (call.Actor.Limits is not { } limits || Find is null)
            return null;
        var named = await Find(call);
        return named.Id is { } id && limits.Ids.Contains(id) ? null : call.Fields.Failure ?? named.Missing;
    }
}

/// <summary>The object that a call names.</summary>
/// <param name="Id">Its id; null when there is none.</param>
/// <param name="Missing">What a call is told that names one that does not exist.</param>
public readonly record struct ObjectNamed(string? Id, Failure Missing);
