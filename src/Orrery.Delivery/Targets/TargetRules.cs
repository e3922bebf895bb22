using System.Buffers;
using System.Text.RegularExpressions;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Delivery;

/// <summary>What settings of the KServe targets may be.</summary>
internal static partial class TargetRules
{
    private const string Code = "delivery.invalid_target";
    private const int MostReplicas = 100;
    private static readonly SearchValues<char> NotInNames = SearchValues.Create("<>\n\r\0:");

    /// <summary>What is wrong with settings; null for nothing.</summary>
    /// <param name="kind">Of the target.</param>
    /// <param name="settings">Of the target.</param>
    /// <param name="options">Of the server.</param>
    /// <param name="governed">Whether the environment needs approvals.</param>
    public static Failure? Problem(string kind, KserveSettings settings, TargetOptions options, bool governed) =>
        Basic(settings) ?? Storage(settings.StorageUri, governed) ?? Scale(settings)
        ?? (kind == TargetRow.Git && settings.Git is null ? Failure.Invalid(Code, "A target of kind kserve-git needs 'git' with the repository.") : null)
        ?? (kind == TargetRow.Api && settings.Kubernetes is null ? Failure.Invalid(Code, "A target of kind kserve-api needs 'kubernetes' with the cluster.") : null)
        ?? (settings.Git is { } git ? Repository(git, options) : null)
        ?? (settings.Kubernetes is { } cluster ? Cluster(cluster, options) : null)
        ?? (settings.Smoke && settings.Endpoint is null && settings.Kubernetes is null
            ? Failure.Invalid(Code, "New versions cannot be asked without 'endpoint' or 'kubernetes'; give one, or set 'smoke' to false.")
            : null);

