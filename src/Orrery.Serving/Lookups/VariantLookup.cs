using Microsoft.AspNetCore.Http;
using Orrery.Contracts;
using Orrery.Features;
using Orrery.Kernel;

namespace Orrery.Serving;

/// <summary>Looks features up for a variant: what requests do not give of the model's columns is read from the online store.</summary>
internal sealed class VariantLookup(FeatureLookup lookup, FeatureLookupSpec? spec, LookupMetrics metrics, TimeProvider time)
{
    /// <summary>A value that is missing refuses the request.</summary>
    public const string Refuse = "refuse";

    /// <summary>A float that is missing is NaN.</summary>
    public const string Null = "null";

    private readonly bool _nullMissing = spec?.Missing == Null;
    private Bound? _bound;
    private LookupSubjects? _subjects;

    public FeatureLookup Features => lookup;

    /// <summary>How features fill the columns of a model; null when nothing can be looked up for it.</summary>
    public LookupBinding? Bind(ModelDeclaration model) => Of(model).Binding;

    /// <summary>Why nothing can be looked up for a model; null when it can.</summary>
    public string? Problem(ModelDeclaration model) => Of(model).Problem;

    /// <summary>What a caller who gave too little may do about it.</summary>
    public string Hint => _bound is { Problem: { } problem }
        ? $"Features are not looked up: {problem}."
        : $"Features are looked up for requests that give {string.Join(", ", lookup.Inputs.Where(static input => input.IsKey).Select(static input => input.Name))}.";

    /// <summary>Reads a V1 body by names; false for one that gives rows as the model takes them.</summary>
    /// <exception cref="TensorException">The request is wrong.</exception>
    public bool TryRead(ReadOnlySpan<byte> body, ModelDeclaration model, Prediction prediction) =>
        Bind(model) is { } binding && LookupRows.TryRead(body, binding, prediction.Lookup ??= new());

    /// <summary>Completes a request that was read.</summary>
    /// <exception cref="TensorException">A value is missing, or wrong.</exception>
    /// <exception cref="RefusedException">The online store does not answer; or the subject of a row has opted out of predictions.</exception>
    public ValueTask CompleteAsync(Prediction prediction, ModelDeclaration model)
    {
        if (prediction.Lookup is not { IsBegun: true }
            && (Bind(model) is not { } binding || !LookupTensors.TryTake(prediction.Call, binding, prediction.Lookup ??= new(), prediction.Json)))
        {
            return default;
        }

        if (lookup.OptedOut is { } index)
            Subjects(index).Check(prediction.Lookup);
        return CompleteAsync(prediction.Lookup, prediction.Call, prediction.Cancel);
    }

    private LookupSubjects Subjects(SubjectIndex index)
    {
        var subjects = Volatile.Read(ref _subjects);
        if (subjects is not null && subjects.IsOf(index))
            return subjects;
        subjects = new(index, lookup);
        Volatile.Write(ref _subjects, subjects);
        return subjects;
    }

    private async ValueTask CompleteAsync(LookupWork work, InferenceCall call, CancellationToken cancel)
    {
        if (work.Rows > 0 && !work.IsWhole)
            work.Answer = await ReadAsync(work, cancel);
        LookupMerge.Fill(work, call, _nullMissing, metrics);
    }

    private async ValueTask<LookupAnswer> ReadAsync(LookupWork work, CancellationToken cancel)
    {
        using var span = ServingTraces.BeginLookup(lookup, work.Rows);
        var began = time.GetTimestamp();
        var read = await lookup.ReadAsync(work.Body(), cancel);
        var isOurs = read.Failure is { Kind: not FailureKind.Invalid };
        metrics.LookedUp(time.GetElapsedTime(began), isOurs);
        if (!read.Failed(out var failure, out var answer))
            return answer;
        span.Ended(isOurs ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status400BadRequest);
        throw isOurs
            ? new RefusedException(StatusCodes.Status503ServiceUnavailable, $"Features were not looked up: {failure.Message}")
            : new TensorException($"Features were not looked up: {failure.Message}");
    }

    private Bound Of(ModelDeclaration model)
    {
        var bound = Volatile.Read(ref _bound);
        if (bound is not null && ReferenceEquals(bound.Model, model))
            return bound;
        bound = new(model, LookupBinding.Of(lookup, model, spec?.Columns, out var problem), problem);
        Volatile.Write(ref _bound, bound);
        return bound;
    }

    private sealed record Bound(ModelDeclaration Model, LookupBinding? Binding, string? Problem);
}
