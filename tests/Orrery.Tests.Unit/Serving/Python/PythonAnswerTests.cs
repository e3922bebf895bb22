using System.Buffers.Binary;
using System.Text;
using Orrery.Serving;
using Xunit;

namespace Orrery.Tests.Unit.Serving;

/// <summary>Each request gets its rows of an answer.</summary>
public sealed class PythonAnswerTests
{
    [Fact]
    public void Rows_of_numbers_and_texts_go_to_their_request()
    {
        byte[] body = [.. Frame("predict", DataType.BYTES, [3], Texts("a", "", "ccc")), .. Frame("predict_proba", DataType.INT32, [3, 2], Numbers(1, 2, 3, 4, 5, 6))];
        Assert.True(PythonAnswer.CanBeSplit(body, 2, rows: 3));

        var call = new InferenceCall();
        new PythonAnswer(body, 2, Start: 1, Rows: 2).Take(call);

        Assert.Equal(["predict", "predict_proba"], [call.Outputs[0].Name, call.Outputs[1].Name]);
        Assert.Equal([2L], call.Outputs[0].Shape.ToArray());
        Assert.Equal(["", "ccc"], [Encoding.UTF8.GetString(call.Outputs[0].Text(0)), Encoding.UTF8.GetString(call.Outputs[0].Text(1))]);
        Assert.Equal([2L, 2L], call.Outputs[1].Shape.ToArray());
        Assert.Equal([3, 4, 5, 6], call.Outputs[1].Values<int>().ToArray());
    }

    [Fact]
    public void A_call_of_its_own_is_taken_whole()
    {
        var call = new InferenceCall();
        new PythonAnswer(Frame("predict", DataType.INT32, [], Numbers(7)), 1, Start: 0, Rows: -1).Take(call);

        Assert.Equal(0, call.Outputs[0].Rank);
        Assert.Equal([7], call.Outputs[0].Values<int>().ToArray());
    }

    [Fact]
    public void Outputs_that_were_asked_for_have_the_callers_name()
    {
        byte[] body = [.. Frame("predict", DataType.INT32, [1], Numbers(1)), .. Frame("predict_proba", DataType.INT32, [1], Numbers(2))];
        var call = new InferenceCall();
        call.Want("probabilities", binary: null);

        new PythonAnswer(body, 2, 0, -1).Take(call);

        Assert.Equal(1, call.Outputs.Count);
        Assert.Equal(("probabilities", 2), (call.Outputs[0].Name, call.Outputs[0].Values<int>()[0]));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Another_number_of_rows_cannot_be_split(long rows) => Assert.False(PythonAnswer.CanBeSplit(Frame("predict", DataType.INT32, [3], Numbers(1, 2, 3)), 1, rows));

    [Fact]
    public void One_number_for_all_rows_cannot_be_split() => Assert.False(PythonAnswer.CanBeSplit(Frame("predict", DataType.INT32, [], Numbers(1)), 1, 1));

    private static byte[] Frame(string name, DataType type, long[] shape, byte[] data)
    {
        var utf8 = Encoding.UTF8.GetBytes(name);
        var frame = new byte[16 + (8 * shape.Length) + PythonFrame.Padded(utf8.Length) + PythonFrame.Padded(data.Length)];
        (frame[0], frame[1], frame[2]) = ((byte)type, (byte)shape.Length, (byte)utf8.Length);
        BinaryPrimitives.WriteInt64LittleEndian(frame.AsSpan(8), data.Length);
        for (var index = 0; index < shape.Length; index++)
            BinaryPrimitives.WriteInt64LittleEndian(frame.AsSpan(16 + (8 * index)), shape[index]);
        utf8.CopyTo(frame, 16 + (8 * shape.Length));
        data.CopyTo(frame, 16 + (8 * shape.Length) + PythonFrame.Padded(utf8.Length));
        return frame;
    }

    private static byte[] Texts(params string[] texts) => [.. texts.SelectMany(static text => (byte[])[.. BitConverter.GetBytes(text.Length), .. Encoding.UTF8.GetBytes(text)])];

    private static byte[] Numbers(params int[] numbers) => [.. numbers.SelectMany(BitConverter.GetBytes)];
}
