namespace Orrery.Governance;

/// <summary>Names that PyTorch's files of weights need.</summary>
internal static class Tensors
{
    private static readonly HashSet<string> Rebuilds =
    [
        "_rebuild_tensor", "_rebuild_tensor_v2", "_rebuild_tensor_v3", "_rebuild_parameter", "_rebuild_parameter_with_state", "_rebuild_sparse_tensor",
        "_rebuild_qtensor", "_rebuild_meta_tensor_no_storage", "_rebuild_wrapper_subclass",
    ];

    public static bool Allow(string module, string name) => module switch
    {
        "torch" => name is "Size" or "device" or "Tensor" or "bfloat16" or "float16" or "float32" or "float64" or "int8" or "int16" or "int32" or "int64" or "uint8" or "bool"
            || (name.EndsWith("Storage", StringComparison.Ordinal) && !name.Contains('.', StringComparison.Ordinal)),
        "torch._utils" => Rebuilds.Contains(name),
        "torch.storage" => name is "UntypedStorage" or "TypedStorage",
        "torch.nn.parameter" => name is "Parameter",
        _ => false,
    };
}
