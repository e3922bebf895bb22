using System.Diagnostics;
using System.Text.Json;
using Orrery.Kernel;

namespace Orrery.Serving;

/// <summary>Asks a version where it is deployed, on this server, for modules above that try what was brought there: nothing is logged, counted or looked up.</summary>
public sealed class DeployedAnswers
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);
    private readonly ActiveDeployments _active;

    internal DeployedAnswers(ActiveDeployments active) => _active = active;

    /// <summary>Has a version of a deployment answer once.</summary>
    /// <param name="actor">In which workspace.</param>
    /// <param name="environment">Where.</param>
    /// <param name="name">Of the deployment.</param>
    /// <param name="model">Registered model.</param>
    /// <param name="version">Its version's number.</param>
    /// <param name="request">A V1 request, JSON, with all columns.</param>
    /// <param name="cancel">Breaks off.</param>
    /// <returns>The V1 answer and how long it took; <c>serving.not_ready</c> (unavailable), <c>serving.invalid_request</c>, <c>serving.model_failed</c>.</returns>
    public async ValueTask<Result<(byte[] Answer, TimeSpan Elapsed)>> AskAsync(
        Actor actor, string environment, string name, string model, string version, ReadOnlyMemory<byte> request, CancellationToken cancel)
    {
        var variant = _active.Find(new(actor.Workspace, environment, name))?.Answering.FirstOrDefault(one => one.Model == model && one.Version == version);
        if (variant is null)
            return Failure.Unavailable("serving.not_ready", $"Version {version} of {model} does not answer as {name} in {environment} on this server yet.");
        using var prediction = new Prediction();
        prediction.Begin(Longest, cancel);
        prediction.Take(request.Span);
        var began = Stopwatch.GetTimestamp();
        try
        {
            var served = await variant.Slot.EnterAsync(prediction.Cancel);
            try
            {
                V1Reader.Read(prediction.Body.Span, served.Declaration, prediction.Call);
                await served.InferAsync(prediction.Call, prediction.Cancel);
                V1Writer.Write(prediction.Answer, prediction.Json, prediction.Call);
            }
            finally
            {
                variant.Slot.Leave();
            }
        }
        catch (Exception wrong) when (wrong is TensorException or JsonException)
        {
            return Failure.Invalid("serving.invalid_request", wrong.Message);
        }
        catch (ModelException failed)
        {
            return Failure.Conflict("serving.model_failed", failed.Message);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return Failure.Conflict("serving.model_failed", $"It did not answer within {Longest.TotalSeconds:0} seconds.");
        }

        return (prediction.Answer.WrittenSpan.ToArray(), Stopwatch.GetElapsedTime(began));
    }
}
