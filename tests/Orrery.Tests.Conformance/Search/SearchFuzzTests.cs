using Xunit;

namespace Orrery.Tests.Conformance;

/// <summary>Filters and orders put together by chance: refused in MLflow's shape or answered, never a 500, never a word of SQL.</summary>
public abstract class SearchFuzzTests(Servers servers, Store store) : MlflowTest(servers, store)
{
    private const int Tries = 600;

    private static readonly string[] Tokens =
    [
        "metrics", "params", "tags", "attributes", "datasets", "status", "run_id", "start_time", "name", "model_id", ".", "`", "\"", "'", "(", ")", ",", ";", "--",
        "/*", "*/", "=", "!=", ">", "<=", "LIKE", "ILIKE", "IN", "NOT", "AND", "OR", "IS", "NULL", "1", "-1", "1e999", "1e-400", "0x1", "NaN", "99999999999999999999999999",
        "'x'", "'%'", "\\", "\0", "\u0001", "\ud83d\ude80", "ä", "\r\n", "\t", "%", "_", "@p", "$1", ":a", "?", "{}", "[]", "||", "''", "'a''b'", "pg_sleep(1)", "union", "drop table",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task No_filter_and_no_order_breaks_anything(int seed)
    {
        await NewRunAsync();
#pragma warning disable CA5394 // Chance that must repeat, not secrets.
        var random = new Random(seed);
        var texts = Enumerable.Range(0, Tries)
            .Select(_ => string.Join(random.Next(2) == 0 ? " " : "", Enumerable.Range(0, random.Next(1, 12)).Select(_ => Tokens[random.Next(Tokens.Length)])))
            .ToList();
#pragma warning restore CA5394
        await Parallel.ForEachAsync(texts, Cancel, async (text, _) =>
        {
            string[] own = ["0"];
            Harmless(await Mlflow.PostAsync("runs/search", new { experiment_ids = own, filter = text }), text);
            Harmless(await Mlflow.PostAsync("runs/search", new { experiment_ids = own, order_by = new[] { text } }), text);
            Harmless(await Mlflow.PostAsync("experiments/search", new { max_results = 5, filter = text, order_by = new[] { text } }), text);
            Harmless(await Mlflow.PostAsync("logged-models/search", new { experiment_ids = own, filter = text }), text);
            Harmless(await Mlflow.PostAsync("logged-models/search", new { experiment_ids = own, order_by = new[] { new { field_name = text } } }), text);
            Harmless(await Mlflow.GetAsync("registered-models/search", ("filter", text), ("order_by", text)), text);
            Harmless(await Mlflow.GetAsync("model-versions/search", ("filter", text), ("order_by", text)), text);
        });
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(100_000)]
    public async Task Long_filters_are_answered_or_refused(int length)
    {
        string[] own = ["0"];
        Harmless(await Mlflow.PostAsync("runs/search", new { experiment_ids = own, filter = Chars(length, '(') }), "");
        Harmless(await Mlflow.PostAsync("runs/search", new { experiment_ids = own, filter = $"params.p LIKE '{string.Concat(Enumerable.Repeat("%_", length / 2))}'" }), "");
        Harmless(await Mlflow.PostAsync("runs/search", new { experiment_ids = own, filter = $"run_id IN ({string.Join(',', Enumerable.Repeat("'a'", length / 4))})" }), "");
        Harmless(await Mlflow.PostAsync("runs/search", new { experiment_ids = own, filter = string.Join(" AND ", Enumerable.Repeat("params.p = 'a'", length / 100)) }), "");
        Harmless(await Mlflow.PostAsync("runs/search", new { experiment_ids = own, order_by = Enumerable.Repeat("params.p", length / 1000) }), "");
        Harmless(await Mlflow.PostAsync("runs/search", new { experiment_ids = Enumerable.Range(0, length / 10).Select(i => Plain(i)) }), "");
    }

    // The message may quote the filter: only what is not in it betrays the database.
    private static void Harmless(Answer answer, string text)
    {
        if (answer.Status == 200)
            return;
        answer.Check(answer.Status is >= 400 and < 500, $"neither answered nor refused: {text}");
        answer.Check(answer["error_code"] is not null, $"not in MLflow's shape: {text}");
        answer.Check(!Answer.LooksLikeSql(text.Length == 0 ? "" : answer.Text("message").Replace(text, "", StringComparison.Ordinal)), $"shows SQL: {text}");
    }
}

public sealed class SearchFuzzOnSqlite(Servers servers) : SearchFuzzTests(servers, Store.Sqlite);

public sealed class SearchFuzzOnPostgres(Servers servers) : SearchFuzzTests(servers, Store.Postgres);
