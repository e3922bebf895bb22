using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orrery.Serving;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Asks a model as the V1 endpoint does.</summary>
internal static class PythonAsk
{
    public static async Task<JsonArray> AskAsync(this PythonModel model, string instances, string? output = null, TimeSpan? timeout = null)
    {
        var call = new InferenceCall();
        V1Reader.Read(Encoding.UTF8.GetBytes($$"""{"instances": {{instances}}}"""), model.Declaration, call);
        if (output is not null)
            call.Want(output, binary: null);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var patience = timeout ?? TimeSpan.FromSeconds(60);
        deadline.CancelAfter(patience);
        call.Deadline = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        await model.InferAsync(call, deadline.Token);
        var written = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(written);
        V1Writer.Write(written, json, call);
        return JsonNode.Parse(written.WrittenSpan)!["predictions"]!.AsArray();
    }

    /// <summary>One number, asked for with one.</summary>
    public static async Task<double> AskOneAsync(this PythonModel model, double value) => (double)(await model.AskAsync(FormattableString.Invariant($"[[{value}]]")))[0]!;

    /// <summary>Asserts that two lists are the same, numbers but for the last digits.</summary>
    public static void Same(JsonNode expected, JsonNode? actual)
    {
        if (expected is JsonArray list)
        {
            var other = Assert.IsType<JsonArray>(actual);
            Assert.Equal(list.Count, other.Count);
            for (var index = 0; index < list.Count; index++)
                Same(list[index]!, other[index]);
        }
        else if (expected.GetValueKind() is JsonValueKind.Number)
        {
            Assert.Equal((double)expected, (double)actual!, 1e-6);
        }
        else
        {
            Assert.Equal(expected.ToJsonString(), actual!.ToJsonString());
        }
    }
}
