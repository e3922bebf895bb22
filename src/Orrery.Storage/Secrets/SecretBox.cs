using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Orrery.Storage;

/// <summary>
/// Encrypts secrets at rest: AES-256-GCM, a fresh nonce each time, bound to what the secret belongs to, so that one moved to
/// another row does not open. Layout: version (1 byte, 1), nonce (12), tag (16), ciphertext. Thread-safe.
/// </summary>
public sealed class SecretBox(byte[] key)
{
    /// <summary>Length of the key.</summary>
    public const int KeyBytes = 32;
    private const byte Version = 1;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    /// <summary>Encrypts a secret.</summary>
    /// <param name="secret">In the clear.</param>
    /// <param name="workspace">It belongs to.</param>
    /// <param name="owner">Id of what it belongs to.</param>
    public byte[] Seal(string secret, long workspace, string owner)
    {
        var clear = Encoding.UTF8.GetBytes(secret);
        var box = new byte[1 + NonceBytes + TagBytes + clear.Length];
        box[0] = Version;
        var nonce = box.AsSpan(1, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(nonce, clear, box.AsSpan(1 + NonceBytes + TagBytes), box.AsSpan(1 + NonceBytes, TagBytes), Context(workspace, owner));
        CryptographicOperations.ZeroMemory(clear);
        return box;
    }

    /// <summary>A code that tells a text from others and cannot be turned back without the key (HMAC-SHA-256), the same each time.</summary>
    /// <param name="text">What is not to be told.</param>
    /// <param name="workspace">Whose it is.</param>
    /// <param name="owner">What it is for: codes of different owners cannot be compared.</param>
    /// <returns>32 bytes.</returns>
    public byte[] Code(string text, long workspace, string owner) =>
        HMACSHA256.HashData(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(FormattableString.Invariant($"code/{workspace}/{owner}"))), Encoding.UTF8.GetBytes(text));

    /// <summary>Decrypts a secret.</summary>
    /// <returns>Null when it was not sealed with this key for this owner.</returns>
    public string? Open(byte[] box, long workspace, string owner)
    {
        if (box.Length < 1 + NonceBytes + TagBytes || box[0] != Version)
            return null;
        var clear = new byte[box.Length - 1 - NonceBytes - TagBytes];
        using var aes = new AesGcm(key, TagBytes);
        try
        {
            aes.Decrypt(
                box.AsSpan(1, NonceBytes), box.AsSpan(1 + NonceBytes + TagBytes), box.AsSpan(1 + NonceBytes, TagBytes), clear, Context(workspace, owner));
            return Encoding.UTF8.GetString(clear);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(clear);
        }
    }

    private static byte[] Context(long workspace, string owner)
    {
        var context = new byte[8 + Encoding.UTF8.GetByteCount(owner)];
        BinaryPrimitives.WriteInt64BigEndian(context, workspace);
        Encoding.UTF8.GetBytes(owner, context.AsSpan(8));
        return context;
    }
}
