using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Who is told of deliveries, by webhooks and mail that are really received.</summary>
public sealed class DeliveryNoticeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Webhook_and_mail_tell_it_and_one_that_fails_fails_nothing()
    {
        await using var hook = await WebhookReceiver.StartAsync();
        await using var mail = new MailReceiver();
        hook.Answer = static (_, path) => path == "/broken" ? Results.StatusCode(500) : Results.Text("ok");
        await using var process = await ServerProcess.StartAsync(
            environment: new Dictionary<string, string>
            {
                ["Orrery__Webhooks__AllowPrivateNetworks"] = "true",
                ["Orrery__Delivery__Mail__Host"] = "127.0.0.1",
                ["Orrery__Delivery__Mail__Port"] = mail.Port.ToString(CultureInfo.InvariantCulture),
                ["Orrery__Delivery__Mail__Tls"] = "false",
                ["Orrery__Delivery__Mail__From"] = "orrery@example.org",
            },
            cancel: Cancel);
        await new ServingServer(process).RegisterOnnxAsync("told", OnnxModels.Identity(11, -1, 1));
        var settings = new JsonObject
        {
            ["notify"] = new JsonObject { ["webhooks"] = new JsonArray($"{hook.Address}secret", $"{hook.Address}broken"), ["emails"] = new JsonArray("team@example.org") },
        };
        using var put = await process.Client.PutAsJsonAsync("/api/v1/delivery-settings?environment=staging", settings, Cancel);
        var shown = await put.Content.ReadAsStringAsync(Cancel);
        Assert.True(put.StatusCode is HttpStatusCode.OK, shown);
        Assert.DoesNotContain("secret", shown, StringComparison.Ordinal);

        var deliveries = new DeliveryServer(process);
        var ended = await deliveries.EndAsync(await deliveries.StartAsync("""{"model":"told","version":"1","environment":"staging","justification":"<b>why</b>"}"""));

        Assert.True((string)ended["state"]! == "succeeded", ended.ToJsonString());
        Assert.Equal("Told 2 of 3, and the status page.", (string)ended["stages"]![8]!["message"]!);
        var call = JsonNode.Parse(hook.Calls.Single(static one => one.Path == "/secret").Body)!;
        Assert.Equal("told 1 was delivered to staging", (string)call["text"]!);
        Assert.Equal("header", (string)call["blocks"]![0]!["type"]!);
        Assert.Contains("&lt;b&gt;why", call["blocks"]![1]!["fields"]!.AsArray().Select(static field => (string)field!["text"]!).Single(static text => text.StartsWith("*Why*", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal("team@example.org", mail.Messages.Single().To);
        Assert.Contains("told 1 was delivered to staging", mail.Messages.Single().Text, StringComparison.Ordinal);
    }
}
