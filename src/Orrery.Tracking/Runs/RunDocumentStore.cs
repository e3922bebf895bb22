using System.Data.Common;
using System.Text.Json;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>SQL that reads runs whole: six statements, however many runs.</summary>
internal static class RunDocumentStore
{
    private const string Infos = $$"""
        select {{RunStore.Columns}}
          from trk_run r
         where r.tenant_id = @tenant
           and r.run_id {in ids}
        """;

    private const string Metrics = """
        select run_id, key, at, step, value, is_nan
          from trk_latest
         where tenant_id = @tenant
           and run_id {in ids}
         order by run_id, key
        """;

    private const string Params = """
        select run_id, key, value
          from trk_param
         where tenant_id = @tenant
           and run_id {in ids}
         order by run_id, key
        """;

    private const string Tags = """
        select run_id, key, value
          from trk_tag
         where tenant_id = @tenant
           and run_id {in ids}
         order by run_id, key
        """;

    private const string Inputs = """
        select i.run_id, d.name, d.digest, d.source_type, d.source, d.schema, d.profile, i.tags
          from trk_input i
          join trk_dataset d on d.tenant_id = i.tenant_id
                            and d.experiment_id = i.experiment_id
                            and d.name = i.dataset_name
                            and d.digest = i.dataset_digest
         where i.tenant_id = @tenant
           and i.run_id {in ids}
         order by i.run_id, i.position, d.name, d.digest
        """;

    private const string Models = """
        select run_id, model_id, direction, step
          from trk_run_model
         where tenant_id = @tenant
           and run_id {in ids}
         order by run_id, step, model_id
        """;

    /// <summary>The runs of these ids, in no order; missing ones are left out.</summary>
    public static async ValueTask<List<RunDocument>> LoadAsync(DbSession session, WorkspaceId workspace, IReadOnlyCollection<string> ids)
    {
        if (ids.Count == 0)
            return [];
        var infos = await ListAsync(session, Infos, workspace, ids, RunStore.Read);
        var metrics = await GroupAsync(session, Metrics, workspace, ids, static row => new LoggedMetric(
            row.GetString(1), new(row.GetInt64(2), row.GetInt64(3), row.GetInt64(5) == 1 ? double.NaN : row.GetDouble(4))));
        var parameters = await GroupAsync(session, Params, workspace, ids, static row => new Pair(row.GetString(1), row.GetString(2)));
        var tags = await GroupAsync(session, Tags, workspace, ids, static row => new Pair(row.GetString(1), row.GetString(2)));
        var inputs = await GroupAsync(session, Inputs, workspace, ids, ReadInput);
        var models = await GroupAsync(session, Models, workspace, ids, static row => new RunModel(
            row.GetString(1), row.GetString(2) == "output", row.GetInt64(3)));
        return infos.ConvertAll(info => new RunDocument(
            info, Of(metrics, info), Of(parameters, info), Of(tags, info), Of(inputs, info), Of(models, info)));
    }

    internal static string WriteTags(IReadOnlyList<Pair> tags) =>
        JsonSerializer.Serialize([.. tags.Select(t => new[] { t.Key, t.Value })], MlflowJson.Default.StringArrayArray);

    private static RunInput ReadInput(DbDataReader row) => new(
        row.GetString(1),
        row.GetString(2),
        row.GetString(3),
        row.GetString(4),
        row.IsDBNull(5) ? null : row.GetString(5),
        row.IsDBNull(6) ? null : row.GetString(6),
        [.. JsonSerializer.Deserialize(row.GetString(7), MlflowJson.Default.StringArrayArray)!.Select(t => new Pair(t[0], t[1]))]);

    private static List<T> Of<T>(Dictionary<string, List<T>> groups, Run run) => groups.TryGetValue(run.RunId, out var list) ? list : [];

    private static async ValueTask<List<T>> ListAsync<T>(
        DbSession session, string sql, WorkspaceId workspace, IReadOnlyCollection<string> ids, Func<DbDataReader, T> read)
    {
        using var statement = session.Sql(sql).Set("tenant", workspace.Value).SetList("ids", ids);
        return await statement.ListAsync(read);
    }

    private static async ValueTask<Dictionary<string, List<T>>> GroupAsync<T>(
        DbSession session, string sql, WorkspaceId workspace, IReadOnlyCollection<string> ids, Func<DbDataReader, T> read)
    {
        var groups = new Dictionary<string, List<T>>(ids.Count);
        List<T>? group = null;
        string? of = null;
        using var statement = session.Sql(sql).Set("tenant", workspace.Value).SetList("ids", ids);
        await statement.ListAsync(row =>
        {
            var id = row.GetString(0);
            if (id != of)
            {
                of = id;
                groups.Add(id, group = []);
            }

            group!.Add(read(row));
            return 0;
        });
        return groups;
    }
}
