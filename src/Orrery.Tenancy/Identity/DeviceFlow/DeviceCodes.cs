using System.Security.Cryptography;
using System.Text;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>
/// The two codes of a program that waits to be let in. The user code is what a person types: eight letters of twenty (34 bits), no vowels,
/// so that it is never a word. The device code is what the program asks with: 256 bits. Stored is neither.
/// </summary>
internal static class DeviceCodes
{
    public const string Alphabet = "BCDFGHJKLMNPQRSTVWXZ";
    private const int Half = 4;
    private const int SecretBytes = 32;
    private const string Owner = "device-code";

    /// <summary>A new user code, as <c>BCDF-GHJK</c>.</summary>
    public static string NewUserCode() => Written(RandomNumberGenerator.GetString(Alphabet, 2 * Half));

    public static string NewDeviceCode() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>A user code as a person typed it, in any case and with any spaces or dashes; null when it cannot be one.</summary>
    public static string? Read(string? typed)
    {
        if (typed is not { Length: <= 40 })
            return null;
        var letters = new string([.. typed.Where(static letter => letter is not (' ' or '-' or '\u2013' or '_')).Select(char.ToUpperInvariant)]);
        return letters.Length == 2 * Half && letters.All(Alphabet.Contains) ? Written(letters) : null;
    }

    public static byte[] HashOfDeviceCode(string code) => SHA256.HashData(Encoding.UTF8.GetBytes(code));

    public static byte[] HashOfUserCode(SecretBox box, string code) => box.Code(code, workspace: 0, Owner);

    private static string Written(string letters) => $"{letters[..Half]}-{letters[Half..]}";
}
