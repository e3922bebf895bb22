using System.Diagnostics;
using Orrery.Kernel;

namespace Orrery.Serving;

/// <summary>Asks versions that need not be deployed, for modules above that try them.</summary>
public sealed class VersionAnswers
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);
    private readonly VersionTrial _trial;

    internal VersionAnswers(VersionTrial trial) => _trial = trial;

    /// <summary>Keeps a version loaded that is asked many times, until what is returned is disposed of. What the registry refuses.</summary>
    /// <param name="actor">Who; may read the model.</param>
    /// <param name="model">Registered model.</param>
    /// <param name="version">Its version's number.</param>
    /// <param name="cancel">Breaks off.</param>
    public ValueTask<Result<IDisposable>> HoldAsync(Actor actor, string model, string version, CancellationToken cancel) => _trial.HoldAsync(actor, model, version, cancel);

    /// <summary>Has a version answer a request once; nothing is logged or counted as a prediction.</summary>
    /// <param name="actor">Who; may read the model.</param>
    /// <param name="model">Registered model.</param>
    /// <param name="version">Its version's number.</param>
    /// <param name="request">A V1 request, JSON.</param>
    /// <param name="output">Output to give; null for all.</param>
    /// <param name="cancel">Breaks off.</param>
    /// <returns>The V1 answer and how long it took, loading included; what <c>POST /api/v1/models/{model}/versions/{version}/predict</c> refuses.</returns>
    public async ValueTask<Result<(byte[] Answer, TimeSpan Elapsed)>> AskAsync(
        Actor actor, string model, string version, ReadOnlyMemory<byte> request, string? output, CancellationToken cancel)
    {
        using var prediction = new Prediction();
        prediction.Begin(Longest, cancel);
        prediction.Take(request.Span);
        var began = Stopwatch.GetTimestamp();
        return (await _trial.AnswerAsync(actor, model, version, prediction, output, cancel)).Failed(out var refused, out _)
            ? refused
            : (prediction.Answer.WrittenSpan.ToArray(), Stopwatch.GetElapsedTime(began));
    }
}
