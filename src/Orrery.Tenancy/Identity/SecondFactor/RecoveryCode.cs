using System.Security.Cryptography;
using System.Text;

namespace Orrery.Tenancy;

/// <summary>Codes for the day the authenticator is lost: 80 random bits in four groups, each good once.</summary>
internal static class RecoveryCode
{
    public const int Count = 10;
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    private const int Length = 16;
    private const int Group = 4;

    public static string New() => string.Join('-', RandomNumberGenerator.GetString(Alphabet, Length).Chunk(Group).Select(static part => new string(part)));

    /// <summary>A code as typed, without what people put between its parts.</summary>
    public static string Normal(string typed) =>
        string.Concat(typed.Where(static c => c is not ('-' or ' '))).ToLowerInvariant();

    /// <summary>True for what may be a recovery code; a code of an authenticator is shorter.</summary>
    public static bool IsMeant(string normal) => normal.Length == Length;

    /// <summary>What is stored. The code is random, so that a fast hash is enough.</summary>
    public static byte[] Hash(string principal, string normal) => SHA256.HashData(Encoding.UTF8.GetBytes($"{principal}:{normal}"));
}
