using System.Text.Json;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Filters that are nearly right, two thousand on each database, always the same ones.</summary>
public sealed class FilterFuzzTests(HostileServers servers) : IClassFixture<HostileServers>
{
    private const int Requests = 2_000;

    private static readonly string[] RunFilters =
    [
        "metrics.acc > 0.5 AND params.lr = '0.1'", "metrics.`a b` >= -1.5e3 and tags.\"t.u\" LIKE '%a_'", "tags.env ILIKE 'PROD%' and attributes.status != 'FAILED'",
        "run_id IN ('a', 'b', \"c\")", "attributes.run_id NOT IN ('a')", "start_time >= 1700000000000 AND end_time < 9999999999999", "dataset.name = 'd' and datasets.digest IN ('x','y')",
        "attributes.`Run name` = 'n''ame'", "metrics.loss != 1 AND metrics.loss <= 1e308", "params.p LIKE 'a\\%b'", "tags.`mlflow.user` = \"it's\"", "user_id ILIKE '_x_'",
    ];

    private static readonly string[] NameFilters =
    [
        "name = 'a'", "name LIKE '%a%' AND tags.k = 'v'", "attribute.name ILIKE 'A_b'", "tags.`a b` != 'x'", "creation_time > 5 AND last_update_time <= 1e15",
        "tag.`mlflow.prompt.is_prompt` != 'true'", "name != 'it''s' and tag.k LIKE 'v%'",
    ];

    private static readonly string[] VersionFilters =
    [
        "name = 'a' AND version_number >= 2", "run_id IN ('a', 'b')", "source_path = 's3://b/p' and tags.k = 'v'", "tag.stage != 'x' AND name ILIKE 'A%'", "version_number = '3'",
    ];

    private static readonly string[] LoggedModelFilters =
    [
        "name = 'a' AND metrics.acc > 0.5", "params.lr = '0.1' and tags.k LIKE 'v%'", "creation_timestamp >= 5 AND status = 'READY'", "model_id IN ('m-1', 'm-2')", "source_run_id != 'r'",
        "attributes.model_type ILIKE 'sk_%'",
    ];

    private static readonly string[] Orders =
    [
        "metrics.acc DESC", "params.`a b` ASC", "tags.k", "attributes.start_time desc", "name", "creation_time ASC", "last_updated_timestamp DESC", "version_number", "run_id asc", "timestamp",
    ];

    /// <summary>Pieces that mean something to a parser or to a database.</summary>
    private static readonly string[] Pieces =
    [
        "'", "\"", "`", "''", "\\", "(", ")", ",", ";", "--", "/*", "*/", "=", "!=", "<>", ">=", "~", "%", "_", " AND ", " OR ", " IN ", " LIKE ", " NOT ", " IS NULL ", " ", "\t", "\n", ".", "..", "@run",
        "@tenant", "{in keys}", "{rows}", "{0}", "$1", "?1", ":x", "0x1F", "1e999", "-", "+", "NaN", "Infinity", "9223372036854775808", "-9223372036854775809", "true", "null", "\u00e9", "\U0001F680", "\uffff",
        "'; drop table trk_run; --", "' or '1'='1", "metrics.", "params.x", "tags.`x`", "attributes.", "dataset.", "name", "run_id", "ESCAPE", "COLLATE nocase", "1 = 1", "::text", "||", "x'00'",
    ];

