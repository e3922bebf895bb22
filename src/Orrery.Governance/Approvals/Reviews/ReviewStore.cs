using System.Data.Common;
using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>A review as it is kept.</summary>
/// <param name="ModelId">Of the model.</param>
/// <param name="EveryDays">Another follows so many days after it was due; null for none.</param>
/// <param name="Review">What people see; its state is open, done or closed.</param>
internal sealed record ReviewRow(string ModelId, int? EveryDays, ApprovalReview Review)
{
    public const string Open = "open";
    public const string Done = "done";
    public const string Closed = "closed";
    public const string Overdue = "overdue";

    /// <summary>As it is at a time.</summary>
    public ApprovalReview Wire(DateTimeOffset now) => Review.State == Open && Review.DueAt < now ? Review with { State = Overdue } : Review;
}

/// <summary>SQL of <c>gov_approval_review</c>.</summary>
internal static class ReviewStore
{
    private const string Columns =
        "review_id, approval_id, model_id, model, version, environment, kind, task, roles, owner, every_days, due_at, state, created_at, completed_at, completed_by, notes, checks";

    private const string InsertSql = $"""
        insert into gov_approval_review (tenant_id, {Columns}, told_at)
        values (@tenant, @id, @approval, @model_id, @model, @version, @environment, @kind, @task, @roles, @owner, @every, @due, 'open', @at, null, null, null, null, null)
        """;

    private const string FindSql = $"select {Columns} from gov_approval_review where tenant_id = @tenant and review_id = @id";

    private const string LockSql = FindSql + "\n {for update}";

    private const string ListSql = $"""
        select {Columns}
          from gov_approval_review
         where tenant_id = @tenant
           and (due_at > @due or due_at = @due and review_id > @after)
           and (@state is null or state = @state)
           and (@overdue is null or due_at < @overdue)
           and (@model is null or model = @model)
           and (@approval is null or approval_id = @approval)
           and (@all = 1 or model_id {"{in models}"})
         order by due_at, review_id
         limit @limit
        """;

    private const string EndSql = """
        update gov_approval_review
           set state = @state, completed_at = @at, completed_by = @by, notes = @notes, checks = @checks
         where tenant_id = @tenant and review_id = @id and state = 'open'
        """;

    // What was let through without the normal way is looked at whatever becomes of it.
    private const string CloseSql = """
        update gov_approval_review
           set state = 'closed', completed_at = @at, completed_by = 'system', notes = @notes
         where tenant_id = @tenant and approval_id = @approval and state = 'open' and kind in ('review', 'revalidation')
        """;

    private const string SupersedeSql = """
        update gov_approval_review
           set state = 'closed', completed_at = @at, completed_by = 'system', notes = @notes
         where tenant_id = @tenant and model_id = @model_id and environment = @environment and approval_id <> @approval and state = 'open' and kind in ('review', 'revalidation')
        """;

    private const string UntoldSql = """
        select tenant_id, review_id, approval_id, kind
          from gov_approval_review
         where state = 'open' and due_at < @now and told_at is null
         order by due_at, tenant_id, review_id
         limit @limit
        """;

    private const string ToldSql = """
        update gov_approval_review
           set told_at = @at
         where tenant_id = @tenant and review_id = @id and told_at is null and state = 'open'
        """;

    private const string OpenWaiverSql = """
        select review_id
          from gov_approval_review
         where tenant_id = @tenant and state = 'open' and kind = 'waiver' and model_id = @model_id and version = @version and environment = @environment
         order by review_id
         limit 1
        """;

    private const string CountOverdueSql = "select count(*) from gov_approval_review where state = 'open' and due_at < @now";

    public static async ValueTask InsertAsync(DbSession session, WorkspaceId workspace, ReviewRow row)
    {
        var review = row.Review;
        using var sql = session.Sql(InsertSql).Set("tenant", workspace.Value).Set("id", review.Id).Set("approval", review.ApprovalId).Set("model_id", row.ModelId).Set("model", review.Model)
            .Set("version", review.Version).Set("environment", review.Environment).Set("kind", review.Kind).Set("task", review.Task).Set("roles", string.Join('\n', review.Roles))
            .Set("owner", review.Owner).Set("every", (long?)row.EveryDays).Set("due", (long?)review.DueAt.ToUnixTimeMilliseconds()).Set("at", (long?)review.CreatedAt.ToUnixTimeMilliseconds());
        await sql.ExecuteAsync();
    }

    public static ValueTask<ReviewRow?> FindAsync(DbSession session, WorkspaceId workspace, string id) => FindAsync(session, FindSql, workspace, id);

    /// <summary>The review, held until the transaction ends.</summary>
    public static ValueTask<ReviewRow?> LockAsync(DbSession session, WorkspaceId workspace, string id) => FindAsync(session, LockSql, workspace, id);

    /// <summary>The earliest due first, after one; null models for all.</summary>
    public static async ValueTask<List<ReviewRow>> ListAsync(
        DbSession session, WorkspaceId workspace, ReviewFilter filter, IReadOnlySet<string>? models, (long Due, string Id) after, int limit)
    {
        using var sql = session.Sql(ListSql).Set("tenant", workspace.Value).Set("due", (long?)after.Due).Set("after", after.Id).Set("state", filter.State).Set("overdue", filter.OverdueAt)
            .Set("model", filter.Model).Set("approval", filter.Approval).Set("all", (long?)(models is null ? 1 : 0)).SetList("models", models is null ? [] : [.. models]).Set("limit", (long?)limit);
        return await sql.ListAsync(Read);
    }

