using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Orrery.Server;

/// <summary>The certificate in use, read again when its file has changed; looked at every few seconds, not per connection. Thread-safe.</summary>
internal sealed class Certificate(TlsOptions options, TimeProvider time, ILogger<Certificate> logger)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5);
    private readonly Lock _lock = new();
    private SslStreamCertificateContext? _current;
    private DateTime _written;
    private long _looked;

    /// <summary>The certificate with its issuers.</summary>
    /// <exception cref="CryptographicException">There is none yet, and the files cannot be used.</exception>
    public SslStreamCertificateContext Current()
    {
        lock (_lock)
        {
            if (_current is not null && time.GetElapsedTime(_looked) < LookAgain)
                return _current;
            _looked = time.GetTimestamp();
            var written = LastWritten();
            if (_current is null || written != _written)
                Load(written);
            return _current!;
        }
    }

    private DateTime LastWritten()
    {
        var (certificate, key) = (File.GetLastWriteTimeUtc(options.CertificatePath), File.GetLastWriteTimeUtc(options.KeyPath));
        return certificate > key ? certificate : key;
    }

    private void Load(DateTime written)
    {
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(options.CertificatePath);
            var certificate = X509Certificate2.CreateFromPemFile(options.CertificatePath, options.KeyPath);
            _current = SslStreamCertificateContext.Create(certificate, chain, offline: true);
            _written = written;
            Log.CertificateLoaded(logger, certificate.Subject, certificate.NotAfter.ToUniversalTime());
        }
        catch (Exception e) when (_current is not null && e is (IOException or UnauthorizedAccessException or CryptographicException))
        {
            // A renewal writes two files, one after the other: until both fit, the old pair serves.
            Log.CertificateUnusable(logger, e, options.CertificatePath);
        }
    }
}
