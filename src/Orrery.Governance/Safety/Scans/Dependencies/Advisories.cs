using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orrery.Governance;

/// <summary>The advisories that the company supplies: a file in OSV's format (one advisory, a list of them, or one a line), or a folder of such files.</summary>
internal sealed class Advisories
{
    public static readonly Advisories None = new([], "none");

    private readonly Dictionary<string, List<Advisory>> _byPackage = [];

    private Advisories(IEnumerable<Advisory> all, string hash)
    {
        Hash = hash;
        foreach (var one in all)
        {
            if (!_byPackage.TryGetValue(one.Package, out var list))
                _byPackage[one.Package] = list = [];
            list.Add(one);
        }
    }

    /// <summary>Of the files' content, 12 hex digits.</summary>
    public string Hash { get; }

    public int Count => _byPackage.Values.Sum(static list => list.Count);

    /// <exception cref="InvalidDataException">A file is not in OSV's format.</exception>
    public static Advisories Read(string path)
    {
        IReadOnlyList<string> files = Directory.Exists(path) ? [.. Directory.EnumerateFiles(path, "*.json*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)] : [path];
        var found = new List<Advisory>();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
        {
            var text = File.ReadAllText(file);
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes(text));
            try
            {
                foreach (var one in Documents(text))
                    found.AddRange(Of(one));
            }
            catch (Exception broken) when (broken is JsonException or InvalidOperationException)
            {
                throw new InvalidDataException($"{Path.GetFileName(file)} is not in OSV's format: {broken.Message}", broken);
            }
        }

        return new(found, Convert.ToHexStringLower(hash.GetHashAndReset())[..12]);
    }

    /// <summary>Those that a version of a package of PyPI has.</summary>
    public IEnumerable<Advisory> Of(string package, string version) =>
        _byPackage.TryGetValue(package, out var list) ? list.Where(one => one.Affects(version)) : [];

    private static IEnumerable<JsonObject> Documents(string text)
    {
        if (!text.AsSpan().TrimStart().StartsWith("["))
        {
            // Objects one after another: one a line, or a single one over many lines.
            JsonNode? whole = null;
            try
            {
                whole = JsonNode.Parse(text);
            }
            catch (JsonException) when (text.Contains('\n', StringComparison.Ordinal))
            {
                // Then each line is one.
            }

            return whole is JsonObject single ? [single] : text.Split('\n').Where(static line => line.Trim().Length > 0).Select(static line => JsonNode.Parse(line)!.AsObject());
        }

        return JsonNode.Parse(text)!.AsArray().Select(static one => one!.AsObject());
    }

    private static IEnumerable<Advisory> Of(JsonObject document)
    {
        var id = (string?)document["id"] ?? throw new JsonException("An advisory has no id.");
        if (document["withdrawn"] is not null)
            yield break;
        foreach (var affected in (document["affected"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (affected["package"] is not JsonObject package || (string?)package["ecosystem"] is not "PyPI" || (string?)package["name"] is not { } name)
                continue;
            yield return new(
                id, Texts(document["aliases"]), Requirements.Normal(name), (string?)document["summary"] ?? "", SeverityOf(document, affected),
                Texts(affected["versions"]).ToHashSet(StringComparer.Ordinal), [.. Ranges(affected)]);
        }
    }

    private static IEnumerable<AdvisoryRange> Ranges(JsonObject affected) =>
        from range in (affected["ranges"] as JsonArray ?? []).OfType<JsonObject>()
        where (string?)range["type"] is "ECOSYSTEM"
        select new AdvisoryRange([.. (range["events"] as JsonArray ?? []).OfType<JsonObject>().SelectMany(static one => one.Select(static pair => (pair.Key, pair.Value?.ToString() ?? "")))]);

    // Of several vectors the worst; else the word of the database; else the middle.
    private static Severity SeverityOf(JsonObject document, JsonObject affected)
    {
        var scores = new[] { affected["severity"], document["severity"] }.SelectMany(static list => (list as JsonArray ?? []).OfType<JsonObject>())
            .Select(static one => Cvss.Base((string?)one["score"] ?? "")).OfType<double>().ToList();
        if (scores.Count > 0)
            return Cvss.Rating(scores.Max());
        var word = (string?)(document["database_specific"] as JsonObject)?["severity"] ?? (string?)(affected["database_specific"] as JsonObject)?["severity"];
        return word?.ToUpperInvariant() switch
        {
            "CRITICAL" => Severity.Critical,
            "HIGH" => Severity.High,
            "LOW" => Severity.Low,
            _ => Severity.Medium,
        };
    }

    private static List<string> Texts(JsonNode? list) => [.. (list as JsonArray ?? []).OfType<JsonValue>().Select(static one => one.ToString())];
}
