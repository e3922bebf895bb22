using Orrery.Contracts;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>SQL of <c>ten_external_identity</c>, and of what the identity provider tells about groups.</summary>
internal static class ExternalIdentityStore
{
    private const string FindPrincipal = """
        select principal_id
          from ten_external_identity
         where issuer = @issuer
           and subject = @subject
        """;

    private const string FindLink = """
        select issuer, subject, linked_by, linked_at
          from ten_external_identity
         where principal_id = @id
           and issuer = @issuer
        """;

    private const string Insert = """
        insert into ten_external_identity (issuer, subject, principal_id, linked_by, linked_at)
        values (@issuer, @subject, @id, @by, @at)
            on conflict do nothing
        """;

    private const string Delete = """
        delete from ten_external_identity
         where principal_id = @id
           and issuer = @issuer
        """;

    private const string DeleteAll = "delete from ten_external_identity where principal_id = @id";

    private const string MappedGroups = """
        select principal_id
          from ten_principal
         where kind = 'group'
           and external_name {in names}
         order by principal_id
        """;

    private const string ToldMemberships = """
        select group_id
          from ten_member
         where principal_id = @id
           and source = 'oidc'
         order by group_id
        """;

    private const string AddMembership = """
        insert into ten_member (group_id, principal_id, source, added_at)
        values (@group, @id, 'oidc', @at)
            on conflict do nothing
        """;

    private const string RemoveMembership = """
        delete from ten_member
         where group_id = @group
           and principal_id = @id
           and source = 'oidc'
        """;

    private const string RemoveToldMembers = """
        delete from ten_member
         where group_id = @group
           and source = 'oidc'
        """;

    private const string SetExternalName = """
        update ten_principal
           set external_name = @name, updated_at = @at
         where principal_id = @group
        """;

    /// <summary>Id of the person whom the provider knows by this subject.</summary>
    public static async ValueTask<string?> FindPrincipalAsync(DbSession session, string issuer, string subject)
    {
        using var statement = session.Sql(FindPrincipal).Set("issuer", issuer).Set("subject", subject);
        return await statement.FindAsync(static row => row.GetString(0));
    }

    public static async ValueTask<SsoLink?> FindLinkAsync(DbSession session, string principal, string issuer)
    {
        using var statement = session.Sql(FindLink).Set("id", principal).Set("issuer", issuer);
        return await statement.FindAsync(row => new SsoLink
        {
            PrincipalId = principal,
            Issuer = row.GetString(0),
            Subject = row.GetString(1),
            LinkedBy = row.GetString(2),
            LinkedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3)),
        });
    }

    /// <returns>False when the person or the subject is linked already.</returns>
    public static async ValueTask<bool> InsertAsync(DbSession session, SsoLink link)
    {
        using var statement = session.Sql(Insert).Set("issuer", link.Issuer).Set("subject", link.Subject).Set("id", link.PrincipalId)
            .Set("by", link.LinkedBy).Set("at", link.LinkedAt.ToUnixTimeMilliseconds());
        return await statement.ExecuteAsync() == 1;
    }

    public static async ValueTask<bool> DeleteAsync(DbSession session, string principal, string issuer)
    {
        using var statement = session.Sql(Delete).Set("id", principal).Set("issuer", issuer);
        return await statement.ExecuteAsync() == 1;
    }

    /// <summary>Of a person who is deleted.</summary>
    public static async ValueTask DeleteAllAsync(DbSession session, string principal)
    {
        using var statement = session.Sql(DeleteAll).Set("id", principal);
        await statement.ExecuteAsync();
    }

    /// <summary>Ids of the groups whose external name is among these.</summary>
    public static async ValueTask<List<string>> MappedGroupsAsync(DbSession session, IReadOnlyCollection<string> names)
    {
        using var statement = session.Sql(MappedGroups).SetList("names", names);
        return await statement.ListAsync(static row => row.GetString(0));
    }

    /// <summary>Ids of the groups that the provider has put a person into.</summary>
    public static async ValueTask<List<string>> ToldMembershipsAsync(DbSession session, string principal)
    {
        using var statement = session.Sql(ToldMemberships).Set("id", principal);
        return await statement.ListAsync(static row => row.GetString(0));
    }

    /// <returns>False when they are in it already, put there by hand.</returns>
    public static async ValueTask<bool> AddMembershipAsync(DbSession session, string group, string principal, DateTimeOffset at)
    {
        using var statement = session.Sql(AddMembership).Set("group", group).Set("id", principal).Set("at", at.ToUnixTimeMilliseconds());
        return await statement.ExecuteAsync() == 1;
    }

    public static async ValueTask RemoveMembershipAsync(DbSession session, string group, string principal)
    {
        using var statement = session.Sql(RemoveMembership).Set("group", group).Set("id", principal);
        await statement.ExecuteAsync();
    }

    /// <summary>Gives a group another external name, and takes out whom the former one put in.</summary>
    public static async ValueTask SetExternalNameAsync(DbSession session, string group, string? name, DateTimeOffset at)
    {
        using (var remove = session.Sql(RemoveToldMembers).Set("group", group))
            await remove.ExecuteAsync();
        using var statement = session.Sql(SetExternalName).Set("name", name).Set("at", at.ToUnixTimeMilliseconds()).Set("group", group);
        await statement.ExecuteAsync();
    }
}
