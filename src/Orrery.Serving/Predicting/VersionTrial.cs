using System.Text.Json;
using Orrery.Kernel;
using Orrery.Registry;

namespace Orrery.Serving;

/// <summary>Asks a version that need not be deployed: loads it as a deployment would, has it answer once, and lets it go.</summary>
internal sealed class VersionTrial(Packages packages, ModelPool pool, ServingOptions options) : IDisposable
{
    // Trials take memory beside what is deployed.
    private const int AtOnce = 2;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly SemaphoreSlim _free = new(AtOnce);

    /// <summary>
    /// Answers a V1 request; <c>serving.invalid_request</c>, <c>serving.not_loaded</c>, <c>serving.model_failed</c>, <c>serving.too_slow</c>, and what
    /// <see cref="Runtimes.Choose"/> and the registry refuse.
    /// </summary>
    /// <param name="actor">Who.</param>
    /// <param name="model">Registered model.</param>
    /// <param name="version">Its version's number.</param>
    /// <param name="prediction">Holds the request, and then the answer.</param>
    /// <param name="output">Output to give; null for all.</param>
    /// <param name="cancel">Breaks off.</param>
    public async ValueTask<Result<Done>> AnswerAsync(Actor actor, string model, string version, Prediction prediction, string? output, CancellationToken cancel)
    {
        if ((await packages.GetForUseAsync(actor, model, version, cancel)).Failed(out var unknown, out var package))
            return unknown;
        if (Runtimes.Choose(actor.Workspace, package, options).Failed(out var refused, out var recipe))
            return refused;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(Patience);
        try
        {
            await _free.WaitAsync(deadline.Token);
            try
            {
                return await AnswerAsync(recipe, prediction, output, deadline.Token);
            }
            finally
            {
                _free.Release();
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return Failure.Unavailable("serving.too_slow", $"Version {version} of {model} did not answer within {Patience.TotalSeconds:0} seconds.");
        }
    }

    /// <summary>Keeps a version in the pool, so that it is loaded once for many answers; what the registry and <see cref="Runtimes.Choose"/> refuse.</summary>
    public async ValueTask<Result<IDisposable>> HoldAsync(Actor actor, string model, string version, CancellationToken cancel)
    {
        if ((await packages.GetForUseAsync(actor, model, version, cancel)).Failed(out var unknown, out var package))
            return unknown;
        if (Runtimes.Choose(actor.Workspace, package, options).Failed(out var refused, out var recipe))
            return refused;
        return new Holding(pool, pool.Hold(recipe, new ModelOptions(Threads: 1)));
    }

    public void Dispose() => _free.Dispose();

    private async ValueTask<Result<Done>> AnswerAsync(ModelRecipe recipe, Prediction prediction, string? output, CancellationToken cancel)
    {
        var slot = pool.Hold(recipe, new ModelOptions(Threads: 1));
        try
        {
            ServedModel served;
            try
            {
                served = await slot.EnterAsync(cancel);
            }
            catch (ModelException broken)
            {
                return Failure.Conflict("serving.not_loaded", broken.Message);
            }

            try
            {
                return await AskAsync(served, prediction, output, cancel);
            }
            finally
            {
                slot.Leave();
            }
        }
        finally
        {
            pool.Release(slot);
        }
    }

    private static async ValueTask<Result<Done>> AskAsync(ServedModel served, Prediction prediction, string? output, CancellationToken cancel)
    {
        try
        {
            V1Reader.Read(prediction.Body.Span, served.Declaration, prediction.Call);
            if (output is not null)
                prediction.Call.Want(output, binary: null);
            await served.InferAsync(prediction.Call, cancel);
            V1Writer.Write(prediction.Answer, prediction.Json, prediction.Call);
            return Done.Ok;
        }
        catch (TensorException wrong)
        {
            return Failure.Invalid("serving.invalid_request", wrong.Message);
        }
        catch (JsonException broken)
        {
            return Failure.Invalid("serving.invalid_request", $"The body is no JSON: {broken.Message}");
        }
        catch (ModelException failed)
        {
            return Failure.Conflict("serving.model_failed", failed.Message);
        }
    }

    private sealed class Holding(ModelPool pool, ModelSlot slot) : IDisposable
    {
        private int _isReleased;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isReleased, 1) == 0)
                pool.Release(slot);
        }
    }
}
