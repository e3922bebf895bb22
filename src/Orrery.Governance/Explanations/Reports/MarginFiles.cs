using System.Globalization;
using System.Security.Cryptography;
using Orrery.Kernel;
using Orrery.Registry;
using Orrery.Serving;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>Reads the trees or weights of versions from their ONNX files, as the registry keeps them.</summary>
internal sealed class MarginFiles(Packages packages, IBlobs blobs)
{
    private const long MostBytes = 512L << 20;

    /// <summary>The model; null, and why, when its values have no closed form.</summary>
    public async ValueTask<Result<(MarginModel? Model, string? Reason)>> ReadAsync(Actor actor, ScoredVersion version, CancellationToken cancel)
    {
        if (version.Runtime != "onnx")
            return (null, "its files are no ONNX");
        if (version.Inputs.Any(static input => input.IsText))
            return (null, "it takes texts");
        if ((await packages.GetAsync(actor, version.Model, version.Version.ToString(CultureInfo.InvariantCulture), cancel)).Failed(out var refused, out var package))
            return refused;
        var file = package.Files.FirstOrDefault(one => one.Path == version.Entry);
        if (file is null || package.Sha256 != version.Sha256 || file.Size > MostBytes || await blobs.OpenAsync($"{package.Folder}/{file.Path}", null, cancel) is not { } blob)
            return (null, "its file cannot be read");
        await using (blob)
        {
            using var content = new MemoryStream((int)file.Size);
            await blob.Stream.CopyToAsync(content, cancel);
            var bytes = content.GetBuffer().AsSpan(0, (int)content.Length);
            if (Convert.ToHexStringLower(SHA256.HashData(bytes)) != file.Sha256)
                return (null, "its file is not what was registered");
            return (OnnxMargins.Find(bytes, version.Widths, out var reason), reason);
        }
    }
}
