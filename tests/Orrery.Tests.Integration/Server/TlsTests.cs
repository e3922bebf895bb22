using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Orrery.Server;
using Xunit;

namespace Orrery.Tests.Integration;

public sealed class TlsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    private string CertificatePath => Path.Combine(_folder.FullName, "tls.crt");

    private string KeyPath => Path.Combine(_folder.FullName, "tls.key");

    [Fact]
    public async Task Https_is_served_with_the_configured_certificate_over_http_2()
    {
        Write("first");
        await using var server = await EdgeServer.StartAsync(
            _ => { }, ["--urls", "https://127.0.0.1:0", "--tls-certificate", CertificatePath, "--tls-key", KeyPath]);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var answer = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(HttpVersion.Version20, answer.Version);
        Assert.Equal("CN=first", await SubjectAsync(server.Address.Port, SslProtocols.Tls13));
        Assert.Equal("CN=first", await SubjectAsync(server.Address.Port, SslProtocols.Tls12));
    }

    [Fact]
    public void A_renewed_certificate_is_taken_up_and_a_broken_one_is_not()
    {
        var time = new ManualTime();
        Write("first");
        var certificate = new Certificate(new TlsOptions { CertificatePath = CertificatePath, KeyPath = KeyPath }, time, NullLogger<Certificate>.Instance);
        Assert.Equal("CN=first", certificate.Current().TargetCertificate.Subject);

        Write("second");
        Touch(TimeSpan.FromMinutes(1));
        Assert.Equal("CN=first", certificate.Current().TargetCertificate.Subject);
        time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal("CN=second", certificate.Current().TargetCertificate.Subject);

        File.WriteAllText(CertificatePath, "nonsense");
        Touch(TimeSpan.FromMinutes(2));
        time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal("CN=second", certificate.Current().TargetCertificate.Subject);
    }

    [Fact]
    public void A_key_of_another_certificate_is_a_problem_at_the_start()
    {
        Write("first");
        var key = File.ReadAllText(KeyPath);
        Write("second");
        File.WriteAllText(KeyPath, key);
        Assert.Single(new TlsOptions { CertificatePath = CertificatePath, KeyPath = KeyPath }.Problems());
        Assert.Single(new TlsOptions { CertificatePath = CertificatePath }.Problems());
        Assert.Single(new TlsOptions { CertificatePath = "/no/such", KeyPath = KeyPath }.Problems());
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static async Task<string> SubjectAsync(int port, SslProtocols protocol)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        await using var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            EnabledSslProtocols = protocol,
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject is "CN=first",
        });
        return tls.RemoteCertificate!.Subject;
    }

    private void Write(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllText(CertificatePath, certificate.ExportCertificatePem());
        File.WriteAllText(KeyPath, key.ExportPkcs8PrivateKeyPem());
    }

    private void Touch(TimeSpan later) => File.SetLastWriteTimeUtc(CertificatePath, TimeProvider.System.GetUtcNow().UtcDateTime + later);

    private sealed class ManualTime : TimeProvider
    {
        private long _ticks = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan span) => _ticks += span.Ticks;
    }
}
