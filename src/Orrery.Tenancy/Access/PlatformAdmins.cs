using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>The rule that somebody is left who may administer the platform: an active person with a password or a link to the identity provider, by a grant without end of their own or of an active group.</summary>
internal static class PlatformAdmins
{
    private static readonly Failure Last = Failure.Conflict(
        "tenancy.last_admin", "This would leave the platform without an administrator. Give somebody else who can sign in the role platform-admin first, without an end.");

    /// <summary>Makes a change, unless it takes the last administrator. Such changes wait for each other.</summary>
    /// <returns>What the change returned; <c>tenancy.last_admin</c>, which undoes it.</returns>
    public static async ValueTask<Result<T>> KeepOneAsync<T>(DbSession session, Func<ValueTask<Result<T>>> change)
    {
        var had = await CountAsync(session) > 0;
        var changed = await change();
        return changed.Succeeded && had && await CountAsync(session) == 0 ? Last : changed;
    }

    /// <summary>How many there are; nobody else changes that until the transaction ends.</summary>
    public static async ValueTask<long> CountAsync(DbSession session)
    {
        await IdentityStore.LockAsync(session);
        return await GrantStore.CountPlatformAdminsAsync(session);
    }
}
