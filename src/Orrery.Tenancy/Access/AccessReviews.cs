using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>Who may do what in a workspace, as it stands now, for whoever reviews it.</summary>
public sealed class AccessReviews
{
    private readonly Db _db;
    private readonly IdentityOptions _options;
    private readonly TimeProvider _time;

    internal AccessReviews(Db db, IdentityOptions options, TimeProvider time) => (_db, _options, _time) = (db, options, time);

    /// <summary>Reads it: grants, people and accounts that they reach, their tokens and second factors, the roles and the rules of sessions.</summary>
    /// <param name="actor">Whose workspace.</param>
    /// <param name="most">Most of each kind; the review says when there were more.</param>
    /// <param name="cancel">Abandons the call.</param>
    public async ValueTask<AccessReview> ReadAsync(Actor actor, int most, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var tenant = actor.Workspace.Value;
        var (grants, principals, tokens, roles, isOn) = await _db.ReadAsync(
            async session => (
                await AccessReviewStore.GrantsAsync(session, tenant, most + 1),
                await AccessReviewStore.PrincipalsAsync(session, tenant, most + 1),
                await AccessReviewStore.TokensAsync(session, tenant, most + 1),
                await RoleStore.ListAsync(session, tenant),
                await IdentityStore.IsOnAsync(session)),
            cancel);
        return new()
        {
            At = _time.GetUtcNow().ToUnixTimeMilliseconds(),
            Grants = [.. grants.Take(most)],
            Principals = [.. principals.Take(most)],
            Tokens = [.. tokens.Take(most)],
            Roles =
            [
                .. Roles.All.Select(static role => new ReviewedRole { Name = role.Name, IsBuiltIn = true, Permissions = [.. PermissionCatalogue.All.Select(static p => p.Name).Where(name => role.Permissions.Has(PermissionCatalogue.IndexOf(name)))] }),
                .. roles.Select(static role => new ReviewedRole { Name = role.Name, Permissions = role.Permissions }),
            ],
            IsTruncated = grants.Count > most || principals.Count > most || tokens.Count > most,
            IsIdentityOn = isOn,
            SingleSignOnIssuer = _options.SingleSignOn.IsOn ? _options.SingleSignOn.Issuer : null,
            SessionIdleMinutes = _options.SessionIdle.TotalMinutes,
            SessionLongestMinutes = _options.SessionLongest.TotalMinutes,
        };
    }
}
