using System.Text.Json;
using System.Text.Json.Nodes;
using Orrery.Kernel;
using Orrery.Registry;

namespace Orrery.Delivery;

/// <summary>What a project declares in the <c>delivery.yaml</c> among the version's files: thresholds, and requests with the answers that they must get.</summary>
/// <param name="MaxP95Ms">Its own threshold of latency; null for that of the environment.</param>
/// <param name="Tests">In their order.</param>
internal sealed record ProjectTests(double? MaxP95Ms, IReadOnlyList<ProjectTest> Tests)
{
    private const string Code = "delivery.invalid_project";
    private const int Most = 100;

    /// <summary>Reads the file; <c>delivery.invalid_project</c>.</summary>
    public static Result<ProjectTests?> Read(string yaml)
    {
        if (UntrustedYaml.Read(yaml).Failed(out var wrong, out var root))
            return Failure.Invalid(Code, $"delivery.yaml cannot be read: {wrong.Message}");
        if (root is not JsonObject document)
            return Failure.Invalid(Code, "delivery.yaml is no mapping.");
        if (document.FirstOrDefault(static pair => pair.Key is not ("thresholds" or "tests")) is { Key: { } unknown })
            return Failure.Invalid(Code, $"delivery.yaml has '{unknown}'; there are 'thresholds' and 'tests'.");
        double? p95 = null;
        if (document["thresholds"] is { } thresholds)
        {
            if (thresholds is not JsonObject { Count: 1 } only || only["max_p95_ms"] is not JsonValue given || Number(given) is not (> 0 and { } value))
                return Failure.Invalid(Code, "delivery.yaml: 'thresholds' may have 'max_p95_ms', a number more than 0.");
            p95 = value;
        }

        var tests = new List<ProjectTest>();
        if (document["tests"] is { } listed)
        {
            if (listed is not JsonArray { Count: <= Most } array)
                return Failure.Invalid(Code, $"delivery.yaml: 'tests' must be a list of up to {Most}.");
            foreach (var one in array)
            {
                if (one is not JsonObject test || test["name"] is not JsonValue name || test["request"] is not JsonObject request || test["expect"] is not { } expect)
                    return Failure.Invalid(Code, $"delivery.yaml: tests[{tests.Count}] needs 'name', 'request' (a V1 request) and 'expect' (its predictions).");
                tests.Add(new(name.ToString(), request.ToJsonString(), expect.DeepClone(), test["tolerance"] is JsonValue tolerance ? Number(tolerance) ?? 1e-6 : 1e-6));
            }
        }

        return new ProjectTests(p95, tests);
    }

    // YAML's scalars may come as text.
    internal static double? Number(JsonNode? value) => value is JsonValue scalar
        ? scalar.TryGetValue<double>(out var number) ? number
            : scalar.GetValueKind() is JsonValueKind.Number ? double.Parse(scalar.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture)
            : double.TryParse(scalar.ToString(), System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out number) ? number : null
        : null;
}

/// <summary>A request and what must be answered.</summary>
/// <param name="Name">For people.</param>
/// <param name="Request">V1, JSON.</param>
/// <param name="Expect">The answer's <c>predictions</c>.</param>
/// <param name="Tolerance">Largest absolute difference of numbers.</param>
internal sealed record ProjectTest(string Name, string Request, JsonNode Expect, double Tolerance)
{
    /// <summary>Where an answer is not what is expected; null where it is.</summary>
    public string? Difference(JsonNode? answer) => Difference("predictions", Expect, answer, Tolerance);

    internal static string? Difference(string path, JsonNode? expected, JsonNode? given, double tolerance)
    {
        switch (expected)
        {
            case JsonArray list:
                if (given is not JsonArray there || there.Count != list.Count)
                    return $"{path} should have {list.Count} entries.";
                return list.Select((one, index) => Difference($"{path}[{index}]", one, there[index], tolerance)).FirstOrDefault(static one => one is not null);
            case JsonObject named:
                if (given is not JsonObject object1)
                    return $"{path} should have fields.";
                return named.Select(pair => Difference($"{path}.{pair.Key}", pair.Value, object1[pair.Key], tolerance)).FirstOrDefault(static one => one is not null);
            default:
                if (ProjectTests.Number(expected) is { } number && ProjectTests.Number(given) is { } other)
                    return Math.Abs(number - other) <= tolerance ? null : $"{path} is {other.ToString(System.Globalization.CultureInfo.InvariantCulture)} and should be {number.ToString(System.Globalization.CultureInfo.InvariantCulture)}.";
                return expected?.ToString() == given?.ToString() ? null : $"{path} is {given?.ToJsonString() ?? "null"} and should be {expected?.ToJsonString() ?? "null"}.";
        }
    }
}
