namespace Orrery.Contracts;

/// <summary>Body of <c>POST mlflow-artifacts/mpu/create/{folder}</c>.</summary>
/// <param name="Path">Name of the file in the folder.</param>
/// <param name="NumParts">Parts to upload.</param>
public sealed record CreateMultipartUpload(string Path, long NumParts);

/// <summary>Answer of <c>mpu/create</c>.</summary>
public sealed record MultipartUpload
{
    /// <summary>Identifies the upload.</summary>
    public string? UploadId { get; init; }

    /// <summary>Where each part goes.</summary>
    public IReadOnlyList<MultipartUploadCredential> Credentials { get => field ?? []; init; }
}

/// <summary>Where one part of an upload goes, by <c>PUT</c>.</summary>
public sealed record MultipartUploadCredential
{
    /// <summary>Address to send the part to.</summary>
    public required string Url { get; init; }

    /// <summary>Counted from 1.</summary>
    public long PartNumber { get; init; }

    /// <summary>Headers to send with it.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }
}

/// <summary>A part that was sent.</summary>
public sealed record MultipartUploadPart
{
    /// <summary>Counted from 1.</summary>
    public long PartNumber { get; init; }

    /// <summary>The <c>ETag</c> that the part was answered with.</summary>
    public string? Etag { get; init; }

    /// <summary>The address it was sent to.</summary>
    public string? Url { get; init; }
}

/// <summary>Body of <c>POST mlflow-artifacts/mpu/complete/{folder}</c> and, without parts, of <c>mpu/abort</c>.</summary>
public sealed record FinishMultipartUpload
{
    /// <summary>Name of the file in the folder.</summary>
    public required string Path { get; init; }

    /// <summary>The upload.</summary>
    public string? UploadId { get; init; }

    /// <summary>All parts, in order.</summary>
    public IReadOnlyList<MultipartUploadPart> Parts { get => field ?? []; init; }
}
