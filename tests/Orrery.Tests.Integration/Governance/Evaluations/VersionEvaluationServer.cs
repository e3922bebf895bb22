using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>A server with two versions of a model and rows to evaluate them on.</summary>
public sealed class VersionEvaluationServer : IAsyncLifetime
{
    /// <summary>Two groups of 300 rows, one of 12; every seventh label is missing.</summary>
    internal const string Rows = """
        select (i % 97)::double / 7 as tenure, ((i * 31) % 89)::double / 11 as charges,
               case when i % 7 = 0 then null when ((i * 13) % 101) / 101.0 < 1 / (1 + exp(-(0.3 * ((i % 97)::double / 7) - 0.7 * (((i * 31) % 89)::double / 11) + 0.1))) then 'yes' else 'no' end as churned,
               case when i < 600 then case when i % 2 = 0 then 'monthly' else 'yearly' end else 'weekly' end as contract, i % 3 = 0 as female,
               (i % 97)::double / 7 * 2 + (i % 5) as spend
          from range(612) t(i)
        """;

    public ServerProcess Process { get; private set; } = null!;

    internal ServingServer Models { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Process = await ServerProcess.StartAsync();
        Models = new(Process);
        await Models.RegisterOnnxAsync("churn", OnnxModels.Logistic([0.3f, -0.7f], 0.1f), "tenure", "charges");
        await Models.RegisterOnnxAsync("churn", OnnxModels.Logistic([0.1f, -0.1f], 0f), "tenure", "charges");
        await new BatchClient(Process).UploadAsync("evaluation/rows.parquet", BatchClient.Parquet(Rows));
        await new BatchClient(Process).UploadAsync("evaluation/rows.csv", BatchClient.Csv(Rows));
    }

    public async ValueTask DisposeAsync() => await Process.DisposeAsync();
}
