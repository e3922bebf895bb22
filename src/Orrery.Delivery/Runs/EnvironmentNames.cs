using Orrery.Kernel;
using Orrery.Serving;

namespace Orrery.Delivery;

/// <summary>Environments by the names that people give them.</summary>
internal static class EnvironmentNames
{
    private static readonly string[][] Usual = [["dev", "development"], ["stage", "staging"], ["prod", "production"]];

    /// <summary>The environment that is meant; <c>delivery.unknown_environment</c>.</summary>
    public static Result<string> Find(ServingOptions options, string given)
    {
        var name = given.Trim().ToLowerInvariant();
        if (options.Environments.Contains(name))
            return name;
        return Usual.FirstOrDefault(group => group.Contains(name))?.FirstOrDefault(options.Environments.Contains) is { } meant
            ? meant
            : Failure.Invalid("delivery.unknown_environment", $"There is no environment '{(given.Length > 100 ? given[..100] : given)}'; there are {string.Join(", ", options.Environments)}.");
    }
}
