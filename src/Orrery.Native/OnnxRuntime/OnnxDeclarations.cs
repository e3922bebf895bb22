using System.Runtime.InteropServices;

namespace Orrery.Native;

/// <summary>Reads what a session declares: its inputs, outputs and metadata.</summary>
internal static unsafe class OnnxDeclarations
{
    // A sequence of maps is the deepest that classifiers have; what nests deeper is not served and needs no reading.
    private const int Deepest = 4;

    public static OnnxValueInfo[] Inputs(nint session, nint allocator) =>
        Declared(session, allocator, &OrtApi.SessionGetInputCount, &OrtApi.SessionGetInputName, &OrtApi.SessionGetInputTypeInfo);

    public static OnnxValueInfo[] Outputs(nint session, nint allocator) =>
        Declared(session, allocator, &OrtApi.SessionGetOutputCount, &OrtApi.SessionGetOutputName, &OrtApi.SessionGetOutputTypeInfo);

    public static OnnxMetadata Metadata(nint session, nint allocator)
    {
        nint metadata;
        OnnxFailures.Check(OrtApi.SessionGetModelMetadata(session, &metadata));
        try
        {
            nint producer, graph, description;
            long version;
            OnnxFailures.Check(OrtApi.ModelMetadataGetProducerName(metadata, allocator, &producer));
            var producerName = OrtApi.Taken(allocator, producer);
            OnnxFailures.Check(OrtApi.ModelMetadataGetGraphName(metadata, allocator, &graph));
            var graphName = OrtApi.Taken(allocator, graph);
            OnnxFailures.Check(OrtApi.ModelMetadataGetDescription(metadata, allocator, &description));
            var text = OrtApi.Taken(allocator, description);
            OnnxFailures.Check(OrtApi.ModelMetadataGetVersion(metadata, &version));
            return new(producerName, graphName, text, version, Custom(metadata, allocator));
        }
        finally
        {
            OrtApi.ReleaseModelMetadata(metadata);
        }
    }

    private static OnnxValueInfo[] Declared(
        nint session, nint allocator, delegate*<nint, nuint*, nint> counted, delegate*<nint, nuint, nint, nint*, nint> named, delegate*<nint, nuint, nint*, nint> typed)
    {
        nuint count;
        OnnxFailures.Check(counted(session, &count));
        var declared = new OnnxValueInfo[count];
        for (var index = 0; index < declared.Length; index++)
        {
            nint name, info;
            OnnxFailures.Check(named(session, (nuint)index, allocator, &name));
            var text = OrtApi.Taken(allocator, name);
            OnnxFailures.Check(typed(session, (nuint)index, &info));
            declared[index] = Owned(text, info, depth: 0);
        }

        return declared;
    }

    private static Dictionary<string, string> Custom(nint metadata, nint allocator)
    {
        nint* keys;
        long count;
        OnnxFailures.Check(OrtApi.ModelMetadataGetCustomMetadataMapKeys(metadata, allocator, &keys, &count));
        var custom = new Dictionary<string, string>();
        for (var index = 0; index < count; index++)
        {
            nint value;
            OnnxFailures.Check(OrtApi.ModelMetadataLookupCustomMetadataMap(metadata, allocator, (byte*)keys[index], &value));
            var text = OrtApi.Taken(allocator, value);
            custom[OrtApi.Taken(allocator, keys[index])] = text;
        }

        if (keys != null)
            OrtApi.ReleaseStatus(OrtApi.AllocatorFree(allocator, keys));
        return custom;
    }

    private static OnnxValueInfo Owned(string name, nint info, int depth)
    {
        try
        {
            return Read(name, info, depth);
        }
        finally
        {
            OrtApi.ReleaseTypeInfo(info);
        }
    }

    private static OnnxValueInfo Read(string name, nint info, int depth)
    {
        int number;
        OnnxFailures.Check(OrtApi.GetOnnxTypeFromTypeInfo(info, &number));
        var kind = depth < Deepest ? (OnnxValueKind)number : OnnxValueKind.Unknown;
        nint inside, element;
        switch (kind)
        {
            case OnnxValueKind.Tensor:
                OnnxFailures.Check(OrtApi.CastTypeInfoToTensorInfo(info, &inside));
                return Tensor(name, inside);
            case OnnxValueKind.Sequence:
                OnnxFailures.Check(OrtApi.CastTypeInfoToSequenceTypeInfo(info, &inside));
                OnnxFailures.Check(OrtApi.GetSequenceElementType(inside, &element));
                return new(name, kind, OnnxElementType.Undefined, [], [], Owned("", element, depth + 1));
            case OnnxValueKind.Map:
                int key;
                OnnxFailures.Check(OrtApi.CastTypeInfoToMapTypeInfo(info, &inside));
                OnnxFailures.Check(OrtApi.GetMapKeyType(inside, &key));
                OnnxFailures.Check(OrtApi.GetMapValueType(inside, &element));
                return new(name, kind, (OnnxElementType)key, [], [], Owned("", element, depth + 1));
            default:
                return new(name, kind, OnnxElementType.Undefined, [], [], null);
        }
    }

    private static OnnxValueInfo Tensor(string name, nint tensor)
    {
        int type;
        nuint rank;
        OnnxFailures.Check(OrtApi.GetTensorElementType(tensor, &type));
        OnnxFailures.Check(OrtApi.GetDimensionsCount(tensor, &rank));
        var dimensions = new long[rank];
        var pointers = new nint[rank];
        fixed (long* sizes = dimensions)
        fixed (nint* names = pointers)
        {
            OnnxFailures.Check(OrtApi.GetDimensions(tensor, sizes, rank));
            OnnxFailures.Check(OrtApi.GetSymbolicDimensions(tensor, names, rank));
        }

        return new(
            name, OnnxValueKind.Tensor, (OnnxElementType)type, dimensions,
            [.. pointers.Select(static text => Marshal.PtrToStringUTF8(text) ?? "")], null);
    }
}
