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

    /// <summary>Path of a file under the server's root, with the begin of its SHA-256.</summary>
    public static string Path(string name) => $"/assets/{Files[name].Value.Tag}/{name}";

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
        headers.CacheControl = tag == asset.Tag ? "public, max-age=31536000, immutable" : "no-cache";
        headers.Vary = "Accept-Encoding";
        headers.XContentTypeOptions = "nosniff";
        context.Response.ContentType = name.EndsWith(".css", StringComparison.Ordinal) ? "text/css; charset=utf-8" : "text/javascript; charset=utf-8";
        var body = asset.Plain;
        if (context.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.Ordinal))
            (body, headers.ContentEncoding) = (asset.Brotli, "br");
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    private sealed record Asset(byte[] Plain, byte[] Brotli, string Tag)
    {
        public static Asset Of(string resource)
        {
            using var stream = typeof(WebAssets).Assembly.GetManifestResourceStream(resource)!;
            var plain = new byte[stream.Length];
            stream.ReadExactly(plain);
            using var packed = new MemoryStream();
            using (var brotli = new BrotliStream(packed, CompressionLevel.Optimal, leaveOpen: true))
                brotli.Write(plain);
            return new(plain, packed.ToArray(), Convert.ToHexStringLower(SHA256.HashData(plain))[..12]);
        }
    }
}
