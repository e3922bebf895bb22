using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Registry;

namespace Orrery.Serving;

/// <summary>An endpoint that a deployment names and the settings allow.</summary>
internal sealed class RemoteTarget
{
    private readonly string _base;

    private RemoteTarget(RemoteSpec spec, Uri address, string model, RemoteHost allowed, IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        (Protocol, Allowed, Headers) = (spec.Protocol, allowed, headers);
        Endpoint = address.Authority;
        Timeout = TimeSpan.FromMilliseconds(spec.TimeoutMs ?? 10_000);
        Retries = spec.Retries ?? 2;
        _base = address.GetLeftPart(UriPartial.Path).TrimEnd('/');
        var path = $"/{spec.Protocol}/models/{Uri.EscapeDataString(model)}";
        Model = new(_base + path + (spec.Version is { } version ? $"/versions/{Uri.EscapeDataString(version)}" : ""));
        Ask = new(Model.OriginalString + (spec.Protocol == RemoteRules.V1 ? ":predict" : "/infer"));
    }

    /// <summary><c>v1</c> or <c>v2</c>.</summary>
    public string Protocol { get; }

    /// <summary>Host and port, for people and metrics.</summary>
    public string Endpoint { get; }

    /// <summary>By which entry of the settings it may be called.</summary>
    public RemoteHost Allowed { get; }

    /// <summary>Sent with each call; the values are secret.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; }

    /// <summary>Of one try.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>Tries after the first.</summary>
    public int Retries { get; }

    /// <summary>The model: its state in V1, its metadata in V2.</summary>
    public Uri Model { get; }

    /// <summary>Where predictions are asked for.</summary>
    public Uri Ask { get; }

    /// <summary>Of V2: whether the model is ready.</summary>
    public Uri Ready => new(Model.OriginalString + "/ready");

    /// <summary>Of V2: the server and its extensions.</summary>
    public Uri Server => new(_base + "/v2");

    /// <summary>How a version is answered for elsewhere; its files are not needed. <c>serving.remote_not_allowed</c>, <c>serving.remote_no_secret</c>.</summary>
    public static Result<ModelRecipe> Choose(WorkspaceId workspace, ModelPackage package, RemoteSpec spec, RemoteOptions options)
    {
        if (Of(spec, package.Name, options).Failed(out var refused, out _))
            return refused;
        var identity = Encoding.UTF8.GetBytes($"{package.Name}\n{package.Version}\n{JsonSerializer.Serialize(spec, OrreryJson.TypeOf<RemoteSpec>())}");
        return new ModelRecipe(
            Runtimes.Remote, workspace, package.Name, package.Version, "remote-" + Convert.ToHexStringLower(SHA256.HashData(identity)), "", [], "", package.Document)
        {
            Remote = spec,
        };
    }

    /// <summary>The endpoint; <c>serving.remote_not_allowed</c>, <c>serving.remote_no_secret</c>.</summary>
    /// <param name="spec">As the deployment says.</param>
    /// <param name="model">Name of the registered model.</param>
    /// <param name="options">What may be called.</param>
    public static Result<RemoteTarget> Of(RemoteSpec spec, string model, RemoteOptions options)
    {
        if (RemoteRules.Address(spec.Url) is not { } address)
            return Failure.Invalid("serving.invalid_spec", "The url must be http or https with a host.");
        if (RemoteHost.Allowing(options.Hosts, address) is not { } allowed)
            return Failure.Invalid("serving.remote_not_allowed", $"The server does not call {address.Authority}: an administrator adds it to the setting Orrery:Serving:Remote:Hosts.");
        var headers = new List<KeyValuePair<string, string>>();
        foreach (var (name, secret) in spec.Headers ?? new Dictionary<string, string>())
        {
            if (!options.Secrets.TryGetValue(secret, out var found))
                return Failure.Invalid("serving.remote_no_secret", $"The header {name} has the secret '{secret}', which the server does not have: an administrator adds Orrery:Serving:Remote:Secrets:{secret}:Value.");
            if (found.Hosts.Length > 0 && RemoteHost.Allowing(found.Hosts, address) is null)
                return Failure.Invalid("serving.remote_no_secret", $"The secret '{secret}' is not for {address.Authority}: an administrator says where it may go in Orrery:Serving:Remote:Secrets:{secret}:Hosts.");
            headers.Add(new(name, found.Value));
        }

        return new RemoteTarget(spec, address, spec.Model ?? model, allowed, headers);
    }
}
