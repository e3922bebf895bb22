using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Orrery.Inference;
using Orrery.Serving;
using Xunit;

namespace Orrery.Tests.Unit.Serving;

/// <summary>
/// Requests with bytes changed, cut, doubled and put together at random: the readers take them or say what is wrong, in bounded memory, and fail in no other way.
/// </summary>
public sealed class ReaderFuzzTests
{
    private const int Rounds = 20_000;
    private const int MostBytesEach = 64 << 10;

    private static readonly byte[][] V1Seeds = Texts(
        """{"instances": [[1, 2.5, -3e2], [4, null, "NaN"]]}""",
        """{"instances": [{"a": 1, "b": 2, "c": 3}, {"c": 3, "b": 2, "a": 1}]}""",
        """{"inputs": {"features": [[1, 2, 3]]}, "instances": [1]}""",
        """{"instances": [{"age": 3, "city": "\u00e9\ud83d\ude00", "married": true}]}""",
        """{"inputs": {"age": [[1], [2]], "city": ["x", "y"], "married": [true, 0]}}""");

    private static readonly byte[][] V2Seeds = Texts(
        """{"id": "7", "inputs": [{"name": "x", "shape": [2, 2], "datatype": "FP32", "data": [[1, 2], [3, 4]]}], "outputs": [{"name": "y", "parameters": {"binary_data": true}}]}""",
        """{"inputs": [{"data": ["a", "\u0000b"], "name": "t", "datatype": "BYTES", "shape": [2]}, {"name": "b", "shape": [1], "datatype": "BOOL", "data": [true]}]}""");

    private static readonly byte[][] BinarySeeds = Texts(
        """{"parameters": {"binary_data_output": true}, "inputs": [{"name": "x", "shape": [2], "datatype": "INT16", "parameters": {"binary_data_size": 4}}]}abcd""",
        """{"inputs": [{"name": "t", "shape": [0], "datatype": "BYTES", "parameters": {"binary_data_size": 0}}, {"name": "b", "shape": [1, 1], "datatype": "FP32", "parameters": {"binary_data_size": 4}}]}abcd""");

    private static readonly byte[][] EventSeeds = Texts("""{"specversion": "1.0", "id": "1", "source": "/a", "type": "t", "data": {"instances": [[1]]}}""");

    [Fact]
    public void V1_requests() => Fuzz(V1Seeds, 1, static (body, call) =>
        V1Reader.Read(body, body.AsSpan().IndexOf("age"u8) < 0 ? Wire.Classifier : Wire.Columns, call));

    [Fact]
    public void V2_requests() => Fuzz(V2Seeds, 2, static (body, call) => V2Reader.Read(body, null, call));

    [Fact]
    public void V2_requests_with_binary_data() => Fuzz(BinarySeeds, 3, static (body, call) =>
        V2Reader.Read(body, Math.Max(0, body.Length - 4), call));

    [Fact]
    public void Raw_requests() => Fuzz([new byte[12], new byte[24], new byte[36]], 4, static (body, call) => V2Raw.Read(body, Wire.Classifier, call));

    [Fact]
    public void Events() => Fuzz(EventSeeds, 5, static (body, _) => V1Event.Data(body));

    [Fact]
    public void Requests_of_gRPC() => Fuzz(GrpcSeeds(), 6, static (body, call) => InferRequestReader.Read(body, call));

    private static void Fuzz(byte[][] seeds, int seed, Action<byte[], InferenceCall> read)
    {
        var random = new Random(seed);
        var call = new InferenceCall();
        var (taken, refused) = (0, 0);
        foreach (var whole in seeds)
            Assert.True(Reads(whole, call, read), "A seed is refused.");
        for (var round = 0; round < Rounds; round++)
        {
            var body = Mutate(seeds, random);
            var before = GC.GetAllocatedBytesForCurrentThread();
            if (Reads(body, call, read))
                taken++;
            else
                refused++;
            var used = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(used < MostBytesEach, $"{used} bytes for {body.Length}: {Convert.ToHexString(body)}");
        }

        // Else the mutations are none, or never reach what is behind the first check.
        Assert.InRange(refused, Rounds / 100, Rounds);
        Assert.InRange(taken, 1, Rounds);
    }

