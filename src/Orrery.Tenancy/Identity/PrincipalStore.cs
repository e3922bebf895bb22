using System.Data.Common;
using Orrery.Contracts;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>SQL of <c>ten_principal</c> and <c>ten_member</c>.</summary>
internal static class PrincipalStore
{
    private const string Columns = """
        select p.principal_id, p.kind, p.name, p.display_name, p.email, p.state, w.name, p.created_at, p.created_by, p.external_name
          from ten_principal p
          left join ten_workspace w on w.tenant_id = p.owner_tenant
        """;

    private const string Find = Columns + """

         where p.principal_id = @id
        """;

    private const string List = Columns + """

         where p.kind = @kind
           and p.name > @after
           and (p.name like @like escape '!'
                or lower(p.display_name) like @like escape '!'
                or lower(coalesce(p.email, '')) like @like escape '!')
         order by p.name
         limit @limit
        """;

    private const string Members = Columns + """

          join ten_member m on m.principal_id = p.principal_id
         where m.group_id = @group
           and p.name > @after
         order by p.name
         limit @limit
        """;

    private const string Insert = """
        insert into ten_principal (principal_id, kind, name, display_name, email, state, owner_tenant, created_by, created_at, updated_at, external_name)
        values (@id, @kind, @name, @display, @email, 'active', @owner, @by, @at, @at, @external)
            on conflict do nothing
        """;

    private const string SetState = """
        update ten_principal
           set state = @state, updated_at = @at
         where principal_id = @id
        """;

    private const string DeletePrincipal = "delete from ten_principal where principal_id = @id";
    private const string DeleteMemberships = "delete from ten_member where principal_id = @id or group_id = @id";
    private const string DeleteGrants = "delete from ten_grant where subject_kind = 'principal' and subject_id = @id";
    private const string DeletePassword = "delete from ten_password where principal_id = @id";
    private const string DeleteTotp = "delete from ten_totp where principal_id = @id";
    private const string DeleteRecoveryCodes = "delete from ten_recovery_code where principal_id = @id";
    private const string DeleteTokens = "delete from ten_token where principal_id = @id";
    private const string DeleteSessions = "delete from ten_session where principal_id = @id";

    private const string AddMember = """
        insert into ten_member (group_id, principal_id, source, added_at)
        values (@group, @id, 'local', @at)
            on conflict do nothing
        """;

    private const string RemoveMember = """
        delete from ten_member
         where group_id = @group
           and principal_id = @id
        """;

    private const string Groups = """
        select m.group_id
          from ten_member m
          join ten_principal g on g.principal_id = m.group_id
         where m.principal_id = @id
           and g.state = 'active'
         order by m.group_id
        """;

    // A service account is whoever made it, or a token of it; so is a token, whosesoever it is.
    private const string Makers = """
        with recursive maker (principal_id) as (
            select cast(@id as text)
             union
            select c.principal_id
              from ten_token t
              join ten_principal c on c.name = t.created_by
             where t.token_id = @token
             union
            select c.principal_id
              from maker m
              join ten_principal p on p.principal_id = m.principal_id and p.kind = 'service'
              left join ten_token t on t.principal_id = p.principal_id
              join ten_principal c on c.name = p.created_by or c.name = t.created_by)
        select principal_id
          from maker
         where principal_id <> @id
         order by principal_id
        """;

    public static async ValueTask<Principal?> FindAsync(DbSession session, string id)
    {
        using var statement = session.Sql(Find).Set("id", id);
        return await statement.FindAsync(Read);
    }

    /// <summary>Who made a service account or its tokens, and who made those who did; and who made one token.</summary>
    public static async ValueTask<List<string>> MakersAsync(DbSession session, string id, string token)
    {
        using var statement = session.Sql(Makers).Set("id", id).Set("token", token);
        return await statement.ListAsync(static row => row.GetString(0));
    }

