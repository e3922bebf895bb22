using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Orrery.Server;

/// <summary>Certificate of the https addresses; TLS 1.2 and 1.3. Section <c>Orrery:Tls</c>. Renewed files are taken up without a restart.</summary>
internal sealed class TlsOptions
{
    /// <summary>PEM file: the server's certificate, then those of its issuers. Empty: no https.</summary>
    public string CertificatePath { get; set; } = "";

    /// <summary>PEM file of the certificate's private key.</summary>
    public string KeyPath { get; set; } = "";

    public bool IsSet => CertificatePath.Length > 0;

    public IEnumerable<string> Problems()
    {
        if (IsSet != KeyPath.Length > 0)
            return ["Orrery:Tls needs both CertificatePath and KeyPath, or neither."];
        if (!IsSet)
            return [];
        try
        {
            X509Certificate2.CreateFromPemFile(CertificatePath, KeyPath).Dispose();
            return [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            return [$"Orrery:Tls: the certificate '{CertificatePath}' with the key '{KeyPath}' cannot be used: {e.Message}"];
        }
    }
}
