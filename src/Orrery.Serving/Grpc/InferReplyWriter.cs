using System.Buffers;
using System.Runtime.InteropServices;

namespace Orrery.Serving;

/// <summary>Writes <c>ModelInferResponse</c>.</summary>
internal static class InferReplyWriter
{
    private const int PackedField = 3;

    /// <summary>Writes a call's outputs: raw when the request was, or when a type has no other form.</summary>
    public static void Write(IBufferWriter<byte> output, string model, string version, string id, InferenceCall call)
    {
        ProtoWriter.Text(output, 1, model);
        ProtoWriter.Text(output, 2, version);
        ProtoWriter.Text(output, 3, id);
        var isRaw = IsRaw(call);
        for (var index = 0; index < call.Outputs.Count; index++)
            WriteTensor(output, call.Outputs[index], isRaw);
        if (!isRaw)
            return;
        for (var index = 0; index < call.Outputs.Count; index++)
        {
            ProtoWriter.Begin(output, 6, TensorWriting.BinaryLength(call.Outputs[index]));
            TensorWriting.WriteBinary(output, call.Outputs[index]);
        }
    }

    private static bool IsRaw(InferenceCall call)
    {
        if (call.BinaryOutputs)
            return true;
        for (var index = 0; index < call.Outputs.Count; index++)
        {
            if (InferContents.Field(call.Outputs[index].Type) == 0)
                return true;
        }

        return false;
    }

    private static void WriteTensor(IBufferWriter<byte> output, Tensor tensor, bool isRaw)
    {
        var type = tensor.Type.Utf8();
        var shape = 0L;
        foreach (var size in tensor.Shape)
            shape += ProtoWriter.Size((ulong)size);
        var list = isRaw ? 0 : ListSize(tensor);
        var contents = tensor.Type is DataType.BYTES || list == 0 ? list : ProtoWriter.SizeOfBytes(list);
        ProtoWriter.Begin(output, 5, ProtoWriter.SizeOfText(tensor.Name) + ProtoWriter.SizeOfBytes(type.Length)
            + (tensor.Rank == 0 ? 0 : ProtoWriter.SizeOfBytes(shape)) + (isRaw ? 0 : ProtoWriter.SizeOfBytes(contents)));
        ProtoWriter.Text(output, 1, tensor.Name);
        ProtoWriter.Begin(output, 2, type.Length);
        output.Write(type);
        if (tensor.Rank > 0)
        {
            ProtoWriter.Begin(output, PackedField, shape);
            foreach (var size in tensor.Shape)
                ProtoWriter.Varint(output, (ulong)size);
        }

        if (isRaw)
            return;
        ProtoWriter.Begin(output, 5, contents);
        WriteContents(output, tensor, list);
    }

    // Of the packed list, or of all texts with their tags.
    private static long ListSize(Tensor tensor)
    {
        if (tensor.Type is DataType.FP32 or DataType.FP64 or DataType.BOOL)
            return tensor.Bytes.Length;
        var size = 0L;
        if (tensor.Type is DataType.BYTES)
        {
            for (var index = 0; index < tensor.Texts; index++)
                size += ProtoWriter.SizeOfBytes(tensor.Text(index).Length);
            return size;
        }

        for (var index = 0; index < tensor.Count; index++)
            size += ProtoWriter.Size(Element(tensor, index));
        return size;
    }

    private static void WriteContents(IBufferWriter<byte> output, Tensor tensor, long size)
    {
        var field = InferContents.Field(tensor.Type);
        if (tensor.Type is DataType.BYTES)
        {
            for (var index = 0; index < tensor.Texts; index++)
            {
                ProtoWriter.Begin(output, field, tensor.Text(index).Length);
                output.Write(tensor.Text(index));
            }

            return;
        }

        if (size == 0)
            return;
        ProtoWriter.Begin(output, field, size);
        if (tensor.Type is DataType.FP32 or DataType.FP64 or DataType.BOOL)
        {
            output.Write(tensor.Bytes);
            return;
        }

        for (var index = 0; index < tensor.Count; index++)
            ProtoWriter.Varint(output, Element(tensor, index));
    }

    // As a varint has it: negative numbers of any width with all 64 bits.
    private static ulong Element(Tensor tensor, int index) => tensor.Type switch
    {
        DataType.INT8 => (ulong)At<sbyte>(tensor, index),
        DataType.INT16 => (ulong)At<short>(tensor, index),
        DataType.INT32 => (ulong)At<int>(tensor, index),
        DataType.UINT8 => At<byte>(tensor, index),
        DataType.UINT16 => At<ushort>(tensor, index),
        DataType.UINT32 => At<uint>(tensor, index),
        _ => At<ulong>(tensor, index),
    };

    private static T At<T>(Tensor tensor, int index)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(tensor.Bytes)[index];
}
