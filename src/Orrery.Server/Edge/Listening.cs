using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Orrery.Server;

/// <summary>Kestrel: where it listens and what it takes.</summary>
internal static class Listening
{
    public static void AddListening(this WebApplicationBuilder builder, ServerOptions options)
    {
        if (options.Tls.IsSet)
            builder.Services.AddSingleton(options.Tls).AddSingleton<Certificate>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownTimeout + options.DrainDelay);
        // Reading at once saves a system call a request; a connection that waits then holds a buffer of 4 KiB.
        builder.WebHost.UseSockets(static sockets => sockets.WaitForDataBeforeAllocatingBuffer = false);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            Limit(kestrel.Limits, options.Http);
            foreach (var binding in Bindings.Parse(options.Urls))
                Listen(kestrel, binding, binding.IsHttps ? HttpProtocols.Http1AndHttp2 : HttpProtocols.Http1);
            // Without TLS nobody can say which HTTP they speak: gRPC has addresses of its own.
            foreach (var binding in Bindings.Parse(options.GrpcUrls))
                Listen(kestrel, binding, HttpProtocols.Http2);
        });
    }

    private static void Limit(KestrelServerLimits limits, HttpOptions options)
    {
        limits.MaxRequestBodySize = options.MaxRequestBody;
        limits.MaxRequestLineSize = (int)options.MaxRequestLine;
        limits.MaxRequestHeadersTotalSize = (int)options.MaxRequestLine;
        limits.MaxRequestBufferSize = Math.Max(1024 * 1024, options.MaxRequestLine * 2);
        limits.KeepAliveTimeout = options.KeepAlive;
        limits.RequestHeadersTimeout = options.HeadersTimeout;
        limits.Http2.MaxRequestHeaderFieldSize = (int)options.MaxRequestLine;
    }

    private static void Listen(KestrelServerOptions kestrel, Binding binding, HttpProtocols protocols)
    {
        void Configure(ListenOptions listen)
        {
            listen.Protocols = protocols;
            if (binding.IsHttps)
                listen.UseHttps(Tls(kestrel.ApplicationServices.GetRequiredService<Certificate>()));
        }

        if (binding.Address.IsUnixPipe)
            kestrel.ListenUnixSocket(binding.Address.UnixPipePath, Configure);
        else if (binding.IsLocalhost)
            kestrel.ListenLocalhost(binding.Address.Port, Configure);
        else if (binding.Ip is { } ip)
            kestrel.Listen(ip, binding.Address.Port, Configure);
        else
            kestrel.ListenAnyIP(binding.Address.Port, Configure);
    }

    private static TlsHandshakeCallbackOptions Tls(Certificate certificate) => new()
    {
        OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
        {
            ServerCertificateContext = certificate.Current(),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        }),
    };
}
