using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.ObjectPool;
using Orrery.Features;
using Orrery.Kernel;
using Orrery.Tenancy;

namespace Orrery.Serving;

/// <summary>Answers one prediction: admission, body, variant, model, answer. What differs by protocol is in <see cref="IProtocol"/>.</summary>
internal sealed class Predictor(ActiveDeployments active, ServingOptions options, TimeProvider time, PredictionObserver observer, ILogger<Predictor> logger, ISubjectConsent? consent = null)
{
    /// <summary>Header of requests that names the variant to answer, for testers.</summary>
    public const string VariantHeader = "X-Orrery-Variant";

    /// <summary>Header of answers with the prediction's id.</summary>
    public const string IdHeader = "X-Orrery-Prediction-Id";

    /// <summary>Header of requests that says whom the prediction is about: <c>customer_id=123</c>.</summary>
    public const string EntityHeader = "X-Orrery-Entity";

    private readonly DefaultObjectPool<Prediction> _idle = new(new DefaultPooledObjectPolicy<Prediction>(), maximumRetained: 1024);

    /// <summary>Answers a request.</summary>
    /// <param name="context">Of the request.</param>
    /// <param name="protocol">How to read and write.</param>
    /// <param name="name">Of the deployment.</param>
    /// <param name="version">Of the model that must answer; null for any.</param>
    public async Task HandleAsync(HttpContext context, IProtocol protocol, string name, string? version)
    {
        var key = new DeploymentKey(context.Actor().Workspace, Environment(context), name);
        if (active.Find(key) is not { } deployment)
        {
            await ServingRefusals.NoModelAsync(context, active, key);
            return;
        }

        if (Variant(context, deployment, version).Failed(out var unknown, out var variant))
        {
            await ServingRefusals.WriteAsync(context, unknown);
            return;
        }

        var began = time.GetTimestamp();
        if (deployment.Admission.Enter(context.Actor(), out var caller) is { } full)
        {
            variant.Metrics.Refused(full.Code);
            await ServingRefusals.WriteAsync(context, full);
            return;
        }

        var prediction = _idle.Get();
        try
        {
            using var span = ServingTraces.Begin(deployment, variant);
            var timeout = protocol.Patience(context) is { } patience && patience < deployment.Admission.Timeout ? patience : deployment.Admission.Timeout;
            prediction.Begin(timeout, context.RequestAborted);
            var status = await AnswerAsync(context, protocol, deployment, variant, prediction, timeout);
            var elapsed = time.GetElapsedTime(began);
            span.Ended(status);
            variant.Metrics.Answered(status, prediction.Call.Rows, elapsed);
            if (status == StatusCodes.Status200OK)
                observer.Answered(deployment, variant, prediction.Call, Facts(context, deployment, prediction, elapsed));
        }
        finally
        {
            deployment.Admission.Leave(caller);
            prediction.Reset();
            _idle.Return(prediction);
        }
    }

    /// <summary>The environment that a request is to.</summary>
    public string Environment(HttpContext context) => context.Features.Get<ServingEnvironment>()?.Name ?? options.DefaultEnvironment;

