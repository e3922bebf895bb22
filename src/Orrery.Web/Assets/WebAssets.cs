using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Orrery.Web;

/// <summary>Files for browsers, from the assembly; named by their content, so that a browser keeps them for good.</summary>
internal static class WebAssets
{
    private const string Prefix = "web/";
    private static readonly FrozenDictionary<string, Lazy<Asset>> Files = typeof(WebAssets).Assembly.GetManifestResourceNames().Where(static name => name.StartsWith(Prefix, StringComparison.Ordinal))
        .ToFrozenDictionary(static name => name[Prefix.Length..], static name => new Lazy<Asset>(() => Asset.Of(name)));


    // One for all of them: scripts that import one another by their names stay in it.
    private static readonly Lazy<string> Tag = new(static () => Convert.ToHexStringLower(SHA256.HashData([.. Files.OrderBy(static one => one.Key, StringComparer.Ordinal).SelectMany(static one => SHA256.HashData(one.Value.Value.Plain))]))[..12]);

    /// <summary>Path of a file under the server's root, with the begin of a SHA-256 over all files.</summary>
    public static string Path(string name) => Files.ContainsKey(name) ? $"/assets/{Tag.Value}/{name}" : throw new ArgumentException($"There is no file {name}.", nameof(name));

    /// <summary>Answers a file. Another tag than the present one is answered too, and not kept: the page that named it is older than the server.</summary>
    public static async Task AnswerAsync(HttpContext context, string tag, string name)
    {
        if (!Files.TryGetValue(name, out var file))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var asset = file.Value;
        var headers = context.Response.Headers;
        headers.CacheControl = tag == Tag.Value ? "public, max-age=31536000, immutable" : "no-cache";
        headers.Vary = "Accept-Encoding";
        headers.XContentTypeOptions = "nosniff";
        context.Response.ContentType = System.IO.Path.GetExtension(name) switch
        {
            ".css" => "text/css; charset=utf-8",
            ".svg" => "image/svg+xml",
            _ => "text/javascript; charset=utf-8",
        };
        var body = asset.Plain;
        if (context.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.Ordinal))
            (body, headers.ContentEncoding) = (asset.Brotli, "br");
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    private sealed class Asset(byte[] plain)
    {
        private readonly Lazy<byte[]> _brotli = new(() => Packed(plain));

        public byte[] Plain => plain;

        public byte[] Brotli => _brotli.Value;

        public static Asset Of(string resource)
        {
            using var stream = typeof(WebAssets).Assembly.GetManifestResourceStream(resource)!;
            var plain = new byte[stream.Length];
            stream.ReadExactly(plain);
            return new(plain);
        }

        private static byte[] Packed(byte[] plain)
        {
            using var packed = new MemoryStream();
            using (var brotli = new BrotliStream(packed, CompressionLevel.Optimal, leaveOpen: true))
                brotli.Write(plain);
            return packed.ToArray();
        }
    }
}
