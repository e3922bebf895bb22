using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Orrery.Kernel;
using Orrery.Tenancy;

namespace Orrery.Serving;

/// <summary>What the protocols tell of the models that answer, whatever the wire.</summary>
internal sealed class ServedModels(Predictor predictor, ActiveDeployments active, IHostApplicationLifetime lifetime)
{
    public const string ServerName = "orrery";

    /// <summary>Extensions of the Open Inference Protocol that are spoken.</summary>
    public static readonly IReadOnlyList<string> Extensions = ["binary_tensor_data", "model_repository"];

    public static string ServerVersion { get; } = typeof(ServedModels).Assembly.GetName().Version!.ToString(3);

    /// <summary>False from the moment the server is asked to stop.</summary>
    public bool IsReady => !lifetime.ApplicationStopping.IsCancellationRequested;

    /// <summary>Names of the request's environment, sorted.</summary>
    public IReadOnlyList<string> Names(HttpContext context) => active.Names(context.Actor().Workspace, predictor.Environment(context));

    /// <summary>A deployment of the request's workspace and environment, and the variant of a version of it; of none, that with the most traffic.</summary>
    /// <returns><c>serving.model_not_found</c>, <c>serving.not_ready</c>, <c>serving.version_not_found</c>.</returns>
    public Result<(ActiveDeployment Deployment, ActiveVariant Variant)> Find(HttpContext context, string name, string? version)
    {
        var key = new DeploymentKey(context.Actor().Workspace, predictor.Environment(context), name);
        if (active.Find(key) is not { } deployment)
            return ServingRefusals.NoModel(active, key);
        var variants = string.IsNullOrEmpty(version) ? deployment.Answering : deployment.Answering.Where(variant => variant.Version == version);
        return variants.MaxBy(static variant => variant.Spec.Weight) is { } found ? (deployment, found) : ServingRefusals.NoVersion(deployment, version!);
    }

    /// <summary>As <see cref="Find"/>, and <c>serving.not_ready</c> when what it runs in is gone for a while.</summary>
    public Result<(ActiveDeployment Deployment, ActiveVariant Variant)> FindReady(HttpContext context, string name, string? version)
    {
        if (Find(context, name, version).Failed(out var refused, out var found))
            return refused;
        return found.Variant.Slot.Problem is { Answers: false } problem
            ? Failure.Unavailable("serving.not_ready", $"Model with name {name} is not ready: {problem.Reason}")
            : found;
    }

    /// <summary>What a model takes and gives; loads it when it is not.</summary>
    /// <exception cref="ModelException">It cannot be loaded.</exception>
    public static async ValueTask<ModelDeclaration> DeclarationAsync(ActiveVariant variant, CancellationToken cancel)
    {
        var model = await variant.Slot.EnterAsync(cancel);
        try
        {
            return model.Declaration;
        }
        finally
        {
            variant.Slot.Leave();
        }
    }

    /// <summary>Versions that answer, and what does not and why.</summary>
    /// <param name="context">Names workspace and environment.</param>
    /// <param name="readyOnly">Leaves out what does not answer.</param>
    public IEnumerable<ModelState> Index(HttpContext context, bool readyOnly)
    {
        var (workspace, environment) = (context.Actor().Workspace, predictor.Environment(context));
        var answering = from deployment in active.All
                        where deployment.Row.Key.Workspace == workspace && deployment.Row.Key.Environment == environment
                        from version in deployment.Answering.Select(static variant => variant.Version).Distinct()
                        select new ModelState(deployment.Row.Key.Name, version, "READY", "");
        var waiting = readyOnly ? [] : active.NotReadyOf(workspace, environment).Select(static one => new ModelState(one.Name, "", "UNAVAILABLE", one.Reason));
        return answering.Concat(waiting).OrderBy(static one => one.Name, StringComparer.Ordinal).ThenBy(static one => one.Version, StringComparer.Ordinal);
    }

    /// <summary>Why a model is not unloaded.</summary>
    public static Failure NoUnload(string name) => Failure.Unsupported(
        "serving.no_unload",
        $"Model {name} answers as long as it is deployed; remove the deployment (DELETE /api/v1/deployments/{{environment}}/{name}, mlops deployments delete). Models that nobody asks are unloaded by themselves.");
}
