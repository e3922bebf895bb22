namespace Orrery.Client;

/// <summary>How far a transfer is.</summary>
/// <param name="Files">Files done.</param>
/// <param name="FilesTotal">Files in all.</param>
/// <param name="Bytes">Bytes done.</param>
/// <param name="BytesTotal">Bytes in all; null while unknown.</param>
/// <param name="Path">The file that moved last.</param>
public readonly record struct TransferProgress(int Files, int FilesTotal, long Bytes, long? BytesTotal, string Path);
