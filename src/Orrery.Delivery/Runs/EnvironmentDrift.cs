using System.Buffers;
using System.Text.Json.Nodes;
using Orrery.Registry;

namespace Orrery.Delivery;

/// <summary>What is different between the environments that two versions declare.</summary>
internal static class EnvironmentDrift
{
    private static readonly SearchValues<char> NameEnds = SearchValues.Create("=<>!~ ;[@");

    /// <summary>Signature first, then Python, then requirements, by name.</summary>
    public static IReadOnlyList<Drift> Between(PackageDocument now, PackageDocument next)
    {
        var found = new List<Drift>();
        Compare("input", Columns(now.Inputs), Columns(next.Inputs), true, found);
        Compare("output", Columns(now.Outputs), Columns(next.Outputs), true, found);
        if (now.PythonVersion != next.PythonVersion)
            found.Add(new($"Python {now.PythonVersion ?? "none"} becomes {next.PythonVersion ?? "none"}.", false));
        Compare("requirement", Requirements(now.Requirements), Requirements(next.Requirements), false, found);
        return found;
    }

    private static void Compare(string what, SortedDictionary<string, string> now, SortedDictionary<string, string> next, bool isSignature, List<Drift> found)
    {
        foreach (var (name, value) in now)
        {
            if (!next.TryGetValue(name, out var other))
                found.Add(new($"{what} '{name}' is gone.", isSignature));
            else if (other != value)
                found.Add(new($"{what} '{name}' was {value} and is {other}.", isSignature));
        }

        found.AddRange(next.Where(pair => !now.ContainsKey(pair.Key)).Select(pair => new Drift($"{what} '{pair.Key}' ({pair.Value}) is new.", isSignature)));
    }

    private static SortedDictionary<string, string> Columns(JsonNode? list)
    {
        var columns = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (list is not JsonArray array)
            return columns;
        for (var index = 0; index < array.Count; index++)
        {
            if (array[index] is JsonObject column)
                columns[column["name"]?.ToString() ?? $"#{index}"] = column["tensor-spec"]?.ToJsonString() ?? column["type"]?.ToString() ?? "any";
        }

        return columns;
    }

    private static SortedDictionary<string, string> Requirements(IReadOnlyList<string> lines)
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            var end = line.AsSpan().IndexOfAny(NameEnds);
            var name = (end < 0 ? line : line[..end]).ToLowerInvariant();
            found[name] = end < 0 ? "any" : line[end..].Trim();
        }

        return found;
    }
}

/// <summary>One difference.</summary>
/// <param name="Text">For people.</param>
/// <param name="IsSignature">Whether callers see it.</param>
internal sealed record Drift(string Text, bool IsSignature);
