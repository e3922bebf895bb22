using System.IO.Compression;
using Microsoft.AspNetCore.Http;

namespace Orrery.Serving;

/// <summary>Bodies that come compressed: gzip and deflate (zlib), as HTTP and gRPC name them.</summary>
internal static class BodyCoding
{
    /// <summary>What may be sent, beside what is not compressed at all.</summary>
    public const string Names = "gzip, deflate";

    /// <summary>Unpacks a prediction's body when <c>Content-Encoding</c> says that it is compressed.</summary>
    /// <exception cref="RefusedException">By a coding that is not known (415), or it has more than may be (413).</exception>
    /// <exception cref="TensorException">It is broken.</exception>
    public static void Open(HttpContext context, Prediction prediction)
    {
        var coding = context.Request.Headers.ContentEncoding;
        if (coding.Count == 0)
            return;
        if (!IsPlain(coding.ToString()) && !IsKnown(coding.ToString()))
            throw new RefusedException(StatusCodes.Status415UnsupportedMediaType, $"Content-Encoding is '{coding}'; it may be {Names}.");
        if (!IsPlain(coding.ToString()))
            prediction.Unpack(coding.ToString());
    }

    public static bool IsPlain(string coding) => coding.Length == 0 || coding.Equals("identity", StringComparison.OrdinalIgnoreCase);

    public static bool IsKnown(string coding) =>
        coding.Equals("gzip", StringComparison.OrdinalIgnoreCase) || coding.Equals("deflate", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads what is packed.</summary>
    public static Stream Reader(string coding, Stream packed) => coding.Equals("gzip", StringComparison.OrdinalIgnoreCase)
        ? new GZipStream(packed, CompressionMode.Decompress)
        : new ZLibStream(packed, CompressionMode.Decompress);
}
