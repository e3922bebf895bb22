using System.Buffers.Binary;
using Orrery.Tenancy;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>What is kept of a password.</summary>
public sealed class PasswordHashTests
{
    [Fact]
    public void It_is_PBKDF2_with_HMAC_SHA512_and_as_many_rounds_as_OWASP_asks()
    {
        var hash = Convert.FromBase64String(Passwords.Hash("correct horse battery staple"));

        // ASP.NET Identity's third format: 1, the function (2: HMAC-SHA512), the rounds, the length of the salt.
        Assert.Equal(1, hash[0]);
        Assert.Equal(2u, BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(1)));
        Assert.Equal(210_000u, BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(5)));
        Assert.Equal(16u, BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(9)));
    }
}
