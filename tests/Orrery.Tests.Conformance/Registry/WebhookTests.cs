using Xunit;

namespace Orrery.Tests.Conformance;

public abstract class WebhookTests(Servers servers, Store store) : RegistryTest(servers, store)
{
    private static readonly object[] OnVersions = [new { entity = "MODEL_VERSION", action = "CREATED" }];

    [Fact]
    public async Task A_webhook_is_created_read_changed_and_deleted()
    {
        var made = await Mlflow.PostAsync("webhooks", new { name = "w", description = "d", url = "https://example.com/h", events = OnVersions, secret = "s3cret" });
        var id = made.Ok().Text("webhook.webhook_id");
        var shape = $$"""
            {"webhook": {"webhook_id": "{{id}}", "name": "w", "description": "d", "url": "https://example.com/h", "events": [{"entity": "MODEL_VERSION", "action": "CREATED"}],
             "status": "ACTIVE", "creation_timestamp": "<number>", "last_updated_timestamp": "<number>"} }
            """;
        made.Gives(shape);
        (await Mlflow.GetAsync($"webhooks/{id}")).Gives(shape);
        (await Mlflow.PatchAsync($"webhooks/{id}", new { name = "w2", status = "DISABLED" })).Gives(shape
            .Replace("\"w\"", "\"w2\"", StringComparison.Ordinal).Replace("ACTIVE", "DISABLED", StringComparison.Ordinal));
        (await Mlflow.DeleteAsync($"webhooks/{id}")).Gives("{}");
        (await Mlflow.GetAsync($"webhooks/{id}")).IsMissing();
        (await Mlflow.GetAsync("webhooks")).Gives("{}");
    }

    [Fact]
    public async Task A_secret_is_never_shown()
    {
        var id = (await Mlflow.PostAsync("webhooks", new { name = "w", url = "https://example.com/h", events = OnVersions, secret = "tops3cret" })).Ok().Text("webhook.webhook_id");
        foreach (var answer in (Answer[])[await Mlflow.GetAsync($"webhooks/{id}"), await Mlflow.GetAsync("webhooks"), await Mlflow.PatchAsync($"webhooks/{id}", new { secret = "tops3cret2" })])
            Assert.DoesNotContain("tops3cret", answer.Ok().Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Webhooks_are_listed_in_pages()
    {
        for (var i = 0; i < 3; i++)
            (await Mlflow.PostAsync("webhooks", new { name = $"w{i}", url = "https://example.com/h", events = OnVersions })).Ok();
        var first = (await Mlflow.GetAsync("webhooks", ("max_results", 2))).Ok();
        var second = (await Mlflow.GetAsync("webhooks", ("max_results", 2), ("page_token", first.Text("next_page_token")))).Ok().Omits("next_page_token");
        Assert.Equal(["w0", "w1", "w2"], first.Texts("webhooks", "name").Concat(second.Texts("webhooks", "name")).Order());
        (await Mlflow.GetAsync("webhooks", ("page_token", "@@"))).IsInvalid();
    }

    [Theory]
    [InlineData("""{"url": "https://example.com/h", "events": [{"entity": "MODEL_VERSION", "action": "CREATED"}]}""")]
    [InlineData("""{"name": "w", "events": [{"entity": "MODEL_VERSION", "action": "CREATED"}]}""")]
    [InlineData("""{"name": "w", "url": "https://example.com/h"}""")]
    [InlineData("""{"name": "w", "url": "https://example.com/h", "events": []}""")]
    [InlineData("""{"name": "w", "url": "ftp://example.com/h", "events": [{"entity": "MODEL_VERSION", "action": "CREATED"}]}""")]
    [InlineData("""{"name": "w", "url": "no address", "events": [{"entity": "MODEL_VERSION", "action": "CREATED"}]}""")]
    [InlineData("""{"name": "w", "url": "file:///etc/passwd", "events": [{"entity": "MODEL_VERSION", "action": "CREATED"}]}""")]
    [InlineData("""{"name": "w", "url": "https://example.com/h", "events": [{"entity": "REGISTERED_MODEL", "action": "DELETED"}]}""")]
    public async Task A_webhook_that_makes_no_sense_is_refused(string body) => (await Mlflow.PostAsync("webhooks", body)).IsInvalid();

    [Theory]
    [InlineData("REGISTERED_MODEL", "CREATED")]
    [InlineData("MODEL_VERSION", "CREATED")]
    [InlineData("MODEL_VERSION_TAG", "SET")]
    [InlineData("MODEL_VERSION_TAG", "DELETED")]
    [InlineData("MODEL_VERSION_ALIAS", "CREATED")]
    [InlineData("MODEL_VERSION_ALIAS", "DELETED")]
    public async Task A_webhook_may_wait_for_any_of_MLflows_events(string entity, string action) => (await Mlflow.PostAsync("webhooks", new
    {
        name = "w",
        url = "https://example.com/h",
        events = new[] { new { entity, action } },
    })).Ok();

    [Fact]
    public async Task A_webhook_that_is_not_there_is_not_found()
    {
        const string none = "webhooks/00000000-0000-0000-0000-000000000000";
        (await Mlflow.GetAsync(none)).IsMissing();
        (await Mlflow.PatchAsync(none, new { name = "x" })).IsMissing();
        (await Mlflow.DeleteAsync(none)).IsMissing();
        (await Mlflow.PostAsync(none + "/test", new { })).IsMissing();
    }

    [Fact]
    public async Task A_webhook_into_a_private_network_is_refused()
    {
        (await Mlflow.PostAsync("webhooks", new { name = "w", url = "https://127.0.0.1:1/h", events = OnVersions })).IsInvalid();
    }
}

public sealed class WebhooksOnSqlite(Servers servers) : WebhookTests(servers, Store.Sqlite);

public sealed class WebhooksOnPostgres(Servers servers) : WebhookTests(servers, Store.Postgres);
