using System.Text.Json;
using Orrery.Contracts;

namespace Orrery.Governance;

/// <summary>A revision of a policy as it is kept.</summary>
/// <param name="Name">Of the policy.</param>
/// <param name="Revision">From 1.</param>
/// <param name="IsEnabled">Whether it is in force.</param>
/// <param name="Pack">That it came of; null for none.</param>
/// <param name="Sha256">Of the body.</param>
/// <param name="Body">Canonical JSON.</param>
/// <param name="Note">Why it was changed.</param>
/// <param name="ChangedBy">Who.</param>
/// <param name="ChangedAt">Unix milliseconds.</param>
internal sealed record PolicyRow(string Name, long Revision, bool IsEnabled, string? Pack, string Sha256, string Body, string? Note, string ChangedBy, long ChangedAt)
{
    public PolicyDocument Document() => JsonSerializer.Deserialize(Body, OrreryJson.TypeOf<PolicyDocument>())!;

    public PolicyInfo Wire() => new()
    {
        Name = Name,
        Revision = Revision,
        Enabled = IsEnabled,
        Pack = Pack,
        Sha256 = Sha256,
        Policy = Document(),
        Note = Note,
        ChangedBy = ChangedBy,
        ChangedAt = DateTimeOffset.FromUnixTimeMilliseconds(ChangedAt),
    };
}
