namespace Orrery.Governance;

/// <summary>A scan as it is stored.</summary>
internal sealed record ScanRow(string Id, string Sha256, string Rules, string Model, long Version, ScanDocument Document, string CreatedBy, long CreatedAt);

/// <summary>A finding that was accepted.</summary>
internal sealed record AcceptedFinding(string Fingerprint, string Reason, long? Until, string By);
