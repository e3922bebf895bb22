using System.Text.RegularExpressions;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Serving;

/// <summary>What a deployment may say.</summary>
internal static partial class SpecRules
{
    private const int MaxVariants = 16;
    private const int MaxWeight = 1_000_000;
    private const int MaxColumns = 10_000;

    /// <summary>Why a deployment's name is refused; null when it may be.</summary>
    public static Failure? NameProblem(string name) => NamePattern().IsMatch(name)
        ? null
        : Failure.Invalid("serving.invalid_name", $"The name '{Clip(name)}' must be 1 to 200 letters, digits, dashes, dots and underscores, and begin with a letter or digit.");

    /// <summary>Why there are no deployments in an environment; null when there may be.</summary>
    public static Failure? EnvironmentProblem(ServingOptions options, string environment) => options.Environments.Contains(environment)
        ? null
        : Failure.Invalid("serving.unknown_environment", $"There is no environment '{Clip(environment)}'; there are {string.Join(", ", options.Environments)}.");

    /// <summary>All that is wrong with what a deployment is to be; null for nothing.</summary>
    public static Failure? Problem(DeploymentSpec spec)
    {
        var faults = Faults(spec).ToList();
        return faults.Count == 0 ? null : Failure.Invalid("serving.invalid_spec", faults[0].Message) with { Faults = faults };
    }

    private static IEnumerable<FieldFault> Faults(DeploymentSpec spec)
    {
        if (spec.Variants.Count is 0 or > MaxVariants)
            yield return new("variants", $"A deployment has 1 to {MaxVariants} variants, not {spec.Variants.Count}.");
        else if (spec.Variants.All(static variant => variant.Shadow))
            yield return new("variants", "All variants are shadows; one must answer.");
        else if (spec.Variants.Where(static variant => !variant.Shadow).Sum(static variant => (long)variant.Weight) <= 0)
            yield return new("variants", "The weights are all 0; one variant must have more.");
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < spec.Variants.Count; index++)
        {
            var variant = spec.Variants[index];
            foreach (var (field, message) in VariantFaults(variant))
                yield return new($"variants[{index}].{field}", message);
            if (!names.Add(variant.Name))
                yield return new($"variants[{index}].name", $"Two variants are named '{Clip(variant.Name)}'.");
        }

