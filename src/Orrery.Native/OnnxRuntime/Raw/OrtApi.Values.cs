using System.Runtime.InteropServices;

namespace Orrery.Native;

internal static unsafe partial class OrtApi
{
    public static nint CreateTensorAsOrtValue(nint allocator, long* shape, nuint rank, int type, nint* value) =>
        ((delegate* unmanaged<nint, long*, nuint, int, nint*, nint>)_table[48])(allocator, shape, rank, type, value);

    public static nint CreateTensorWithDataAsOrtValue(nint info, void* data, nuint bytes, long* shape, nuint rank, int type, nint* value) =>
        ((delegate* unmanaged<nint, void*, nuint, long*, nuint, int, nint*, nint>)_table[49])(info, data, bytes, shape, rank, type, value);

    public static void ReleaseValue(nint value) => ((delegate* unmanaged<nint, void>)_table[96])(value);

    public static nint GetTensorMutableData(nint value, void** data) => ((delegate* unmanaged<nint, void**, nint>)_table[51])(value, data);

    public static nint GetResizedStringTensorElementBuffer(nint value, nuint index, nuint bytes, byte** buffer) =>
        ((delegate* unmanaged<nint, nuint, nuint, byte**, nint>)_table[252])(value, index, bytes, buffer);

    public static nint GetStringTensorDataLength(nint value, nuint* bytes) => ((delegate* unmanaged<nint, nuint*, nint>)_table[53])(value, bytes);

    public static nint GetStringTensorContent(nint value, void* text, nuint bytes, nuint* offsets, nuint count) =>
        ((delegate* unmanaged<nint, void*, nuint, nuint*, nuint, nint>)_table[54])(value, text, bytes, offsets, count);

    public static nint GetValueType(nint value, int* kind) => ((delegate* unmanaged<nint, int*, nint>)_table[67])(value, kind);

    public static nint GetValueCount(nint value, nuint* count) => ((delegate* unmanaged<nint, nuint*, nint>)_table[81])(value, count);

    public static nint GetValue(nint value, int index, nint allocator, nint* element) =>
        ((delegate* unmanaged<nint, int, nint, nint*, nint>)_table[80])(value, index, allocator, element);

    public static nint GetTensorTypeAndShape(nint value, nint* info) => ((delegate* unmanaged<nint, nint*, nint>)_table[65])(value, info);

    public static void ReleaseTensorTypeAndShapeInfo(nint info) => ((delegate* unmanaged<nint, void>)_table[99])(info);

    public static nint GetTensorElementType(nint info, int* type) => ((delegate* unmanaged<nint, int*, nint>)_table[60])(info, type);

    public static nint GetDimensionsCount(nint info, nuint* rank) => ((delegate* unmanaged<nint, nuint*, nint>)_table[61])(info, rank);

    public static nint GetDimensions(nint info, long* dimensions, nuint rank) => ((delegate* unmanaged<nint, long*, nuint, nint>)_table[62])(info, dimensions, rank);

    public static nint GetSymbolicDimensions(nint info, nint* names, nuint rank) =>
        ((delegate* unmanaged<nint, nint*, nuint, nint>)_table[63])(info, names, rank);

    public static nint GetOnnxTypeFromTypeInfo(nint info, int* kind) => ((delegate* unmanaged<nint, int*, nint>)_table[56])(info, kind);

    public static void ReleaseTypeInfo(nint info) => ((delegate* unmanaged<nint, void>)_table[98])(info);

    /// <summary>What these three give is borrowed from the type info.</summary>
    public static nint CastTypeInfoToTensorInfo(nint info, nint* tensor) => ((delegate* unmanaged<nint, nint*, nint>)_table[55])(info, tensor);

    public static nint CastTypeInfoToMapTypeInfo(nint info, nint* map) => ((delegate* unmanaged<nint, nint*, nint>)_table[103])(info, map);

    public static nint CastTypeInfoToSequenceTypeInfo(nint info, nint* sequence) => ((delegate* unmanaged<nint, nint*, nint>)_table[104])(info, sequence);

    public static nint GetMapKeyType(nint map, int* type) => ((delegate* unmanaged<nint, int*, nint>)_table[105])(map, type);

    public static nint GetMapValueType(nint map, nint* info) => ((delegate* unmanaged<nint, nint*, nint>)_table[106])(map, info);

    public static nint GetSequenceElementType(nint sequence, nint* info) => ((delegate* unmanaged<nint, nint*, nint>)_table[107])(sequence, info);

    /// <summary>Text that ONNX Runtime allocated, freed after it was read.</summary>
    public static string Taken(nint allocator, nint text)
    {
        var read = Marshal.PtrToStringUTF8(text) ?? "";
        if (text != 0)
            ReleaseStatus(AllocatorFree(allocator, (void*)text));
        return read;
    }
}
