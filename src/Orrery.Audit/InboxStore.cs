using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Audit;

/// <summary>Table <c>aud_inbox</c>: entries that wait to be put into their chain.</summary>
internal static class InboxStore
{
    private const string Insert = """
        insert into aud_inbox (tenant_id, entry_id, at, action, object_kind, object_id)
        values (@tenant, @id, @at, @action, @kind, @object)
        """;

    public static async ValueTask AddAsync(DbSession session, Actor actor, AuditRecord record, DateTimeOffset at)
    {
        using var statement = session.Sql(Insert)
            .Set("tenant", actor.Workspace.Value).Set("id", Guid.CreateVersion7(at).ToString("N")).Set("at", at.ToUnixTimeMilliseconds())
            .Set("action", record.Action).Set("kind", record.ObjectKind).Set("object", record.ObjectId);
        await statement.ExecuteAsync();
    }
}
