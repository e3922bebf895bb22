using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Xunit;

namespace Orrery.Tests.Conformance;

/// <summary>Replays what was recorded from MLflow's own servers, in order, and compares every answer.</summary>
public abstract partial class GoldenTests(Servers servers, Store store) : MlflowTest(servers, store)
{
    [Theory]
    [InlineData("3.6")]
    [InlineData("2.17")]
    public async Task Every_recorded_request_is_answered_as_MLflow_answered_it(string version)
    {
        var ids = new Dictionary<string, string>();
        var differences = new List<string>();
        foreach (var exchange in Exchange.Recorded(version))
        {
            var answer = await AskAsync(exchange, ids);
            if (Difference(Deviation.Expected(exchange), answer, ids) is { } difference)
                differences.Add($"### {exchange.Name}\n{difference}\n{answer}");
        }

        Assert.True(differences.Count == 0, $"{differences.Count} differ:\n\n{string.Join("\n\n", differences)}");
    }

    [Fact]
    public void Every_deviation_is_still_needed()
    {
        var exchanges = Exchange.Recorded("3.6").Concat(Exchange.Recorded("2.17")).ToList();
        Assert.All(Deviation.All, deviation => Assert.Contains(exchanges, exchange =>
            (deviation.Exchange == "*" || deviation.Exchange == exchange.Name)
            && (deviation.Recorded is null ? exchange.Answer != deviation.Ours : exchange.Answer.Contains(deviation.Recorded, StringComparison.Ordinal))));
    }

    private Task<Answer> AskAsync(Exchange exchange, Dictionary<string, string> ids)
    {
        var (path, body) = (Fill(exchange.Path, ids), Exchange.Expand(Fill(exchange.Request, ids)));
        return body.Length == 0
            ? Mlflow.SendAsync(new HttpMethod(exchange.Method), path)
            : Mlflow.SendRawAsync(new HttpMethod(exchange.Method), path, body, exchange.ContentType);
    }

    private static string? Difference(string expected, Answer answer, Dictionary<string, string> ids)
    {
        var (head, body) = expected.Split('\n', 2) is [var first, var rest] ? (first, rest) : (expected, "");
        if ($"{answer.Status} {answer.ContentType}" != head)
            return $"expected {head}";
        if (answer.ContentType != "application/json")
            return answer.Body == body ? null : $"expected {body}";
        Learn(JsonNode.Parse(body), JsonNode.Parse(answer.Body), ids);
        return JsonShape.Difference(JsonNode.Parse(Fill(body, ids)), JsonNode.Parse(answer.Body));
    }

    /// <summary>Takes the value of a placeholder seen for the first time from the answer.</summary>
    private static void Learn(JsonNode? expected, JsonNode? actual, Dictionary<string, string> ids)
    {
        if (expected is JsonObject members)
        {
            foreach (var (name, value) in members)
                Learn(value, (actual as JsonObject)?[name], ids);
        }
        else if (expected is JsonValue value && Placeholder().Match(value.ToString()) is { Success: true } found && actual is JsonValue id)
        {
            ids.TryAdd(found.Groups["name"].Value, id.ToString());
        }
    }

    private static string Fill(string text, Dictionary<string, string> ids) =>
        ids.Aggregate(text, (filled, id) => filled.Replace($"{{{id.Key}}}", id.Value, StringComparison.Ordinal));

    [GeneratedRegex("^{(?<name>[a-z0-9]+)}$")]
    private static partial Regex Placeholder();
}

public sealed class GoldenOnSqlite(Servers servers) : GoldenTests(servers, Store.Sqlite);

public sealed class GoldenOnPostgres(Servers servers) : GoldenTests(servers, Store.Postgres);
