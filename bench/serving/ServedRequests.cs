using System.Globalization;
using System.Text;
using Orrery.Load;

namespace Orrery.ServingBench;

/// <summary>Requests as bytes, in each protocol.</summary>
internal static class ServedRequests
{
    private const int Different = 64;

    public static byte[][] V1(string target, int rows) =>
        [.. Enumerable.Range(0, Different).Select(seed => HttpBytes.Post(target, $$"""{"instances": [{{ServedModels.Rows(rows, seed)}}]}"""))];

    public static byte[][] V2(string target, int rows) => [.. Enumerable.Range(0, Different).Select(seed => HttpBytes.Post(target, V2Body(rows, seed)))];

    /// <summary>The same with a header that tells users apart.</summary>
    public static byte[][] V2(string target, int rows, string userHeader) => [.. Enumerable.Range(0, Different).Select(seed =>
    {
        var body = V2Body(rows, seed);
        return Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"POST {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n{userHeader}: user-{seed * 7919}\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
    })];

    /// <summary>Tensors as binary data, in both directions.</summary>
    public static byte[][] V2Binary(string target, int rows) => [.. Enumerable.Range(0, Different).Select(seed => Binary(target, rows, seed))];

    private static string V2Body(int rows, int seed) =>
        $$"""{"inputs": [{"name": "features", "shape": [{{rows}}, {{ServedModels.Features}}], "datatype": "FP32", "data": [{{ServedModels.Rows(rows, seed)}}]}]}""";

    private static byte[] Binary(string target, int rows, int seed)
    {
        var random = new Random(seed);
        var tensor = new byte[rows * ServedModels.Features * sizeof(float)];
        for (var at = 0; at < tensor.Length; at += sizeof(float))
            BitConverter.TryWriteBytes(tensor.AsSpan(at), random.NextSingle());
        var json = $$$"""{"parameters": {"binary_data_output": true}, "inputs": [{"name": "features", "shape": [{{{rows}}}, {{{ServedModels.Features}}}], "datatype": "FP32", "parameters": {"binary_data_size": {{{tensor.Length}}} }}]}""";
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"POST {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/octet-stream\r\nInference-Header-Content-Length: {json.Length}\r\nContent-Length: {json.Length + tensor.Length}\r\n\r\n");
        return [.. Encoding.ASCII.GetBytes(head), .. Encoding.ASCII.GetBytes(json), .. tensor];
    }
}
