using System.Text.Json.Serialization;

namespace Orrery.Contracts;

// Numbers and switches with a default are set and not init: generated readers give an init property that a document leaves out its type's default.

/// <summary>How versions run on KServe, and by which road they come there.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record KserveSettings
{
    /// <summary>Namespace of the cluster.</summary>
    public string Namespace { get => field ?? ""; init; }

    /// <summary>Where KServe reads a version's files: a URI with <c>{model}</c>, <c>{version}</c> (needed), <c>{sha256}</c> and <c>{workspace}</c>.</summary>
    public string StorageUri { get => field ?? ""; init; }

    /// <summary>Format of the models. Default <c>mlflow</c>.</summary>
    public string ModelFormat { get => field ?? "mlflow"; init; }

    /// <summary>Name of the ServingRuntime; null to have KServe choose by format.</summary>
    public string? Runtime { get; init; }

    /// <summary><c>v1</c>, <c>v2</c>, <c>grpc-v1</c> or <c>grpc-v2</c>. Default <c>v2</c>.</summary>
    public string ProtocolVersion { get => field ?? "v2"; init; }

    /// <summary>Service account of the pods, with which storage is read; null for the namespace's default.</summary>
    public string? ServiceAccount { get; init; }

    /// <summary><c>standard</c> (Deployments; canaries need KServe 0.20) or <c>knative</c>. Default <c>standard</c>.</summary>
    public string Mode { get => field ?? "standard"; init; }

    /// <summary>Instances when a delivery says nothing, 0 (Knative only) to 100. Default 1.</summary>
    public int Replicas { get; set; } = 1;

    /// <summary>Most instances under load, up to 1000; null for as many as <see cref="Replicas"/>, always.</summary>
    public int? MaxReplicas { get; init; }

    /// <summary>What is scaled by: <c>cpu</c> or <c>memory</c> (standard), <c>concurrency</c> or <c>rps</c> (knative); null for the first of the mode.</summary>
    public string? ScaleMetric { get; init; }

    /// <summary>At what value: percent for cpu and memory, 1 or more for the others; null for 70 and 10.</summary>
    public int? ScaleTarget { get; init; }

    /// <summary>What each instance asks for. Default 1 CPU and 2Gi.</summary>
    public ComputeResources Requests { get => field ?? new() { Cpu = "1", Memory = "2Gi" }; init; }

    /// <summary>What each instance may use. Default 4 CPU and 8Gi.</summary>
    public ComputeResources Limits { get => field ?? new() { Cpu = "4", Memory = "8Gi" }; init; }

    /// <summary>Label <c>team</c>; null for none.</summary>
    public string? Team { get; init; }

    /// <summary>Label <c>cost-center</c>; null for none.</summary>
    public string? CostCenter { get; init; }

    /// <summary>Where the model is called: an http or https address with <c>{name}</c> and <c>{namespace}</c>; null to take it from the cluster's status.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Whether a new version is asked before the delivery goes on; false where this server cannot reach it. Default true.</summary>
    public bool Smoke { get; set; } = true;

    /// <summary>The repository; needed by <c>kserve-git</c>.</summary>
    public GitSettings? Git { get; init; }

    /// <summary>The cluster's API; needed by <c>kserve-api</c>. With <c>kserve-git</c> it is only read: readiness and drift.</summary>
    public KubernetesSettings? Kubernetes { get; init; }

    /// <summary>Argo CD's manifests in the repository; null for none.</summary>
    public ArgoSettings? Argo { get; init; }
}

/// <summary>CPU and memory, as Kubernetes writes quantities.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ComputeResources
{
    /// <summary>Cores: <c>1</c>, <c>500m</c>.</summary>
    public string Cpu { get => field ?? ""; init; }

    /// <summary>Bytes: <c>2Gi</c>, <c>512Mi</c>.</summary>
    public string Memory { get => field ?? ""; init; }
}

/// <summary>A Git repository that manifests are written to.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record GitSettings
{
    /// <summary><c>https://host/path.git</c>, <c>ssh://user@host/path.git</c>, or <c>file:///path</c> where the server's settings allow the folder. No password in it.</summary>
    public string Url { get => field ?? ""; init; }

    /// <summary>Branch that counts. Default <c>main</c>.</summary>
    public string Branch { get => field ?? "main"; init; }

    /// <summary>Folder in the repository; empty for its root.</summary>
    public string Path { get => field ?? ""; init; }

    /// <summary><c>commit</c> to the branch, or <c>pull_request</c>: a branch <c>orrery/DELIVERY</c>, merged by people. Default <c>commit</c>.</summary>
    public string Mode { get => field ?? "commit"; init; }

    /// <summary>Name of the commits' author. Default <c>Orrery</c>.</summary>
    public string AuthorName { get => field ?? "Orrery"; init; }

    /// <summary>E-mail of the commits' author. Default <c>orrery@localhost</c>.</summary>
    public string AuthorEmail { get => field ?? "orrery@localhost"; init; }

    /// <summary>User name that goes with the secret <c>git_token</c>. Default <c>oauth2</c>.</summary>
    public string Username { get => field ?? "oauth2"; init; }

    /// <summary>File on the server with the private key, for ssh; null for none.</summary>
    public string? SshKeyFile { get; init; }

    /// <summary>File on the server with the host's key, for ssh; needed with <see cref="SshKeyFile"/>.</summary>
    public string? KnownHostsFile { get; init; }

    /// <summary>Opens pull requests; null to leave that to people.</summary>
    public PullRequestSettings? PullRequests { get; init; }
}

/// <summary>The REST API that pull requests are opened with; the secret <c>api_token</c> goes with it.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PullRequestSettings
{
    /// <summary><c>github</c> or <c>gitlab</c>.</summary>
    public string Kind { get => field ?? ""; init; }

    /// <summary><c>https://api.github.com</c>, <c>https://gitlab.example.com/api/v4</c>.</summary>
    public string ApiUrl { get => field ?? ""; init; }

    /// <summary><c>owner/name</c>; for GitLab the project's whole path.</summary>
    public string Project { get => field ?? ""; init; }
}

/// <summary>The API server of a cluster.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record KubernetesSettings
{
    /// <summary><c>https://host:6443</c>; null to take it from <see cref="KubeconfigFile"/> or from inside the cluster.</summary>
    public string? Server { get; init; }

    /// <summary>File on the server; null for none.</summary>
    public string? KubeconfigFile { get; init; }

    /// <summary>Context of the kubeconfig; null for its current one.</summary>
    public string? Context { get; init; }

    /// <summary>The pod's own service account.</summary>
    public bool InCluster { get; init; }

    /// <summary>The certificate authority, PEM; null for the machine's.</summary>
    public string? Ca { get; init; }

    /// <summary>File on the server with a bearer token, read at each call; null for the secret <c>cluster_token</c> or none.</summary>
    public string? TokenFile { get; init; }
}

/// <summary>What Argo CD is told.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ArgoSettings
{
    /// <summary>Name of the AppProject. Default <c>orrery</c>.</summary>
    public string Project { get => field ?? "orrery"; init; }

    /// <summary>Namespace that Argo CD runs in. Default <c>argocd</c>.</summary>
    public string Namespace { get => field ?? "argocd"; init; }

    /// <summary>API server that it deploys to. Default <c>https://kubernetes.default.svc</c>.</summary>
    public string Destination { get => field ?? "https://kubernetes.default.svc"; init; }

    /// <summary>Whether it syncs by itself and undoes changes in the cluster. Default true.</summary>
    public bool AutoSync { get; set; } = true;
}