    private async ValueTask<int> AnswerAsync(HttpContext context, IProtocol protocol, ActiveDeployment deployment, ActiveVariant variant, Prediction prediction, TimeSpan timeout)
    {
        try
        {
            if (consent?.Of(deployment.Row.Key.Workspace, SubjectPurpose.Prediction) is { } optedOut && context.Request.Headers.TryGetValue(EntityHeader, out var about))
                SubjectHeader.Check(optedOut, about.ToString());
            if (!await prediction.ReadAsync(context.Request, options.MaxBodyMb << 20))
                return await RefuseAsync(context, StatusCodes.Status413PayloadTooLarge, $"The body has more than {options.MaxBodyMb} MiB; send it in parts.");
            var model = await EnterAsync(variant, prediction.Cancel);
            try
            {
                protocol.Read(context, prediction, model.Declaration, variant);
                if (variant.Lookup is { } lookup)
                    await lookup.CompleteAsync(prediction, model.Declaration);
                prediction.Columns = prediction.Lookup?.Binding?.Names ?? model.Declaration.Columns;
                using var run = ServingTraces.BeginRun();
                var inferring = time.GetTimestamp();
                await model.InferAsync(prediction.Call, prediction.Cancel);
                variant.Metrics.Use.Add(prediction.Call.Rows, time.GetElapsedTime(inferring));
                await protocol.CompleteAsync(context, prediction, model, variant);
            }
            finally
            {
                variant.Slot.Leave();
            }

            prediction.At = time.GetUtcNow();
            prediction.Id = PredictionIds.New(prediction.At);
            var id = prediction.Id.ToString("N");
            context.Response.Headers[IdHeader] = id;
            context.Response.Headers[VariantHeader] = variant.Spec.Name;
            protocol.Write(context, prediction, deployment, variant, id);
            context.Response.ContentLength = prediction.Answer.WrittenCount;
            await context.Response.Body.WriteAsync(prediction.Answer.WrittenMemory, context.RequestAborted);
            return StatusCodes.Status200OK;
        }
        catch (TensorException wrong)
        {
            return await RefuseAsync(context, StatusCodes.Status400BadRequest, variant.Tell(wrong));
        }
        catch (JsonException broken)
        {
            return await RefuseAsync(context, StatusCodes.Status400BadRequest, $"The body is no JSON: {broken.Message}");
        }
        catch (RefusedException refused)
        {
            return await RefuseAsync(context, refused.Status, refused.Message);
        }
        catch (BadHttpRequestException bad)
        {
            return await RefuseAsync(context, bad.StatusCode, bad.Message);
        }
        catch (ModelUnavailableException busy)
        {
            return await RefuseAsync(context, busy.Status, busy.Message, busy.RetryAfter);
        }
        catch (ModelException failed)
        {
            Log.ModelFailed(logger, deployment.Row.Key.Name, deployment.Row.Key.Environment, failed.Message);
            return await RefuseAsync(context, failed.Status, failed.Message);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            return await RefuseAsync(context, StatusCodes.Status504GatewayTimeout, $"The model did not answer within {timeout.TotalMilliseconds:0} ms.");
        }
        catch (OperationCanceledException)
        {
            // Nobody is there to be told.
            return StatusCodes.Status499ClientClosedRequest;
        }
    }

    // A model that is not in memory is loaded while the request waits.
    private ValueTask<ServedModel> EnterAsync(ActiveVariant variant, CancellationToken cancel)
    {
        var entering = variant.Slot.EnterAsync(cancel);
        return entering.IsCompletedSuccessfully ? entering : WaitAsync(variant, entering);
    }

    private async ValueTask<ServedModel> WaitAsync(ActiveVariant variant, ValueTask<ServedModel> entering)
    {
        var began = time.GetTimestamp();
        using var span = ServingTraces.BeginLoad();
        var model = await entering;
        variant.Metrics.Waited(time.GetElapsedTime(began));
        return model;
    }

    private static PredictionFacts Facts(HttpContext context, ActiveDeployment deployment, Prediction prediction, TimeSpan elapsed)
    {
        var request = context.Request.Headers;
        var user = deployment.StickyHeader is { } header && request.TryGetValue(header, out var key) ? key.ToString() : null;
        var entity = request.TryGetValue(EntityHeader, out var about) ? about.ToString() : null;
        return new(prediction.Id, prediction.At, elapsed, user, entity, prediction.Columns) { Lookup = prediction.Lookup };
    }

    private static async ValueTask<int> RefuseAsync(HttpContext context, int status, string message, TimeSpan? retryAfter = null)
    {
        await ServingRefusals.WriteAsync(context, status, message, retryAfter);
        return status;
    }

    private static Result<ActiveVariant> Variant(HttpContext context, ActiveDeployment deployment, string? version)
    {
        var request = context.Request.Headers;
        if (version is not null)
        {
            return deployment.Answering.FirstOrDefault(variant => variant.Version == version) is { } ofVersion
                ? ofVersion
                : ServingRefusals.NoVersion(deployment, version);
        }

        if (request.TryGetValue(VariantHeader, out var named))
        {
            return deployment.Named(named.ToString()) is { } asked
                ? asked
                : Failure.NotFound("serving.variant_not_found", $"Variant {named} of {deployment.Row.Key.Name} does not exist; there is {string.Join(", ", deployment.Answering.Select(static v => v.Name))}.");
        }

        return deployment.Choose(deployment.StickyHeader is { } header && request.TryGetValue(header, out var user) ? user.ToString() : null);
    }
}
