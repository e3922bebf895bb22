using System.Text.Json.Nodes;

namespace Orrery.Tests.Unit;

/// <summary>Samples and what scipy and numpy compute of them; golden.py writes the file.</summary>
internal static class StatisticsGolden
{
    private static readonly JsonNode Root = Read();

    public static JsonNode At(string name) => Root[name]!;

    public static double[] Numbers(JsonNode? list) => [.. list!.AsArray().Select(static one => (double)one!)];

    private static JsonNode Read()
    {
        using var stream = typeof(StatisticsGolden).Assembly.GetManifestResourceStream("statistics-golden.json")!;
        return JsonNode.Parse(stream)!;
    }
}
