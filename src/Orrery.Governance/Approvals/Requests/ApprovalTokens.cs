using System.Buffers.Text;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>Signs tokens in the transaction that approves: there is no approval without a token, nor a token without one.</summary>
internal sealed class ApprovalTokens(Db db, DocumentSigner signer, TimeProvider time)
{
    private const string KeyEnded = "audit.key_ended";
    private const int Attempts = 3;

    /// <summary>Signs the token of an approval, and has it written.</summary>
    /// <param name="token">Without time, key and signature; its <c>UseBy</c> and <c>NotAfter</c> are counted from now.</param>
    /// <param name="write">Given the transaction and the signed token.</param>
    /// <param name="cancel">Stops before the commit.</param>
    public async ValueTask<Result<Done>> SignAsync(ApprovalToken token, Func<DbSession, ApprovalToken, ValueTask<Result<Done>>> write, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            var signed = await signer.SignAsync(
                db,
                time.GetUtcNow().ToUnixTimeMilliseconds(),
                (at, key) => (token with { At = at, KeyId = key }).SignedBytes(),
                (session, at, key, signature) => write(session, token with { At = at, KeyId = key, Signature = Base64Url.EncodeToString(Convert.FromBase64String(signature)) }),
                cancel);
            if (signed.Failure is not { Code: KeyEnded } || attempt == Attempts)
                return signed;
        }
    }

    /// <summary>What a token of an approval says.</summary>
    /// <param name="row">The approval.</param>
    /// <param name="kind">How it came about.</param>
    /// <param name="now">Since when.</param>
    public static ApprovalToken Of(ApprovalRow row, string kind, DateTimeOffset now)
    {
        var waiver = kind == ApprovalToken.Waiver && row.Approval.WaiverHours is { } hours ? now.AddHours(hours) : (DateTimeOffset?)null;
        var useBy = now.AddDays(row.Spec.UseWithinDays);
        return new()
        {
            Id = row.Id,
            Kind = kind,
            Workspace = row.Workspace.Value,
            Environment = row.Approval.Environment,
            Model = row.Approval.Model,
            Version = row.Approval.Version,
            ModelSha256 = row.Approval.Pins.GetValueOrDefault(ApprovalGrounds.Model) ?? "",
            Pins = row.Approval.Pins.Where(static pin => pin.Key != ApprovalGrounds.Model).ToDictionary(StringComparer.Ordinal),
            At = now.ToUnixTimeMilliseconds(),
            UseBy = (waiver < useBy ? waiver.Value : useBy).ToUnixTimeMilliseconds(),
            NotAfter = waiver?.ToUnixTimeMilliseconds(),
            KeyId = "",
        };
    }
}
