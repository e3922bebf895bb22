using System.Globalization;
using System.Text;

namespace Orrery.Load;

/// <summary>
/// Runs with params and metrics whose values follow from the run's number alone, so that every measurement meets the same data:
/// params <c>p0..</c> with 10 values each (<c>v0</c> to <c>v9</c>), metrics <c>m0..</c> uniform in [0, 1), a tag <c>team</c> of 5 values.
/// </summary>
internal sealed class RunFill(string experiment, int runs, int pairs)
{
    private readonly string[] _ids = new string[runs];

    public IReadOnlyList<string> Ids => _ids;

    public Answer Create(Connection connection, long index)
    {
        var request = HttpBytes.Post("/api/2.0/mlflow/runs/create", string.Create(CultureInfo.InvariantCulture, $$"""
            {"experiment_id":"{{experiment}}","run_name":"run-{{index}}","user_id":"ada","start_time":{{1_700_000_000_000 + index}},"tags":[{"key":"mlflow.user","value":"ada"},{"key":"mlflow.source.name","value":"train.py"},{"key":"mlflow.source.type","value":"LOCAL"},{"key":"team","value":"team-{{index % 5}}"}]}
            """));
        var answer = connection.Send(request);
        if (answer.Succeeded)
            _ids[index] = answer.Get("\"run_id\""u8);
        return answer;
    }

    public Answer Log(Connection connection, long index) =>
        connection.Send(HttpBytes.Post("/api/2.0/mlflow/runs/log-batch", Batch(_ids[index], index)));

    public Answer CreateAndLog(Connection connection, long index)
    {
        var created = Create(connection, index);
        return created.Succeeded ? Log(connection, index) : created;
    }

    private string Batch(string id, long index)
    {
        var chance = new Random((int)index);
        var json = new StringBuilder().Append(CultureInfo.InvariantCulture, $$"""{"run_id":"{{id}}","metrics":[""");
        for (var i = 0; i < pairs; i++)
            json.Append(CultureInfo.InvariantCulture, $$"""{{(i > 0 ? "," : "")}}{"key":"m{{i}}","value":{{chance.NextDouble():r}},"timestamp":{{1_700_000_000_000 + index}},"step":1}""");
        json.Append("],\"params\":[");
        for (var i = 0; i < pairs; i++)
            json.Append(CultureInfo.InvariantCulture, $$"""{{(i > 0 ? "," : "")}}{"key":"p{{i}}","value":"v{{chance.Next(10)}}"}""");
        return json.Append("]}").ToString();
    }
}
