namespace Orrery.Tests.Conformance;

/// <summary>Where we answer otherwise than the recordings, on purpose.</summary>
/// <param name="Exchange">Name of the exchange, or <c>*</c> for all.</param>
/// <param name="Recorded">The part of the recorded answer that differs; null for the whole of it.</param>
/// <param name="Ours">What stands there instead.</param>
/// <param name="Reason">Why.</param>
internal sealed record Deviation(string Exchange, string? Recorded, string Ours, string Reason)
{
    private const string NoEndpoint = "404 application/json\n" + """{"error_code": "ENDPOINT_NOT_FOUND", "message": "<text>"}""";

    private static readonly string[] TwoParams =
    [
        """"params": [{"key": "a", "value": "b"}]"""",
        """"params": [{"key": "a", "value": "b"}, {"key": "p2", "value": "y"}]"""",
    ];

    /// <summary>The whole list.</summary>
    public static IReadOnlyList<Deviation> All { get; } =
    [
        new("version", null, "200 text/plain\n3.3.0", "Below 3.4 clients keep spans as artifacts and do not send OTLP, which is not offered."),
        new("health", "text/html", "text/plain", "It is plain text, and says so."),
        new("duplicate", null, Refusal("RESOURCE_ALREADY_EXISTS", "Experiment(name=gold) already exists."), "No SQL in messages."),
        new("dup rm", null, Refusal("RESOURCE_ALREADY_EXISTS", "Registered Model (name=gm) already exists."), "No SQL in messages."),
        new("*", "-1.7976931348623157e+308", "\"-Infinity\"", "Infinities are kept as they were logged."),
        new("*", "1.7976931348623157e+308", "\"Infinity\"", "Infinities are kept as they were logged."),
        new("bad attr", null, Refusal("INVALID_PARAMETER_VALUE", "<text>"), "The valid keys are a set: their order is chance."),
        new("filter attributes.foo = '1'", null, Refusal("INVALID_PARAMETER_VALUE", "<text>"), "The valid keys are a set: their order is chance."),
        new("history w/o max_results", """{"next_page_token": "<text>"}""", """{"metrics": [{"key": "b", "value": 1.0, "timestamp": 1, "step": 1}]}""", "3.6 gives nothing and a token, a bug; we give all, as 2.17 does."),
        new("bad token", null, Refusal("INVALID_PARAMETER_VALUE", "<text>"), "Our tokens are not theirs."),
        new("download missing", null, "404 application/json\n" + """{"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "<text>"}""", "No 500 for a user's mistake: clients would retry for minutes."),
        new("unknown endpoint", null, NoEndpoint, "JSON instead of HTML, which clients can show."),
        new("preview path", null, NoEndpoint, "JSON instead of HTML, which clients can show."),
        new("3.0 path", null, NoEndpoint, "JSON instead of HTML, which clients can show."),
        new("server-info (later upstream)", null, NoEndpoint, "JSON instead of HTML, which clients can show."),
        new("wrong method", null, NoEndpoint.Replace("404", "405", StringComparison.Ordinal), "JSON instead of HTML, which clients can show."),
        new("params", null, "200 application/json\n{}", "The path names the model; wanting it in the body again is a slip of MLflow's."),
        new("get lm", TwoParams[0], TwoParams[1], "The parameter that MLflow refused above."),
        new("search lm", TwoParams[0], TwoParams[1], "The parameter that MLflow refused above."),
        new("bad version", "Model version must be an integer, got 'abc'", "Parameter 'version' must be an integer, got 'abc'.", "2.17's text; ours is 3.6's."),
        new("create run", "\"r1\"}]}}}", "\"r1\"}]}, \"inputs\": {}}}", "2.17 omits inputs; we answer as 3.6."),
        new("latest", "\"run_link\": \"\"}]}", "\"run_link\": \"\", \"aliases\": [\"champ\"]}]}", "2.17 omits aliases; we answer as 3.6."),
    ];

    /// <summary>What we should answer where the recording has this answer.</summary>
    public static string Expected(Exchange exchange) => All
        .Where(deviation => deviation.Exchange == "*" || deviation.Exchange == exchange.Name)
        .Aggregate(exchange.Answer, (answer, deviation) => deviation.Recorded is null
            ? deviation.Ours
            : answer.Replace(deviation.Recorded, deviation.Ours, StringComparison.Ordinal));

    private static string Refusal(string code, string message) =>
        $$"""
        400 application/json
        {"error_code": "{{code}}", "message": "{{message}}"}
        """;
}
