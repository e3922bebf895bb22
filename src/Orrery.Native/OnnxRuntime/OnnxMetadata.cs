namespace Orrery.Native;

/// <summary>What the model file says of itself.</summary>
/// <param name="Producer">Tool that wrote it, such as <c>skl2onnx</c>.</param>
/// <param name="Graph">Name of its graph.</param>
/// <param name="Description">Free text.</param>
/// <param name="Version">The model's own number; 0 when it has none.</param>
/// <param name="Custom">Its <c>metadata_props</c>.</param>
public sealed record OnnxMetadata(string Producer, string Graph, string Description, long Version, IReadOnlyDictionary<string, string> Custom);
