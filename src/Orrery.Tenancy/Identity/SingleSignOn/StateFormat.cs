using System.Buffers.Text;
using Microsoft.AspNetCore.Authentication;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>
/// What a sign-in under way must remember (PKCE's verifier, the nonce, which browser, where to go on), as the parameter <c>state</c>:
/// sealed with the key of secrets, so that any server of the database can go on with what another began. Good for 15 minutes.
/// </summary>
internal sealed class StateFormat(SecretBox box, TimeProvider time) : ISecureDataFormat<AuthenticationProperties>
{
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);
    private const string Owner = "single-sign-on state";
    private const int LongestText = 16 * 1024;

    public string Protect(AuthenticationProperties data) =>
        Base64Url.EncodeToString(box.Seal(Convert.ToBase64String(PropertiesSerializer.Default.Serialize(data)), workspace: 0, Owner));

    public string Protect(AuthenticationProperties data, string? purpose) => Protect(data);

    public AuthenticationProperties? Unprotect(string? protectedText)
    {
        if (protectedText is not { Length: > 0 and <= LongestText } || !Base64Url.IsValid(protectedText)
            || box.Open(Base64Url.DecodeFromChars(protectedText), workspace: 0, Owner) is not { } text)
            return null;
        return PropertiesSerializer.Default.Deserialize(Convert.FromBase64String(text)) is { IssuedUtc: { } began } properties && time.GetUtcNow() - began < Longest
            ? properties
            : null;
    }

    public AuthenticationProperties? Unprotect(string? protectedText, string? purpose) => Unprotect(protectedText);
}
