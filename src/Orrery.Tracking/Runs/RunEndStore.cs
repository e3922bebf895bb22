using System.Security.Cryptography;
using System.Text;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>What is recorded when a run ends: its fingerprint, by which equal runs are found.</summary>
internal static class RunEndStore
{
    private const string Inputs = """
        select 'p', key, value
          from trk_param
         where tenant_id = @tenant
           and run_id = @run
         union all
        select 'd', dataset_name, dataset_digest
          from trk_input
         where tenant_id = @tenant
           and run_id = @run
         union all
        select 't', key, value
          from trk_tag
         where tenant_id = @tenant
           and run_id = @run
           and key in ('mlflow.source.git.commit', 'mlflow.source.name')
         order by 1, 2, 3
        """;

    private const string SetFingerprint = """
        update trk_run
           set fingerprint = @fingerprint
         where tenant_id = @tenant
           and run_id = @run
        """;

    public static async ValueTask RecordAsync(DbSession session, Actor actor, Run run)
    {
        List<(string Kind, string Key, string Value)> inputs;
        using (var list = session.Sql(Inputs).Set("tenant", actor.Workspace.Value).Set("run", run.RunId))
            inputs = await list.ListAsync(static row => (row.GetString(0), row.GetString(1), row.GetString(2)));
        using var set = session.Sql(SetFingerprint)
            .Set("fingerprint", Fingerprint(inputs)).Set("tenant", actor.Workspace.Value).Set("run", run.RunId);
        await set.ExecuteAsync();
    }

    /// <summary>SHA-256 over code version, parameters and data sets; null when a run logged no parameter and no data set: too little to call runs equal.</summary>
    private static string? Fingerprint(List<(string Kind, string Key, string Value)> inputs)
    {
        if (!inputs.Exists(static i => i.Kind is "p" or "d"))
            return null;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (kind, key, value) in inputs)
            hash.AppendData(Encoding.UTF8.GetBytes($"{kind}{key.Length}:{key}{value.Length}:{value}"));
        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }
}