    private static Failure? Basic(KserveSettings settings)
    {
        if (!Label.IsMatch(settings.Namespace))
            return Failure.Invalid(Code, $"'namespace' is '{settings.Namespace}'; it must be 1 to 63 lower-case letters, digits and inner hyphens.");
        if (settings.Mode is not ("standard" or "knative"))
            return Failure.Invalid(Code, $"'mode' is '{settings.Mode}'; it must be standard or knative.");
        if (settings.ProtocolVersion is not ("v1" or "v2" or "grpc-v1" or "grpc-v2"))
            return Failure.Invalid(Code, $"'protocol_version' is '{settings.ProtocolVersion}'; it must be v1, v2, grpc-v1 or grpc-v2.");
        if (settings.ModelFormat.Length is 0 or > 63)
            return Failure.Invalid(Code, "'model_format' must be 1 to 63 characters: mlflow, sklearn, onnx.");
        foreach (var (field, value) in ((string, string?)[])[("runtime", settings.Runtime), ("service_account", settings.ServiceAccount)])
        {
            if (value is not null && !Subdomain.IsMatch(value))
                return Failure.Invalid(Code, $"'{field}' is '{value}'; it must be a Kubernetes name.");
        }

        foreach (var (field, value) in ((string, string)[])[
            ("requests.cpu", settings.Requests.Cpu), ("requests.memory", settings.Requests.Memory), ("limits.cpu", settings.Limits.Cpu), ("limits.memory", settings.Limits.Memory)])
        {
            if (!Quantity.IsMatch(value))
                return Failure.Invalid(Code, $"'{field}' is '{value}'; it must be a quantity such as 500m, 2 or 2Gi.");
        }

        if (settings.Endpoint is { } endpoint && (!Uri.TryCreate(Fill(endpoint, "name", "namespace"), UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.UserInfo.Length > 0))
            return Failure.Invalid(Code, $"'endpoint' is '{endpoint}'; it must be an http or https address without user name, such as https://{{name}}.{{namespace}}.example.com.");
        return null;
    }

    // Versions of several models must not share a place; and what was approved is a hash, which a place that can be written anew does not say.
    private static Failure? Storage(string uri, bool governed)
    {
        if (!StorageUri.IsMatch(uri) || !uri.Contains("{model}", StringComparison.Ordinal) || !uri.Contains("{version}", StringComparison.Ordinal))
            return Failure.Invalid(Code, $"'storage_uri' is '{uri}'; it must be a URI such as s3://models/{{model}}/{{version}}, with {{model}} and {{version}} in it.");
        return governed && !uri.Contains("{sha256}", StringComparison.Ordinal)
            ? Failure.Invalid(Code, $"'storage_uri' is '{uri}'; an environment that needs approvals has {{sha256}} in it too, such as s3://models/{{model}}/{{version}}-{{sha256}}: approvals are of files with that hash.")
            : null;
    }

    private static Failure? Scale(KserveSettings settings)
    {
        var least = settings.Mode == "knative" ? 0 : 1;
        if (settings.Replicas < least || settings.Replicas > MostReplicas)
            return Failure.Invalid(Code, $"'replicas' is {settings.Replicas}; it must be {least} to {MostReplicas}{(least == 1 ? " (0 with Knative only)" : "")}.");
        if (settings.MaxReplicas is { } most && (most < Math.Max(settings.Replicas, 1) || most > 1000))
            return Failure.Invalid(Code, $"'max_replicas' is {most}; it must be {Math.Max(settings.Replicas, 1)} to 1000.");
        string[] metrics = settings.Mode == "knative" ? ["concurrency", "rps"] : ["cpu", "memory"];
        if (settings.ScaleMetric is { } metric && !metrics.Contains(metric))
            return Failure.Invalid(Code, $"'scale_metric' is '{metric}'; in mode {settings.Mode} it must be {metrics[0]} or {metrics[1]}.");
        return settings.ScaleTarget is { } target && (target < 1 || (settings.Mode == "standard" && target > 100))
            ? Failure.Invalid(Code, $"'scale_target' is {target}; it must be {(settings.Mode == "standard" ? "1 to 100 percent" : "1 or more")}.")
            : null;
    }

    private static Failure? Repository(GitSettings git, TargetOptions options)
    {
        if (!Uri.TryCreate(git.Url, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "ssh" or "file") || url.UserInfo.Contains(':', StringComparison.Ordinal) || !Plain.IsMatch(git.Url))
            return Failure.Invalid(Code, $"'git.url' is '{git.Url}'; it must be https://host/path.git, ssh://user@host/path.git or file:///path, without a password.");
        if (url.Scheme == "https" && url.UserInfo.Length > 0)
            return Failure.Invalid(Code, "'git.url' may have no user name; set 'git.username' and the secret git_token.");
        if (url.Scheme == "file" && !TargetOptions.IsIn(options.RepositoryFolders, url.LocalPath))
            return Failure.Invalid(Code, $"'git.url' is '{git.Url}'; repositories of this machine must lie in a folder of Orrery:Delivery:Targets:RepositoryFolders.");
        if (!Branch.IsMatch(git.Branch) || git.Branch.Contains("..", StringComparison.Ordinal) || git.Branch.Contains("//", StringComparison.Ordinal) || git.Branch.EndsWith(".lock", StringComparison.Ordinal))
            return Failure.Invalid(Code, $"'git.branch' is '{git.Branch}'; it must be a branch's name.");
        if (git.Path.Length > 0 && (!Folder.IsMatch(git.Path) || git.Path.Split('/').Any(static part => part is "" or "." or ".." or ".git")))
            return Failure.Invalid(Code, $"'git.path' is '{git.Path}'; it must be a folder of the repository, such as clusters/models.");
        if (git.Mode is not ("commit" or "pull_request"))
            return Failure.Invalid(Code, $"'git.mode' is '{git.Mode}'; it must be commit or pull_request.");
        foreach (var (field, value) in ((string, string)[])[("author_name", git.AuthorName), ("author_email", git.AuthorEmail), ("username", git.Username)])
        {
            if (value.Length is 0 or > 200 || value.AsSpan().ContainsAny(NotInNames))
                return Failure.Invalid(Code, $"'git.{field}' must be 1 to 200 characters without angle brackets, colons and line ends.");
        }

        return Keys(git, url, options) ?? Requests(git);
    }

    private static Failure? Keys(GitSettings git, Uri url, TargetOptions options)
    {
        foreach (var (field, file) in ((string, string?)[])[("ssh_key_file", git.SshKeyFile), ("known_hosts_file", git.KnownHostsFile)])
        {
            if (file is not null && (!KeyFile.IsMatch(file) || !TargetOptions.IsIn(options.CredentialFolders, file)))
                return Failure.Invalid(Code, $"'git.{field}' is '{file}'; it must be a file in a folder of Orrery:Delivery:Targets:CredentialFolders, its path of letters, digits, '/', '.', '_' and '-'.");
        }

        return url.Scheme == "ssh" && (git.SshKeyFile is null || git.KnownHostsFile is null)
            ? Failure.Invalid(Code, "A repository over ssh needs 'git.ssh_key_file' and 'git.known_hosts_file'.")
            : null;
    }

    private static Failure? Requests(GitSettings git)
    {
        if (git.PullRequests is not { } requests)
            return null;
        if (requests.Kind is not ("github" or "gitlab"))
            return Failure.Invalid(Code, $"'git.pull_requests.kind' is '{requests.Kind}'; it must be github or gitlab.");
        if (!Uri.TryCreate(requests.ApiUrl, UriKind.Absolute, out var api) || api.Scheme is not ("https" or "http") || api.UserInfo.Length > 0 || api.Query.Length > 0)
            return Failure.Invalid(Code, $"'git.pull_requests.api_url' is '{requests.ApiUrl}'; it must be an https address such as https://api.github.com.");
        return Folder.IsMatch(requests.Project) && requests.Project.Contains('/', StringComparison.Ordinal)
            ? null
            : Failure.Invalid(Code, $"'git.pull_requests.project' is '{requests.Project}'; it must be owner/name.");
    }

    private static Failure? Cluster(KubernetesSettings cluster, TargetOptions options)
    {
        var ways = (cluster.Server is null ? 0 : 1) + (cluster.KubeconfigFile is null ? 0 : 1) + (cluster.InCluster ? 1 : 0);
        if (ways != 1)
            return Failure.Invalid(Code, "'kubernetes' needs one of 'server', 'kubeconfig_file' and 'in_cluster'.");
        if (cluster.Server is { } server && (!Uri.TryCreate(server, UriKind.Absolute, out var uri) || (uri.Scheme != "https" && !(uri.Scheme == "http" && uri.IsLoopback)) || uri.UserInfo.Length > 0))
            return Failure.Invalid(Code, $"'kubernetes.server' is '{server}'; it must be an address such as https://cluster.example.com:6443 (http for loopback only).");
        foreach (var (field, file) in ((string, string?)[])[("kubeconfig_file", cluster.KubeconfigFile), ("token_file", cluster.TokenFile)])
        {
            if (file is not null && !TargetOptions.IsIn(options.CredentialFolders, file))
                return Failure.Invalid(Code, $"'kubernetes.{field}' is '{file}'; it must lie in a folder of Orrery:Delivery:Targets:CredentialFolders.");
        }

        return null;
    }

    /// <summary>An address with a deployment's name in it.</summary>
    public static string Fill(string template, string name, string space) =>
        template.Replace("{name}", name, StringComparison.Ordinal).Replace("{namespace}", space, StringComparison.Ordinal);

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", RegexOptions.CultureInvariant)]
    private static partial Regex Label { get; }

    [GeneratedRegex("^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$", RegexOptions.CultureInvariant)]
    private static partial Regex Subdomain { get; }

    [GeneratedRegex("^(gs|s3|hdfs|webhdfs|file|pvc|https?|hf|modelscope|oci|oci\\+native)://[^\\s]{1,1000}$", RegexOptions.CultureInvariant)]
    private static partial Regex StorageUri { get; }

    [GeneratedRegex("^[0-9]{1,10}(\\.[0-9]{1,3})?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Quantity { get; }

    [GeneratedRegex("^[A-Za-z0-9_][A-Za-z0-9_./-]{0,199}(?<![/.])$", RegexOptions.CultureInvariant)]
    private static partial Regex Branch { get; }

    [GeneratedRegex("^[A-Za-z0-9_.][A-Za-z0-9_./-]{0,499}$", RegexOptions.CultureInvariant)]
    private static partial Regex Folder { get; }

    [GeneratedRegex("^/[A-Za-z0-9_./-]{1,500}$", RegexOptions.CultureInvariant)]
    private static partial Regex KeyFile { get; }

    [GeneratedRegex("^[!-~]{1,1000}$", RegexOptions.CultureInvariant)]
    private static partial Regex Plain { get; }
}
