using System.Text.Json.Nodes;

namespace Orrery.Tests.Unit;

/// <summary>Data and what scikit-learn, scipy and numpy compute of it; golden.py writes the file.</summary>
internal static class EvaluationGolden
{
    private static readonly JsonNode Root = Read();

    public static JsonNode At(string name) => Root[name]!;

    public static double[] Numbers(JsonNode? list) => [.. list!.AsArray().Select(static one => (double)one!)];

    public static int[] Wholes(JsonNode? list) => [.. list!.AsArray().Select(static one => (int)one!)];

    public static bool[] Flags(JsonNode? list) => [.. list!.AsArray().Select(static one => (int)one! == 1)];

    private static JsonNode Read()
    {
        using var stream = typeof(EvaluationGolden).Assembly.GetManifestResourceStream("evaluation-golden.json")!;
        return JsonNode.Parse(stream)!;
    }
}
