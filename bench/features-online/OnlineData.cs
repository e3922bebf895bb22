using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Orrery.Load;
using Orrery.Testing;

namespace Orrery.FeaturesOnlineBench;

/// <summary>Five views of ten features each, about the same customers.</summary>
internal static class OnlineData
{
    public const int Views = 5;
    public const int Features = 10;
    private const int RowsPerCall = 5_000;

    public static async Task DefineAsync(ServerProcess server)
    {
        var yaml = new StringBuilder("project: default\nentities:\n  - { name: customer, join_keys: [{ name: customer_id, type: int64 }] }\nsources:\n");
        for (var view = 0; view < Views; view++)
            yaml.Append(CultureInfo.InvariantCulture, $"  - {{ name: source_{view}, type: push }}\n");
        yaml.Append("feature_views:\n");
        for (var view = 0; view < Views; view++)
        {
            var features = string.Join(", ", Enumerable.Range(0, Features).Select(feature => $"{{ name: f_{view}_{feature}, type: {(feature % 3 == 2 ? "int64" : "float64")} }}"));
            yaml.Append(CultureInfo.InvariantCulture, $"  - {{ name: view_{view}, entities: [customer], source: source_{view}, ttl: 30d, features: [{features}] }}\n");
        }

        using var body = new StringContent(yaml.ToString());
        body.Headers.ContentType = new MediaTypeHeaderValue("application/yaml");
        using var answer = await server.Client.PostAsync(new Uri("api/v1/features/projects/default/apply", UriKind.Relative), body);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException(await answer.Content.ReadAsStringAsync());
    }

    /// <returns>Rows per second.</returns>
    public static double Fill(int port, int keys)
    {
        var random = new Random(1);
        using var connection = new Connection(0, port);
        var started = TimeProvider.System.GetTimestamp();
        for (var view = 0; view < Views; view++)
        {
            for (var first = 0; first < keys; first += RowsPerCall)
            {
                var answer = connection.Send(HttpBytes.Post("/write-to-online-store", Frame(random, view, first, Math.Min(RowsPerCall, keys - first))));
                if (!answer.Succeeded)
                    throw new InvalidOperationException(answer.Text);
            }
        }

        return keys * (double)Views / TimeProvider.System.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Requests for all features of so many random customers.</summary>
    public static byte[][] Requests(int count, int batch, int keys)
    {
        var random = new Random(2);
        var features = string.Join(',', from view in Enumerable.Range(0, Views) from feature in Enumerable.Range(0, Features) select $"\"view_{view}:f_{view}_{feature}\"");
        return
        [
            .. Enumerable.Range(0, count).Select(_ => HttpBytes.Post(
                "/get-online-features", $$$"""{"features":[{{{features}}}],"entities":{"customer_id":[{{{string.Join(',', Enumerable.Range(0, batch).Select(_ => random.Next(keys)))}}}]}}""")),
        ];
    }

    private static string Frame(Random random, int view, int first, int rows)
    {
        var json = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{{\"feature_view_name\":\"view_{view}\",\"df\":{{\"customer_id\":[");
        json.AppendJoin(',', Enumerable.Range(first, rows)).Append(']');
        for (var feature = 0; feature < Features; feature++)
        {
            json.Append(CultureInfo.InvariantCulture, $",\"f_{view}_{feature}\":[");
            json.AppendJoin(',', Enumerable.Range(0, rows).Select(_ => feature % 3 == 2
                ? random.Next(100_000).ToString(CultureInfo.InvariantCulture)
                : Math.Round(random.NextDouble() * 100, 4).ToString(CultureInfo.InvariantCulture)));
            json.Append(']');
        }

        var now = TimeProvider.System.GetUtcNow().UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
        return json.Append(CultureInfo.InvariantCulture, $",\"event_timestamp\":\"{now}\"}}}}").ToString();
    }
}
