using System.Security.Cryptography;

namespace Orrery.Tenancy;

/// <summary>Random text of digits and letters.</summary>
internal static class Base62
{
    public const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    public static string Random(int length) => RandomNumberGenerator.GetString(Alphabet, length);

    /// <summary>A new id: the prefix and 22 characters, 131 bits.</summary>
    public static string NewId(string prefix) => prefix + Random(22);
}