        if (spec.Sticky is { } sticky && !HeaderPattern().IsMatch(sticky.Header))
            yield return new("sticky.header", $"The header '{Clip(sticky.Header)}' must be the name of an HTTP header, such as X-User-Id.");
        if (spec.Log is { Sample: { } share } && !(share is >= 0 and <= 1))
            yield return new("log.sample", $"The sample is {share}; it must be 0 to 1.");
        if (spec.Log is { RetentionDays: < 1 or > 3650 })
            yield return new("log.retention_days", $"retention_days is {spec.Log.RetentionDays}; it must be 1 to 3,650.");
        if (spec.Limits is not { } limits)
            yield break;
        if (limits.RequestsPerSecond is { } rate && !(rate is > 0 and <= 1_000_000))
            yield return new("limits.requests_per_second", $"Requests a second are {rate}; they must be more than 0, up to 1,000,000.");
        if (limits.Concurrency is < 1 or > 100_000)
            yield return new("limits.concurrency", $"The concurrency is {limits.Concurrency}; it must be 1 to 100,000.");
        if (limits.TimeoutMs is < 1 or > 3_600_000)
            yield return new("limits.timeout_ms", $"The timeout is {limits.TimeoutMs} ms; it must be 1 to 3,600,000.");
        if (limits.PerToken is not { } caller)
            yield break;
        if (caller.RequestsPerSecond is { } own && !(own is > 0 and <= 1_000_000))
            yield return new("limits.per_token.requests_per_second", $"Requests a second are {own}; they must be more than 0, up to 1,000,000.");
        if (caller.Concurrency is < 1 or > 100_000)
            yield return new("limits.per_token.concurrency", $"The concurrency is {caller.Concurrency}; it must be 1 to 100,000.");
    }

    private static IEnumerable<(string Field, string Message)> VariantFaults(VariantSpec variant)
    {
        if (!VariantPattern().IsMatch(variant.Name))
            yield return ("name", $"The variant's name '{Clip(variant.Name)}' must be lower-case letters, digits and dashes, up to 63, and begin with a letter.");
        if (variant.Model.Length == 0)
            yield return ("model", "The variant names no model.");
        if (variant.Version.Length == 0)
            yield return ("version", "The variant names no version of the model.");
        if (variant.Weight is < 0 or > MaxWeight)
            yield return ("weight", $"The weight is {variant.Weight}; it must be 0 to {MaxWeight}.");
        if (variant.Shadow && variant.Weight > 0)
            yield return ("weight", "A shadow has no weight: nothing that it says is returned.");
        if (variant.ShadowPercent is { } percent && (!variant.Shadow || !(percent is > 0 and <= 100)))
            yield return ("shadow_percent", "shadow_percent is of shadows, more than 0 and up to 100.");
        if (variant.MinReplicas is < 0 or > 100)
            yield return ("min_replicas", $"min_replicas is {variant.MinReplicas}; it must be 0 to 100.");
        if (variant.MaxReplicas is { } most && (most is < 1 or > 100 || most < (variant.MinReplicas ?? 1)))
            yield return ("max_replicas", $"max_replicas is {most}; it must be 1 to 100 and at least min_replicas.");
        if (variant.IdleSeconds is < 1 or > 86_400 || (variant.IdleSeconds is not null && variant.MinReplicas is not 0))
            yield return ("idle_seconds", "idle_seconds is of variants with min_replicas 0, 1 to 86,400.");
        if (variant.MaxBatchRows is < 1 or > 1_000_000)
            yield return ("max_batch_rows", $"max_batch_rows is {variant.MaxBatchRows}; it must be 1 to 1,000,000.");
        if (variant.MaxBatchDelayMs is { } delay && !(delay is >= 0 and <= 10_000))
            yield return ("max_batch_delay_ms", $"max_batch_delay_ms is {delay}; it must be 0 to 10,000.");
        if (variant.Threads is < 1 or > 256)
            yield return ("threads", $"threads is {variant.Threads}; it must be 1 to 256.");
        foreach (var fault in variant.Features is { } features ? LookupFaults(variant, features) : [])
            yield return fault;
        foreach (var (field, message) in variant.Remote is { } remote ? RemoteRules.Faults(remote) : [])
            yield return ("remote." + field, message);
    }

    private static IEnumerable<(string Field, string Message)> LookupFaults(VariantSpec variant, FeatureLookupSpec features)
    {
        if (variant.Shadow)
            yield return ("features", "A shadow gets the inputs of the variant that answers; it looks nothing up itself.");
        if (features.Lookup is false && features is not { Service: null, Project: null, Columns: null, Missing: null, TtlSeconds: null })
            yield return ("features.lookup", "lookup is false, and features says how to look up; leave out one of them.");
        if (features.Project is not null && features.Service is null)
            yield return ("features.project", "The project is that of the service: name the service too.");
        if (features.Service is { Length: 0 } || features.Project is { Length: 0 })
            yield return ("features.service", "A name of the feature store is empty.");
        if (features.Columns is { } columns && (columns.Count is 0 or > MaxColumns || columns.Any(string.IsNullOrEmpty) || columns.Distinct(StringComparer.Ordinal).Count() < columns.Count))
            yield return ("features.columns", $"The columns must be 1 to {MaxColumns} names, each once.");
        if (features.Missing is not (null or VariantLookup.Refuse or VariantLookup.Null))
            yield return ("features.missing", $"missing is '{Clip(features.Missing)}'; it must be {VariantLookup.Refuse} or {VariantLookup.Null}.");
        if (features.TtlSeconds is { } ttl && !(ttl is > 0 and <= 3_155_760_000))
            yield return ("features.ttl_seconds", $"ttl_seconds is {ttl}; it must be more than 0, up to a hundred years.");
    }

    private static string Clip(string text) => text.Length <= 80 ? text : text[..80] + "...";

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,199}\z")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"^[a-z]([a-z0-9-]{0,61}[a-z0-9])?\z")]
    private static partial Regex VariantPattern();

    [GeneratedRegex(@"^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}\z")]
    private static partial Regex HeaderPattern();
}
