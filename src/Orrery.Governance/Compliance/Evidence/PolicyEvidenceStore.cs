using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>SQL of <see cref="PolicyEvidenceSource"/>; one statement however many policies there are.</summary>
internal static class PolicyEvidenceStore
{
    // The revision of each policy that stood at the period's end, where it was in force.
    private const string StandingSql = """
        select name, revision, sha256, changed_at, pack, count(*) over () as total
          from (
               select name, revision, sha256, changed_at, pack, enabled, row_number() over (partition by name order by revision desc) as age
                 from gov_policy
                where tenant_id = @tenant and changed_at < @until) newest
         where age = 1 and enabled = 1
         order by changed_at desc, name
         limit @newest
        """;

    public static async ValueTask<ContributedEvidence> ReadAsync(DbSession session, WorkspaceId workspace, long until, int newest)
    {
        using var sql = session.Sql(StandingSql).Set("tenant", workspace.Value).Set("until", (long?)until).Set("newest", (long?)newest);
        var rows = await sql.ListAsync(static row => (Total: row.GetInt64(5), Item: new EvidenceItem
        {
            Type = "policy",
            Id = FormattableString.Invariant($"{row.GetString(0)}/{row.GetInt64(1)}"),
            At = row.GetInt64(3),
            Sha256 = row.GetString(2),
            Query = "policies in force at the period's end",
            Text = row.IsDBNull(4) ? null : $"of the pack {row.GetString(4)}",
        }));
        return rows.Count == 0
            ? ContributedEvidence.None
            : new() { Facts = new Dictionary<string, FoundEvidence> { ["policies.versions"] = new(rows[0].Total, [.. rows.Select(static row => row.Item)]) } };
    }
}
