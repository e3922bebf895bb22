namespace Orrery.Native;

internal static unsafe partial class OrtApi
{
    public static nint CreateSessionOptions(nint* options) => ((delegate* unmanaged<nint*, nint>)_table[10])(options);

    public static void ReleaseSessionOptions(nint options) => ((delegate* unmanaged<nint, void>)_table[100])(options);

    public static nint SetSessionExecutionMode(nint options, int mode) => ((delegate* unmanaged<nint, int, nint>)_table[13])(options, mode);

    public static nint SetSessionLogSeverityLevel(nint options, int severity) => ((delegate* unmanaged<nint, int, nint>)_table[22])(options, severity);

    public static nint SetSessionGraphOptimizationLevel(nint options, int level) => ((delegate* unmanaged<nint, int, nint>)_table[23])(options, level);

    public static nint SetIntraOpNumThreads(nint options, int threads) => ((delegate* unmanaged<nint, int, nint>)_table[24])(options, threads);

    public static nint SetInterOpNumThreads(nint options, int threads) => ((delegate* unmanaged<nint, int, nint>)_table[25])(options, threads);

    public static nint DisablePerSessionThreads(nint options) => ((delegate* unmanaged<nint, nint>)_table[120])(options);

    public static nint AddSessionConfigEntry(nint options, byte* key, byte* value) =>
        ((delegate* unmanaged<nint, byte*, byte*, nint>)_table[130])(options, key, value);

    /// <summary>The path is UTF-8, and on Windows UTF-16.</summary>
    public static nint CreateSession(nint env, void* path, nint options, nint* session) =>
        ((delegate* unmanaged<nint, void*, nint, nint*, nint>)_table[7])(env, path, options, session);

    public static void ReleaseEnv(nint env) => ((delegate* unmanaged<nint, void>)_table[92])(env);

    public static void ReleaseSession(nint session) => ((delegate* unmanaged<nint, void>)_table[95])(session);

    public static nint SessionGetInputCount(nint session, nuint* count) => ((delegate* unmanaged<nint, nuint*, nint>)_table[30])(session, count);

    public static nint SessionGetOutputCount(nint session, nuint* count) => ((delegate* unmanaged<nint, nuint*, nint>)_table[31])(session, count);

    public static nint SessionGetInputTypeInfo(nint session, nuint index, nint* info) =>
        ((delegate* unmanaged<nint, nuint, nint*, nint>)_table[33])(session, index, info);

    public static nint SessionGetOutputTypeInfo(nint session, nuint index, nint* info) =>
        ((delegate* unmanaged<nint, nuint, nint*, nint>)_table[34])(session, index, info);

    public static nint SessionGetInputName(nint session, nuint index, nint allocator, nint* name) =>
        ((delegate* unmanaged<nint, nuint, nint, nint*, nint>)_table[36])(session, index, allocator, name);

    public static nint SessionGetOutputName(nint session, nuint index, nint allocator, nint* name) =>
        ((delegate* unmanaged<nint, nuint, nint, nint*, nint>)_table[37])(session, index, allocator, name);

    public static nint SessionGetModelMetadata(nint session, nint* metadata) => ((delegate* unmanaged<nint, nint*, nint>)_table[111])(session, metadata);

    public static void ReleaseModelMetadata(nint metadata) => ((delegate* unmanaged<nint, void>)_table[118])(metadata);

    public static nint ModelMetadataGetProducerName(nint metadata, nint allocator, nint* text) =>
        ((delegate* unmanaged<nint, nint, nint*, nint>)_table[112])(metadata, allocator, text);

    public static nint ModelMetadataGetGraphName(nint metadata, nint allocator, nint* text) =>
        ((delegate* unmanaged<nint, nint, nint*, nint>)_table[113])(metadata, allocator, text);

    public static nint ModelMetadataGetDescription(nint metadata, nint allocator, nint* text) =>
        ((delegate* unmanaged<nint, nint, nint*, nint>)_table[115])(metadata, allocator, text);

    public static nint ModelMetadataGetVersion(nint metadata, long* version) => ((delegate* unmanaged<nint, long*, nint>)_table[117])(metadata, version);

    public static nint ModelMetadataGetCustomMetadataMapKeys(nint metadata, nint allocator, nint** keys, long* count) =>
        ((delegate* unmanaged<nint, nint, nint**, long*, nint>)_table[123])(metadata, allocator, keys, count);

    public static nint ModelMetadataLookupCustomMetadataMap(nint metadata, nint allocator, byte* key, nint* value) =>
        ((delegate* unmanaged<nint, nint, byte*, nint*, nint>)_table[116])(metadata, allocator, key, value);

    public static nint Run(nint session, nint options, nint* inputNames, nint* inputs, nuint inputCount, nint* outputNames, nuint outputCount, nint* outputs) =>
        ((delegate* unmanaged<nint, nint, nint*, nint*, nuint, nint*, nuint, nint*, nint>)_table[9])(
            session, options, inputNames, inputs, inputCount, outputNames, outputCount, outputs);

    public static nint CreateRunOptions(nint* options) => ((delegate* unmanaged<nint*, nint>)_table[39])(options);

    public static void ReleaseRunOptions(nint options) => ((delegate* unmanaged<nint, void>)_table[97])(options);

    public static nint RunOptionsSetTerminate(nint options) => ((delegate* unmanaged<nint, nint>)_table[46])(options);

    public static nint RunOptionsUnsetTerminate(nint options) => ((delegate* unmanaged<nint, nint>)_table[47])(options);
}