    private static bool Reads(byte[] body, InferenceCall call, Action<byte[], InferenceCall> read)
    {
        try
        {
            read(body, call);
            return true;
        }
        catch (Exception told) when (told is TensorException or JsonException)
        {
            return false;
        }
        catch (Exception other)
        {
            throw new InvalidOperationException($"{other.GetType().Name} on {Encoding.Latin1.GetString(body)} ({Convert.ToHexString(body)})", other);
        }
        finally
        {
            call.Reset();
        }
    }

    private static byte[] Mutate(byte[][] seeds, Random random)
    {
        List<byte> body = [.. seeds[random.Next(seeds.Length)]];
        for (var times = random.Next(1, 5); times > 0 && body.Count > 0; times--)
        {
            var at = random.Next(body.Count);
            var length = random.Next(1, Math.Min(16, body.Count - at) + 1);
            switch (random.Next(6))
            {
                case 0:
                    body[at] = (byte)random.Next(256);
                    break;
                case 1:
                    body[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    body.RemoveRange(at, length);
                    break;
                case 3:
                    body.InsertRange(at, body.GetRange(at, length));
                    break;
                case 4:
                    var other = seeds[random.Next(seeds.Length)];
                    var from = random.Next(other.Length);
                    body.InsertRange(at, other[from..Math.Min(other.Length, from + length)]);
                    break;
                default:
                    var word = Interesting[random.Next(Interesting.Length)];
                    body.InsertRange(at, word);
                    break;
            }
        }

        return [.. body];
    }

    private static readonly byte[][] Interesting =
    [
        .. Texts("[[[[", "{}", "null", "-1", "9223372036854775807", "1e999", "\"", "\\ud800", ",", ":", "[]", "\"NaN\""),
        [0xFF, 0xFF, 0xFF, 0xFF, 0x0F], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], [0], [0x80], [0xC3, 0x28],
    ];

    private static byte[][] GrpcSeeds()
    {
        var typed = new ModelInferRequest { ModelName = "m", Id = "1", Parameters = { ["a"] = new InferParameter { BoolParam = true } } };
        typed.Inputs.Add(new ModelInferRequest.Types.InferInputTensor { Name = "x", Datatype = "FP32", Shape = { 2, 1 }, Contents = new() { Fp32Contents = { 1, 2 } } });
        typed.Inputs.Add(new ModelInferRequest.Types.InferInputTensor { Name = "i", Datatype = "INT8", Shape = { 2 }, Contents = new() { IntContents = { -1, 2 } } });
        typed.Inputs.Add(new ModelInferRequest.Types.InferInputTensor { Name = "t", Datatype = "BYTES", Shape = { 1 }, Contents = new() { BytesContents = { ByteString.CopyFromUtf8("abc") } } });
        typed.Outputs.Add(new ModelInferRequest.Types.InferRequestedOutputTensor { Name = "y" });
        var text = new byte[6];
        BinaryPrimitives.WriteUInt32LittleEndian(text, 2);
        var raw = new ModelInferRequest { ModelName = "m", RawInputContents = { ByteString.CopyFrom(new byte[8]), ByteString.CopyFrom(text) } };
        raw.Inputs.Add(new ModelInferRequest.Types.InferInputTensor { Name = "x", Datatype = "FP32", Shape = { 1, 2 } });
        raw.Inputs.Add(new ModelInferRequest.Types.InferInputTensor { Name = "t", Datatype = "BYTES", Shape = { 1 } });
        return [typed.ToByteArray(), raw.ToByteArray()];
    }

    private static byte[][] Texts(params string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];
}
