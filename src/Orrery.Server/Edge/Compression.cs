using System.IO.Compression;
using System.Net;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.Options;

namespace Orrery.Server;

/// <summary>Compresses JSON and text on its way to other machines.</summary>
internal static class Compression
{
    public static void AddCompression(this WebApplicationBuilder builder, HttpOptions options)
    {
        if (options.Compression is CompressionUse.Never)
            return;
        builder.Services.AddResponseCompression(compression =>
        {
            compression.EnableForHttps = true;
            compression.MimeTypes = ["application/json", "application/problem+json", "text/plain", "text/html", "text/css", "text/javascript", "text/csv", "image/svg+xml"];
        });
        builder.Services.Configure<BrotliCompressionProviderOptions>(brotli => brotli.Level = CompressionLevel.Fastest);
        builder.Services.Configure<GzipCompressionProviderOptions>(gzip => gzip.Level = CompressionLevel.Fastest);
        builder.Services.AddSingleton<IResponseCompressionProvider, WorthwhileCompression>();
    }

    public static void UseCompression(this WebApplication app)
    {
        if (app.Services.GetRequiredService<ServerOptions>().Http.Compression is not CompressionUse.Never)
            app.UseResponseCompression();
    }
}

/// <summary>Leaves out what is not worth it, or not safe.</summary>
internal sealed class WorthwhileCompression(IServiceProvider services, IOptions<ResponseCompressionOptions> options, ServerOptions server)
    : ResponseCompressionProvider(services, options), IResponseCompressionProvider
{
    private const int Worthwhile = 1024;
    private readonly bool _loopbackToo = server.Http.Compression is CompressionUse.Always;

    bool IResponseCompressionProvider.CheckRequestAcceptsCompression(HttpContext context) =>
        (_loopbackToo || !IsLoopback(context.Connection.RemoteIpAddress)) && CheckRequestAcceptsCompression(context);

    public override bool ShouldCompressResponse(HttpContext context)
    {
        var response = context.Response;
        if (response.ContentLength < Worthwhile)
            return false;
        // The length of compressed pages gives secrets in them away to who can add to them (BREACH); JSON answers carry none.
        if (context.Request.IsHttps && response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) is true)
            return false;
        return base.ShouldCompressResponse(context);
    }

    private static bool IsLoopback(IPAddress? address) => address is null || IPAddress.IsLoopback(address);
}
