using System.Text.Json;
using System.Text.Json.Nodes;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Serving;

namespace Orrery.Delivery;

/// <summary>The files that a repository and a cluster need once, and that deliveries do not write: a workflow that checks every commit, and the cluster's admission check.</summary>
internal sealed class TargetOnceFiles(ServingOptions serving)
{
    /// <summary>Path in the repository of the workflow.</summary>
    public const string Workflow = ".github/workflows/orrery-verify.yaml";

    /// <summary>File of the admission check, to be applied to the cluster.</summary>
    public const string Webhook = "orrery-admission.yaml";

    /// <summary>The files; <c>delivery.no_files</c> for what is this server.</summary>
    public Result<TargetFiles> Create(Actor actor, DeliveryTarget target, string server)
    {
        if (target.Settings is not { } settings)
            return Failure.Conflict("delivery.no_files", $"{target.Environment} is brought to this server, which needs no files.");
        var files = new Dictionary<string, string>(StringComparer.Ordinal) { [Webhook] = YamlText.Write(Admission(actor, target.Environment, settings, server)) };
        if (settings.Git is { } git)
        {
            files[$"{VerifiedTarget.Folder}/{target.Environment}.json"] = JsonSerializer.Serialize(Verified(actor, target, settings, git), OrreryJson.Indented.GetTypeInfo(typeof(VerifiedTarget))) + "\n";
            files[Workflow] = YamlText.Write(Verify(git));
        }

        return new TargetFiles { Files = files };
    }

    // Paths and addresses of the server are none of the repository's business.
    private VerifiedTarget Verified(Actor actor, DeliveryTarget target, KserveSettings settings, GitSettings git) => new()
    {
        Environment = target.Environment,
        Governed = serving.IsGoverned(target.Environment),
        Workspace = actor.Workspace.Value,
        WorkspaceName = actor.WorkspaceName,
        Settings = settings with { Kubernetes = null, Git = git with { SshKeyFile = null, KnownHostsFile = null, PullRequests = null } },
    };

    // The public keys are in the repository, so that a check needs no server and whoever owns the server cannot replace them unseen. The workflow, the keys and the
    // targets are the base's, so that a request cannot bring those that let it pass; it is read, and nothing of it is run.
    private static JsonObject Verify(GitSettings git)
    {
        var folder = git.Path.Length > 0 ? git.Path.Trim('/') : ".";
        return new()
        {
            ["name"] = "orrery-verify",
            ["on"] = new JsonObject { ["pull_request_target"] = new JsonObject { ["branches"] = new JsonArray(git.Branch) }, ["push"] = new JsonObject { ["branches"] = new JsonArray(git.Branch) } },
            ["permissions"] = new JsonObject { ["contents"] = "read" },
            ["jobs"] = new JsonObject
            {
                ["verify"] = new JsonObject
                {
                    ["runs-on"] = "ubuntu-latest",
                    ["steps"] = new JsonArray(
                        new JsonObject
                        {
                            ["uses"] = "actions/checkout@v4",
                            ["with"] = new JsonObject
                            {
                                ["fetch-depth"] = 0,
                                ["persist-credentials"] = false,
                                ["ref"] = "${{ github.event.pull_request && format('refs/pull/{0}/merge', github.event.pull_request.number) || github.sha }}",
                            },
                        },
                        new JsonObject
                        {
                            ["name"] = "Check manifests and approvals",
                            ["env"] = new JsonObject { ["BASE"] = "${{ github.event.pull_request.base.sha || github.event.before }}" },
                            ["run"] = $"mlops targets verify '{folder}' --base \"$BASE\" --keys .orrery/keys.json --targets {VerifiedTarget.Folder}",
                        }),
                },
            },
        };
    }

    private static JsonObject Admission(Actor actor, string environment, KserveSettings settings, string server) => new()
    {
        ["apiVersion"] = "admissionregistration.k8s.io/v1",
        ["kind"] = "ValidatingWebhookConfiguration",
        ["metadata"] = new JsonObject { ["name"] = $"orrery-{KubeNames.Of(actor.WorkspaceName)}-{KubeNames.Of(environment)}" },
        ["webhooks"] = new JsonArray(new JsonObject
        {
            ["name"] = "serving.orrery.dev",
            ["admissionReviewVersions"] = new JsonArray("v1"),
            ["sideEffects"] = "None",
            ["failurePolicy"] = "Fail",
            ["timeoutSeconds"] = 10,
            ["matchPolicy"] = "Equivalent",
            ["clientConfig"] = new JsonObject { ["url"] = $"{server.Replace("http://", "https://", StringComparison.Ordinal)}/w/{Uri.EscapeDataString(actor.WorkspaceName)}/api/v1/admission/review?environment={Uri.EscapeDataString(environment)}" },
            ["namespaceSelector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["kubernetes.io/metadata.name"] = settings.Namespace } },
            // All that KServe runs, also what later versions of it know: InferenceServices are looked at, the others refused.
            ["rules"] = new JsonArray(new JsonObject
            {
                ["apiGroups"] = new JsonArray("serving.kserve.io"),
                ["apiVersions"] = new JsonArray("*"),
                ["operations"] = new JsonArray("CREATE", "UPDATE"),
                ["resources"] = new JsonArray("*"),
                ["scope"] = "Namespaced",
            }),
        }),
    };
}
