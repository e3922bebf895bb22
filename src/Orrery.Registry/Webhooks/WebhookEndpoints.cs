using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Orrery.Kernel;
using Orrery.Tracking;

namespace Orrery.Registry;

/// <summary>MLflow's webhooks, 3.3 and later.</summary>
internal sealed class WebhookEndpoints(Webhooks webhooks)
{
    private static readonly string[] Statuses = ["ACTIVE", "DISABLED"];

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapMlflow("POST", "webhooks", Permissions.Webhooks, CreateAsync);
        app.MapMlflow("GET", "webhooks", Permissions.Webhooks, ListAsync);
        app.MapMlflow("GET", "webhooks/{webhook_id}", Permissions.Webhooks, GetAsync);
        app.MapMlflow("PATCH", "webhooks/{webhook_id}", Permissions.Webhooks, UpdateAsync);
        app.MapMlflow("DELETE", "webhooks/{webhook_id}", Permissions.Webhooks, DeleteAsync);
        app.MapMlflow("POST", "webhooks/{webhook_id}/test", Permissions.Webhooks, TestAsync);
    }

    private async ValueTask<Failure?> CreateAsync(MlflowCall call)
    {
        call.Fields.Required("name");
        call.Fields.Required("url");
        if (!call.Fields.Has("events"))
            call.Fields.Fail(MlflowFields.Missing("events"));
        var asked = Read(call.Fields);
        return call.Fields.Failure ?? Answer(call, await webhooks.CreateAsync(call.Actor, asked, call.Cancel));
    }

    private async ValueTask<Failure?> ListAsync(MlflowCall call)
    {
        var limit = call.Fields.Whole("max_results") ?? 100;
        var token = call.Fields.Text("page_token");
        if (call.Fields.Failure is { } wrong)
            return wrong;
        if ((await webhooks.ListAsync(call.Actor, limit, token, call.Cancel)).Failed(out var failure, out var page))
            return failure;
        if (page.Items.Count > 0)
        {
            call.Json.WriteStartArray("webhooks"u8);
            foreach (var webhook in page.Items)
                Write(call.Json, webhook);
            call.Json.WriteEndArray();
        }

        call.Json.WriteOptional("next_page_token"u8, page.NextToken);
        return null;
    }

    private async ValueTask<Failure?> GetAsync(MlflowCall call) =>
        Answer(call, await webhooks.GetAsync(call.Actor, call.Route("webhook_id"), call.Cancel));

    private async ValueTask<Failure?> UpdateAsync(MlflowCall call)
    {
        var asked = Read(call.Fields);
        return call.Fields.Failure ?? Answer(call, await webhooks.UpdateAsync(call.Actor, call.Route("webhook_id"), asked, call.Cancel));
    }

    private async ValueTask<Failure?> DeleteAsync(MlflowCall call) =>
        (await webhooks.DeleteAsync(call.Actor, call.Route("webhook_id"), call.Cancel)).Failure;

    private async ValueTask<Failure?> TestAsync(MlflowCall call)
    {
        var kind = call.Fields.Nested("event") is { } nested ? Event(call.Fields, nested) : null;
        if (call.Fields.Failure is { } wrong)
            return wrong;
        if ((await webhooks.TestAsync(call.Actor, call.Route("webhook_id"), kind, call.Cancel)).Failed(out var failure, out var answer))
            return failure;
        call.Json.WriteStartObject("result"u8);
        call.Json.WriteBoolean("success"u8, answer.Status < 400);
        if (answer.Status is { } status)
            call.Json.WriteNumber("response_status"u8, status);
        call.Json.WriteOptional("response_body"u8, answer.Body);
        call.Json.WriteOptional("error_message"u8, answer.Error is null ? null : $"Failed to test webhook: {answer.Error}");
        call.Json.WriteEndObject();
        return null;
    }

    private static WebhookChange Read(MlflowFields fields)
    {
        var events = fields.Objects("events");
        var parsed = new List<WebhookEvent>(events.Count);
        foreach (var nested in events)
        {
            if (Event(fields, nested) is { } known)
                parsed.Add(known);
        }

        return new(
            RegisteredModels.NullIfEmpty(fields.Text("name")),
            RegisteredModels.NullIfEmpty(fields.Text("url")),
            RegisteredModels.NullIfEmpty(fields.Text("description")),
            parsed.Count == 0 ? null : parsed,
            RegisteredModels.NullIfEmpty(fields.Text("secret")),
            fields.Enum("status", Statuses) is { } status ? status == "ACTIVE" : null);
    }

    private static WebhookEvent? Event(MlflowFields fields, MlflowFields nested)
    {
        if (!WebhookEvent.Parse(nested.Enum("entity", WebhookEvent.Entities), nested.Enum("action", WebhookEvent.Actions)).Failed(out var wrong, out var known))
            return known;
        fields.Fail(wrong);
        return null;
    }

    private static Failure? Answer(MlflowCall call, Result<Webhook> result)
    {
        if (result.Failed(out var failure, out var webhook))
            return failure;
        call.Json.WritePropertyName("webhook"u8);
        Write(call.Json, webhook);
        return null;
    }

    private static void Write(Utf8JsonWriter json, Webhook webhook)
    {
        json.WriteStartObject();
        json.WriteString("webhook_id"u8, webhook.Id);
        json.WriteString("name"u8, webhook.Name);
        json.WriteOptional("description"u8, webhook.Description);
        json.WriteString("url"u8, webhook.Url);
        json.WriteStartArray("events"u8);
        foreach (var e in webhook.Events)
        {
            json.WriteStartObject();
            json.WriteString("entity"u8, e.Entity.ToUpperInvariant());
            json.WriteString("action"u8, e.Action.ToUpperInvariant());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("status"u8, webhook.IsActive ? "ACTIVE"u8 : "DISABLED"u8);
        json.WriteNumber("creation_timestamp"u8, webhook.CreatedAt);
        json.WriteNumber("last_updated_timestamp"u8, webhook.UpdatedAt);
        json.WriteEndObject();
    }
}
