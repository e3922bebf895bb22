using System.Text.RegularExpressions;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Serving;

namespace Orrery.Delivery;

/// <summary>What may be asked for.</summary>
internal static partial class DeliveryRules
{
    public const int LongestJustification = 4000;
    public const int MostReplicas = 100;
    private const int MostSteps = 20;
    private const double MostMinutes = 10_080;

    /// <summary>What was asked for in the names that count, or what is wrong with it; <c>delivery.invalid_request</c>, <c>delivery.unknown_environment</c>.</summary>
    public static Result<StartDelivery> Read(StartDelivery asked, ServingOptions options)
    {
        if (asked.Model.Length == 0)
            return Invalid("'model' is missing; name a registered model.");
        if (!long.TryParse(asked.Version, System.Globalization.NumberStyles.None, null, out var number) || number < 1)
            return Invalid($"'version' is '{Clip(asked.Version)}'; it must be the number of a version.");
        if (asked.Replicas is < 0 or > MostReplicas)
            return Invalid($"'replicas' is {asked.Replicas}; it must be 0 to {MostReplicas}.");
        if (asked.Justification?.Length > LongestJustification)
            return Invalid($"'justification' has {asked.Justification.Length} characters; it may have {LongestJustification}.");
        if (StepProblem(asked.Steps) is { } step)
            return Invalid(step);
        if (EnvironmentNames.Find(options, asked.Environment).Failed(out var unknown, out var environment))
            return unknown;
        string? from = null;
        if (asked.From is { } former && EnvironmentNames.Find(options, former).Failed(out unknown, out from))
            return unknown;
        if (from == environment)
            return Invalid($"'from' and 'environment' are both {environment}.");
        var name = asked.Name ?? asked.Model;
        return Name().IsMatch(name)
            ? asked with { Version = number.ToString(System.Globalization.CultureInfo.InvariantCulture), Environment = environment, From = from, Name = name }
            : Invalid($"'{Clip(name)}' cannot be the name of a deployment: give 'name' of letters, digits, '.', '_' and '-', up to 128, beginning with a letter or digit.");
    }

    private static string? StepProblem(IReadOnlyList<CanaryStep> steps)
    {
        if (steps.Count > MostSteps)
            return $"'steps' has {steps.Count} entries; it may have {MostSteps}.";
        for (var index = 0; index < steps.Count; index++)
        {
            if (steps[index].Percent is not (> 0 and < 100) || (index > 0 && steps[index].Percent <= steps[index - 1].Percent))
                return $"'steps[{index}].percent' is {steps[index].Percent}; percents must rise, each more than 0 and less than 100. All of the traffic follows the last step.";
            if (steps[index].Minutes is not (>= 0 and <= MostMinutes))
                return $"'steps[{index}].minutes' is {steps[index].Minutes}; it must be 0 to {MostMinutes}.";
        }

        return null;
    }

    private static Failure Invalid(string message) => Failure.Invalid("delivery.invalid_request", message);

    private static string Clip(string text) => text.Length > 100 ? text[..100] + "..." : text;

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$")]
    private static partial Regex Name();
}
