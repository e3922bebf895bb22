using System.Globalization;
using System.Security.Cryptography;

namespace Orrery.Contracts;

/// <summary>Checks the signatures of many checkpoints; each key is read once.</summary>
internal static class CheckpointSignatures
{
    /// <summary>What is wrong with the first that is not signed as it must be; null when all are.</summary>
    /// <param name="documents">In the order of their sizes.</param>
    /// <param name="keys">Public keys that one trusts.</param>
    public static AuditFault? Fault(IReadOnlyList<AuditCheckpoint> documents, IReadOnlyCollection<AuditKey> keys)
    {
        var open = new Dictionary<string, (AuditKey Key, ECDsa Ecdsa)>(StringComparer.Ordinal);
        try
        {
            foreach (var key in keys)
                open[key.KeyId] = (key, Open(key));
            foreach (var document in documents)
            {
                if (!open.TryGetValue(document.KeyId, out var known))
                {
                    return new(AuditFaults.UnknownKey, document.Size, null, string.Create(
                        CultureInfo.InvariantCulture,
                        $"The checkpoint of size {document.Size} names the key {document.KeyId}, which is not among those trusted. If it is a newer one of the server's, fetch the keys anew ('mlops audit keys --json') by a way that you trust; else it is forged."));
                }

                if (!document.IsSignedBy(known.Key, known.Ecdsa))
                {
                    return new(AuditFaults.Forged, document.Size, null, string.Create(
                        CultureInfo.InvariantCulture, $"The checkpoint of size {document.Size} is not signed by a key that was good then (key {document.KeyId})."));
                }
            }

            return null;
        }
        finally
        {
            foreach (var (_, ecdsa) in open.Values)
                ecdsa.Dispose();
        }
    }

    // A key that cannot be read has signed nothing.
    private static ECDsa Open(AuditKey key)
    {
        var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        try
        {
            ecdsa.ImportSubjectPublicKeyInfo(Convert.FromBase64String(key.PublicKey), out _);
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            ecdsa.GenerateKey(ECCurve.NamedCurves.nistP256);
        }

        return ecdsa;
    }
}
