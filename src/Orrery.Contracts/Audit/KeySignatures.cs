using System.Security.Cryptography;

namespace Orrery.Contracts;

/// <summary>Checks single documents that are signed by the keys of the audit trail; many checkpoints at once: <see cref="CheckpointSignatures"/>.</summary>
internal static class KeySignatures
{
    /// <summary>Whether the key of that id is among those trusted, was good then, and signed the document (ECDSA P-256 with SHA-256).</summary>
    /// <param name="keys">Public keys that one trusts.</param>
    /// <param name="keyId">Which one the document names.</param>
    /// <param name="at">When it says that it was signed, Unix milliseconds.</param>
    /// <param name="document">What is signed.</param>
    /// <param name="signature">As text.</param>
    /// <param name="decode">Reads that text.</param>
    public static bool Holds(IEnumerable<AuditKey> keys, string keyId, long at, byte[] document, string signature, Func<string, byte[]> decode)
    {
        ArgumentNullException.ThrowIfNull(keys);
        if (keys.FirstOrDefault(one => one.KeyId == keyId) is not { } key || at < key.NotBefore || at > key.NotAfter)
            return false;
        try
        {
            using var ecdsa = ECDsa.Create();
            ecdsa.ImportSubjectPublicKeyInfo(Convert.FromBase64String(key.PublicKey), out _);
            return ecdsa.VerifyData(document, decode(signature), HashAlgorithmName.SHA256);
        }
        catch (Exception broken) when (broken is CryptographicException or FormatException)
        {
            return false;
        }
    }
}
