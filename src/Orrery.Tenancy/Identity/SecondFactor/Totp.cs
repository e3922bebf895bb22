using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Orrery.Tenancy;

/// <summary>Time-based one-time codes, RFC 6238 with HMAC-SHA-1 and steps of 30 seconds: what every authenticator knows.</summary>
internal static class Totp
{
    public const int SecretBytes = 20;
    public const int Digits = 6;
    public const int StepSeconds = 30;

    // Clocks differ, and people type slowly.
    private const int Window = 1;

    public static byte[] NewSecret() => RandomNumberGenerator.GetBytes(SecretBytes);

    /// <summary>Number of the 30 seconds that a moment lies in, since 1970.</summary>
    public static long StepOf(DateTimeOffset at) => at.ToUnixTimeSeconds() / StepSeconds;

    /// <summary>The code of a step.</summary>
    /// <param name="secret">Any length.</param>
    /// <param name="step">As <see cref="StepOf"/> counts.</param>
    /// <param name="digits">1 to 9.</param>
    [SuppressMessage("Security", "CA5350", Justification = "RFC 6238 and the authenticators have HMAC with SHA-1, which is not broken as SHA-1 alone is.")]
    public static string Code(ReadOnlySpan<byte> secret, long step, int digits = Digits)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> mac = stackalloc byte[HMACSHA1.HashSizeInBytes];
        HMACSHA1.HashData(secret, counter, mac);
        var truncated = BinaryPrimitives.ReadInt32BigEndian(mac[(mac[^1] & 0xF)..]) & int.MaxValue;
        return (truncated % Power(digits)).ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0');
    }

    /// <summary>The step whose code this is: now's, the one before or the one after, if it comes after the last that was taken.</summary>
    /// <param name="secret">Of the person.</param>
    /// <param name="code">As typed, without spaces.</param>
    /// <param name="now">By this server's clock.</param>
    /// <param name="after">Step of the last code that was taken.</param>
    /// <returns>Null for a wrong code, and for one of a step that is used up.</returns>
    public static long? Match(ReadOnlySpan<byte> secret, string code, DateTimeOffset now, long after)
    {
        var sent = Encoding.UTF8.GetBytes(code);
        long? found = null;
        for (var step = StepOf(now) - Window; step <= StepOf(now) + Window; step++)
        {
            if (CryptographicOperations.FixedTimeEquals(sent, Encoding.UTF8.GetBytes(Code(secret, step))) && step > after)
                found ??= step;
        }

        return found;
    }

    /// <summary>What an authenticator reads from a QR code.</summary>
    public static string Uri(string name, string secret) =>
        $"otpauth://totp/Orrery:{System.Uri.EscapeDataString(name)}?secret={secret}&issuer=Orrery&algorithm=SHA1&digits={Digits}&period={StepSeconds}";

    private static int Power(int digits)
    {
        var power = 1;
        for (var i = 0; i < digits; i++)
            power *= 10;
        return power;
    }
}