    /// <summary>What a database's own messages and our statements have in them.</summary>
    private static readonly string[] Leaks =
        ["tenant_id", "sqlite", "npgsql", "postgres", "sqlstate", "near \"", "no such column", "unrecognized token", "syntax error at or near", "where tenant", "order by rows", "exception", "   at "];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nearly_right_filters_are_answered_or_refused_in_words(bool postgres)
    {
        var server = await servers.OnAsync(postgres);
        await FillAsync(server);
        var random = new Random(20_261_120);
        var bad = new List<string>();
        var answered = 0;
        for (var i = 0; i < Requests; i++)
        {
            var (what, answer) = await AskAsync(server, random, i % 5);
            if (answer.Status is not (200 or 400))
                bad.Add($"{what} -> {answer.Status} {answer.Body}");
            else if (answer.Status == 400 && Leaks.FirstOrDefault(leak => Own(answer, what).Contains(leak, StringComparison.OrdinalIgnoreCase)) is { } leaked)
                bad.Add($"{what} -> gives '{leaked}' away: {answer.Body}");
            answered += answer.Status == 200 ? 1 : 0;
        }

        Bad.None(bad);
        Assert.InRange(answered, Requests / 20, Requests * 19 / 20);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Filters_of_absurd_size_are_answered_or_refused(bool postgres)
    {
        var server = await servers.OnAsync(postgres);
        string[] filters =
        [
            string.Join(" AND ", Enumerable.Repeat("params.a = 'x'", 3_000)), string.Join(" AND ", Enumerable.Range(0, 300).Select(static i => $"metrics.m{i} > {i}")),
            $"run_id IN ({string.Join(',', Enumerable.Range(0, 20_000).Select(static i => $"'{i}'"))})", $"params.a = '{new string('x', 1_000_000)}'",
            $"params.`{new string('k', 100_000)}` = 'x'", $"tags.a LIKE '{new string('%', 10_000)}'", $"tags.a ILIKE '{string.Concat(Enumerable.Repeat("%a", 2_000))}b'", new string('(', 100_000), new string('\'', 99_999),
            string.Concat(Enumerable.Repeat("a.", 50_000)), "metrics.a > " + new string('9', 10_000), "metrics.a > 1e" + new string('9', 1_000), new string(' ', 1_000_000),
        ];
        foreach (var filter in filters)
        {
            foreach (var path in new[] { "runs/search", "experiments/search", "logged-models/search" })
            {
                var answer = await server.Client.PostAsync(path, new { experiment_ids = new[] { "0" }, filter, max_results = 5 }, Cancel);
                Assert.True(answer.Status is 200 or 400, $"{path} {filter[..Math.Min(60, filter.Length)]} -> {answer.Status} {answer.Body[..Math.Min(300, answer.Body.Length)]}");
            }
        }
    }

    private static async Task<(string What, Answer Answer)> AskAsync(ServerProcess server, Random random, int kind)
    {
        var filter = Mutate(random, Pick(random, kind switch { 0 => RunFilters, 1 or 2 => NameFilters, 3 => VersionFilters, _ => LoggedModelFilters }));
        var order = random.Next(4) == 0 ? Mutate(random, Pick(random, Orders)) : null;
        string[] orders = order is null ? [] : [order];
        var query = $"filter={Uri.EscapeDataString(filter)}{(order is null ? "" : "&order_by=" + Uri.EscapeDataString(order))}";
        string[] all = ["0"];
        var answer = await (kind switch
        {
            0 => server.Client.PostAsync("runs/search", new { experiment_ids = all, filter, order_by = orders }, Cancel),
            1 => server.Client.PostAsync("experiments/search", new { filter, order_by = orders, max_results = 10 }, Cancel),
            2 => server.Client.GetAnswerAsync($"{Calls.Api}registered-models/search?{query}", Cancel),
            3 => server.Client.GetAnswerAsync($"{Calls.Api}model-versions/search?{query}", Cancel),
            _ => server.Client.PostAsync(
                "logged-models/search", new { experiment_ids = all, filter, order_by = orders.Select(static o => new { field_name = o }) }, Cancel),
        });
        return ($"{kind} {JsonSerializer.Serialize(new { filter, order })}", answer);
    }

    // Once or a few times: insert a piece, drop or repeat a stretch, change a character, or graft the end of another filter on.
    private static string Mutate(Random random, string text)
    {
        for (var rounds = random.Next(4); rounds > 0 && text.Length > 0; rounds--)
        {
            var at = random.Next(text.Length);
            var end = Math.Min(text.Length, at + 1 + random.Next(6));
            text = random.Next(6) switch
            {
                0 or 1 => text[..at] + Pick(random, Pieces) + text[at..],
                2 => text[..at] + text[end..],
                3 => text[..end] + text[at..],
                4 => text[..at] + Pick(random, Pieces) + text[end..],
                _ => text[..at] + Pick(random, RunFilters)[^Math.Min(12, text.Length)..],
            };
        }

        return text;
    }

    // A message may quote the caller's own words.
    private static string Own(Answer answer, string what) =>
        Pieces.Where(what.Contains).Aggregate(answer.Message ?? "", static (message, piece) => message.Replace(piece, " ", StringComparison.Ordinal));

    private static async Task FillAsync(ServerProcess server)
    {
        for (var i = 0; i < 3; i++)
        {
            var run = await server.Client.CreateRunAsync(Cancel);
            await server.Client.PostAsync("runs/log-batch", new
            {
                run_id = run,
                metrics = new[] { new { key = "acc", value = i / 3.0, timestamp = i, step = i }, new { key = "loss", value = 1.0, timestamp = i, step = i } },
                @params = new[] { new { key = "lr", value = "0.1" }, new { key = "p", value = "a%b" } },
                tags = new[] { new { key = "env", value = "prod" }, new { key = "k", value = "v" } },
            }, Cancel);
        }

        await server.Client.PostAsync("registered-models/create", new { name = "a", tags = new[] { new { key = "k", value = "v" } } }, Cancel);
        await server.Client.PostAsync("model-versions/create", new { name = "a", source = "s3://b/p" }, Cancel);
        await server.Client.PostAsync("logged-models", new { experiment_id = "0", name = "a" }, Cancel);
    }

    private static string Pick(Random random, string[] all) => all[random.Next(all.Length)];
}
