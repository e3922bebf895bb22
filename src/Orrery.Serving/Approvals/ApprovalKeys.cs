using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Storage;

namespace Orrery.Serving;

/// <summary>The public keys that approvals are checked with, as last read: they are there also while the database is away.</summary>
internal sealed class ApprovalKeys(AuditTrail trail)
{
    private volatile IReadOnlyList<AuditKey> _known = [];

    /// <summary>Whether the token is signed. Keys are read again when it names one that is not known, or that was ended meanwhile.</summary>
    public async ValueTask<bool> SignedAsync(ApprovalToken token, CancellationToken cancel)
    {
        if (token.IsSignedBy(_known))
            return true;
        try
        {
            _known = await trail.ListKeysAsync(cancel);
        }
        catch (DatabaseUnavailableException)
        {
            return false;
        }

        return token.IsSignedBy(_known);
    }
}