    /// <summary>Those of a kind, by name.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="kind">Their kind.</param>
    /// <param name="part">Stands somewhere in the name, display name or address, in any case; empty for all.</param>
    /// <param name="after">The name before.</param>
    /// <param name="limit">Most of them.</param>
    public static async ValueTask<List<Principal>> ListAsync(DbSession session, string kind, string part, string after, int limit)
    {
        using var statement = session.Sql(List).Set("kind", kind).Set("like", LikeOf(part)).Set("after", after).Set("limit", limit);
        return await statement.ListAsync(Read);
    }

    public static async ValueTask<List<Principal>> MembersAsync(DbSession session, string group, string after, int limit)
    {
        using var statement = session.Sql(Members).Set("group", group).Set("after", after).Set("limit", limit);
        return await statement.ListAsync(Read);
    }

    /// <returns>False when the name is taken.</returns>
    public static async ValueTask<bool> InsertAsync(DbSession session, Principal principal, long owner)
    {
        using var statement = session.Sql(Insert)
            .Set("id", principal.PrincipalId).Set("kind", principal.Kind).Set("name", principal.Name).Set("display", principal.DisplayName ?? "")
            .Set("email", principal.Email).Set("owner", owner).Set("by", principal.CreatedBy).Set("at", principal.CreatedAt.ToUnixTimeMilliseconds())
            .Set("external", principal.ExternalName);
        return await statement.ExecuteAsync() == 1;
    }

    private static string LikeOf(string part) =>
        $"%{part.ToLowerInvariant().Replace("!", "!!", StringComparison.Ordinal).Replace("%", "!%", StringComparison.Ordinal).Replace("_", "!_", StringComparison.Ordinal)}%";

    public static async ValueTask SetStateAsync(DbSession session, string id, string state, DateTimeOffset at)
    {
        using var statement = session.Sql(SetState).Set("id", id).Set("state", state).Set("at", at.ToUnixTimeMilliseconds());
        await statement.ExecuteAsync();
    }

    /// <summary>With all that is the principal's: memberships, grants, password, second factor, tokens, sessions, links to the identity provider.</summary>
    public static async ValueTask DeleteAsync(DbSession session, string id)
    {
        foreach (var sql in (string[])[DeletePrincipal, DeleteMemberships, DeleteGrants, DeletePassword, DeleteTotp, DeleteRecoveryCodes, DeleteTokens, DeleteSessions])
        {
            using var statement = session.Sql(sql).Set("id", id);
            await statement.ExecuteAsync();
        }

        await ExternalIdentityStore.DeleteAllAsync(session, id);
    }

    public static async ValueTask<bool> AddMemberAsync(DbSession session, string group, string id, DateTimeOffset at)
    {
        using var statement = session.Sql(AddMember).Set("group", group).Set("id", id).Set("at", at.ToUnixTimeMilliseconds());
        return await statement.ExecuteAsync() == 1;
    }

    public static async ValueTask<bool> RemoveMemberAsync(DbSession session, string group, string id)
    {
        using var statement = session.Sql(RemoveMember).Set("group", group).Set("id", id);
        return await statement.ExecuteAsync() == 1;
    }

    public static async ValueTask<List<string>> GroupsAsync(DbSession session, string id)
    {
        using var statement = session.Sql(Groups).Set("id", id);
        return await statement.ListAsync(static row => row.GetString(0));
    }

    private static Principal Read(DbDataReader row) => new()
    {
        PrincipalId = row.GetString(0),
        Kind = row.GetString(1),
        Name = row.GetString(2),
        DisplayName = row.GetString(3) is { Length: > 0 } display ? display : null,
        Email = row.IsDBNull(4) ? null : row.GetString(4),
        State = row.GetString(5),
        Workspace = row.IsDBNull(6) ? null : row.GetString(6),
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(7)),
        CreatedBy = row.GetString(8),
        ExternalName = row.IsDBNull(9) ? null : row.GetString(9),
    };
}
