using System.Text.RegularExpressions;

namespace Orrery.Web;

/// <summary>Tells who wrote a filter that cannot be read what would be right.</summary>
internal static partial class RunQuery
{
    /// <summary>Examples that work.</summary>
    public static IReadOnlyList<(string Filter, string Means)> Examples { get; } =
    [
        ("metrics.auc > 0.8", "runs whose latest auc is above 0.8"),
        ("params.model = 'logistic' and metrics.auc > 0.8", "both must hold; there is no or"),
        ("attributes.status = 'FAILED'", "what failed: RUNNING, FINISHED, FAILED, KILLED"),
        ("attributes.run_name LIKE 'boost%'", "names that begin so; ILIKE looks past capitals"),
        ("tags.team != 'risk'", "what has the tag with another value"),
        ("metrics.`valid/auc` >= 0.8", "keys with other signs than letters stand between backticks"),
    ];

    /// <summary>A better way to write what was refused; null when nothing is known.</summary>
    public static string? Hint(string filter, string message, IReadOnlyList<string> metrics, IReadOnlyList<string> parameters)
    {
        if (filter.Contains("==", StringComparison.Ordinal))
            return "Equality is one sign: " + filter.Replace("==", "=", StringComparison.Ordinal);
        if (Or().IsMatch(filter))
            return "Comparisons are joined by and alone. Search twice, or name the values: attributes.run_id IN ('a', 'b').";
        if (UnknownKey().Match(message) is { Success: true } unknown)
            return Prefixed(unknown.Groups[1].Value, metrics, parameters);
        if (message.Contains("not quoted", StringComparison.Ordinal) || message.Contains("quote", StringComparison.OrdinalIgnoreCase))
            return "Texts stand between single quotes: params.model = 'logistic'. Numbers of metrics stand without.";
        return null;
    }

    private static string Prefixed(string key, IReadOnlyList<string> metrics, IReadOnlyList<string> parameters)
    {
        var kind = metrics.Contains(key) ? "metrics" : parameters.Contains(key) ? "params" : null;
        if (kind is not null)
            return $"Say of which kind it is: {kind}.{(Plain().IsMatch(key) ? key : $"`{key}`")}";
        var near = metrics.Select(static one => $"metrics.{one}").Concat(parameters.Select(static one => $"params.{one}")).Take(6).ToList();
        return near.Count == 0 ? "Say of which kind it is: metrics., params., tags. or attributes." : $"Say of which kind it is. Runs here have {string.Join(", ", near)}.";
    }

    [GeneratedRegex(@"(^|[\s')])or\s", RegexOptions.IgnoreCase)]
    private static partial Regex Or();

    [GeneratedRegex(@"Invalid attribute key '([^']+)'")]
    private static partial Regex UnknownKey();

    [GeneratedRegex(@"^\w+$")]
    private static partial Regex Plain();
}