    /// <summary>Completes or closes one; false when it has ended.</summary>
    public static async ValueTask<bool> EndAsync(DbSession session, WorkspaceId workspace, ApprovalReview review)
    {
        using var sql = session.Sql(EndSql).Set("tenant", workspace.Value).Set("id", review.Id).Set("state", review.State).Set("at", review.CompletedAt?.ToUnixTimeMilliseconds())
            .Set("by", review.CompletedBy).Set("notes", review.Notes)
            .Set("checks", review.Checks.Count == 0 ? null : JsonSerializer.Serialize(review.Checks, ApprovalJson.Default.IReadOnlyListAutomaticCheck));
        return await sql.ExecuteAsync() == 1;
    }

    /// <summary>Closes what comes again and again of an approval that does not stand any more.</summary>
    public static async ValueTask CloseAsync(DbSession session, WorkspaceId workspace, string approval, long at, string why)
    {
        using var sql = session.Sql(CloseSql).Set("tenant", workspace.Value).Set("approval", approval).Set("at", (long?)at).Set("notes", why);
        await sql.ExecuteAsync();
    }

    /// <summary>Closes what comes again and again of other approvals of a model in an environment.</summary>
    public static async ValueTask SupersedeAsync(DbSession session, ApprovalRow row, long at)
    {
        using var sql = session.Sql(SupersedeSql).Set("tenant", row.Workspace.Value).Set("model_id", row.ModelId).Set("environment", row.Approval.Environment)
            .Set("approval", row.Id).Set("at", (long?)at).Set("notes", $"Version {row.Approval.Version} was approved; its reviews take the place of these.");
        await sql.ExecuteAsync();
    }

    /// <summary>Those of all workspaces that are overdue and were not told.</summary>
    public static async ValueTask<List<(WorkspaceId Workspace, string Id, string Approval, string Kind)>> UntoldAsync(DbSession session, long now, int limit)
    {
        using var sql = session.Sql(UntoldSql).Set("now", (long?)now).Set("limit", (long?)limit);
        return await sql.ListAsync(static row => (new WorkspaceId(row.GetInt64(0)), row.GetString(1), row.GetString(2), row.GetString(3)));
    }

    /// <summary>Says that it was told; false when it was.</summary>
    public static async ValueTask<bool> ToldAsync(DbSession session, WorkspaceId workspace, string id, long at)
    {
        using var sql = session.Sql(ToldSql).Set("tenant", workspace.Value).Set("id", id).Set("at", (long?)at);
        return await sql.ExecuteAsync() == 1;
    }

    /// <summary>The review of a version's waiver that nobody has completed; null for none.</summary>
    public static async ValueTask<string?> OpenWaiverAsync(DbSession session, ApprovalSlot slot)
    {
        using var sql = session.Sql(OpenWaiverSql).Set("tenant", slot.Workspace.Value).Set("model_id", slot.ModelId).Set("version", slot.Version).Set("environment", slot.Environment);
        return await sql.FindAsync(static row => row.GetString(0));
    }

    /// <summary>How many are overdue in all workspaces.</summary>
    public static async ValueTask<long> CountOverdueAsync(DbSession session, long now)
    {
        using var sql = session.Sql(CountOverdueSql).Set("now", (long?)now);
        return await sql.LongAsync() ?? 0;
    }

    private static async ValueTask<ReviewRow?> FindAsync(DbSession session, string text, WorkspaceId workspace, string id)
    {
        using var sql = session.Sql(text).Set("tenant", workspace.Value).Set("id", id);
        return await sql.FindAsync(Read);
    }

    private static ReviewRow Read(DbDataReader row) => new(
        row.GetString(2),
        row.IsDBNull(10) ? null : (int)row.GetInt64(10),
        new()
        {
            Id = row.GetString(0),
            ApprovalId = row.GetString(1),
            Model = row.GetString(3),
            Version = row.GetString(4),
            Environment = row.GetString(5),
            Kind = row.GetString(6),
            Task = row.GetString(7),
            Roles = row.GetString(8).Split('\n', StringSplitOptions.RemoveEmptyEntries),
            Owner = row.IsDBNull(9) ? null : row.GetString(9),
            DueAt = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(11)),
            State = row.GetString(12),
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(13)),
            CompletedAt = row.IsDBNull(14) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(14)),
            CompletedBy = row.IsDBNull(15) ? null : row.GetString(15),
            Notes = row.IsDBNull(16) ? null : row.GetString(16),
            Checks = row.IsDBNull(17) ? [] : JsonSerializer.Deserialize(row.GetString(17), ApprovalJson.Default.IReadOnlyListAutomaticCheck)!,
        });
}

/// <summary>Which reviews are listed.</summary>
/// <param name="State">As it is kept; null for all.</param>
/// <param name="OverdueAt">Only those due before; Unix milliseconds.</param>
/// <param name="Model">Null for all.</param>
/// <param name="Approval">Null for all.</param>
internal sealed record ReviewFilter(string? State, long? OverdueAt, string? Model, string? Approval);
