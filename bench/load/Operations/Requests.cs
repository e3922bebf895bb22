using System.Globalization;
using System.Text;

namespace Orrery.Load;

/// <summary>Requests that more than one section sends.</summary>
internal static class Requests
{
    public const string Api = "/api/2.0/mlflow/";
    public const string Proxy = "/api/2.0/mlflow-artifacts/artifacts/";

    public static byte[] CreateExperiment(string name) => HttpBytes.Post(Api + "experiments/create", $$"""{"name":"{{name}}"}""");

    public static string SearchJson(string experiment, int max, string? filter = null, string? order = null, string? token = null)
    {
        var json = new StringBuilder().Append(CultureInfo.InvariantCulture, $$"""{"experiment_ids":["{{experiment}}"],"max_results":{{max}}""");
        if (filter is not null)
            json.Append(CultureInfo.InvariantCulture, $$""","filter":"{{filter}}" """);
        if (order is not null)
            json.Append(CultureInfo.InvariantCulture, $$""","order_by":["{{order}}"]""");
        if (token is not null)
            json.Append(CultureInfo.InvariantCulture, $$""","page_token":"{{token}}" """);
        return json.Append('}').ToString();
    }

    public static RequestTemplate Search(string experiment, int max, string? filter = null, string? order = null) =>
        RequestTemplate.Post(Api + "runs/search", SearchJson(experiment, max, filter, order));

    /// <summary>A log-batch of metrics of one run: each with its own key, or all points of the key <c>loss</c>.</summary>
    public static string BatchJson(int metrics, bool oneKey)
    {
        var json = new StringBuilder("""{"run_id":"<run>","metrics":[""");
        for (var i = 0; i < metrics; i++)
        {
            var key = oneKey ? "loss" : string.Create(CultureInfo.InvariantCulture, $"metric-{i}");
            var step = oneKey ? i.ToString(CultureInfo.InvariantCulture) : "<n>";
            json.Append(CultureInfo.InvariantCulture, $$"""{{(i > 0 ? "," : "")}}{"key":"{{key}}","value":{{0.123456789 + i}},"timestamp":<n>,"step":{{step}}}""");
        }

        return json.Append("]}").ToString();
    }
}
