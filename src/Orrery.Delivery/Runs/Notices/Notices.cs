using System.Net.Http.Headers;
using System.Net.Mail;
using System.Text;
using Microsoft.Extensions.Logging;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Registry;

namespace Orrery.Delivery;

/// <summary>Sends notices of deliveries: Slack's JSON to webhooks, and mail. Addresses of webhooks are of users: only those on the public internet are called, unless the server's settings say otherwise.</summary>
internal sealed class Notices : IDisposable
{
    private readonly WebhookOptions _webhooks;
    private readonly DeliveryOptions _options;
    private readonly DeliveryInstruments _instruments;
    private readonly ILogger<Notices> _logger;
    private readonly HttpClient _http;

    public Notices(WebhookOptions webhooks, DeliveryOptions options, DeliveryInstruments instruments, ILogger<Notices> logger)
    {
        (_webhooks, _options, _instruments, _logger) = (webhooks, options, instruments, logger);
        _http = GuardedHttp.Create(webhooks.Timeout, webhooks.AllowPrivateNetworks, "webhooks into private networks need Orrery:Webhooks:AllowPrivateNetworks.");
    }

    /// <summary>Tells all who are to be told, and what came of it. Nothing is thrown but what breaks off.</summary>
    public async ValueTask<IReadOnlyList<SentNotice>> SendAsync(DeliveryRow row, DeliverySettings settings, NoticeText notice, CancellationToken cancel)
    {
        var sent = new List<SentNotice>();
        var link = _options.PublicUrl.Length > 0 ? _options.PublicUrl.TrimEnd('/') + "/status" : null;
        foreach (var url in settings.Notify?.Webhooks ?? [])
            sent.Add(new("webhook", new Uri(url).Host, await CallAsync(url, row.Id, SlackText.Of(notice, link), cancel)));
        foreach (var address in settings.Notify?.Emails ?? [])
            sent.Add(new("mail", address, await MailAsync(address, notice, link, cancel)));
        foreach (var one in sent)
        {
            _instruments.Told(one.Road, one.Problem is null);
            if (one.Problem is { } problem)
                Log.NoticeFailed(_logger, row.Id, one.Road, problem);
        }

        return sent;
    }

    public void Dispose() => _http.Dispose();

    private async ValueTask<string?> CallAsync(string url, string delivery, byte[] body, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(_webhooks.Timeout);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Orrery-Delivery", "1"));
            request.Headers.Add("X-Orrery-Delivery", delivery);
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            return answer.IsSuccessStatusCode ? null : $"It answered with status {(int)answer.StatusCode}.";
        }
        catch (HttpRequestException failed)
        {
            return failed.InnerException is RefusedAddressException refused ? refused.Message : "The host did not answer.";
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return $"No answer within {_webhooks.Timeout.TotalSeconds:0} s.";
        }
    }

    private async ValueTask<string?> MailAsync(string address, NoticeText notice, string? link, CancellationToken cancel)
    {
        var mail = _options.Mail;
        if (mail.Host.Length == 0)
            return "The server has no mail host: set Orrery:Delivery:Mail:Host.";
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(_webhooks.Timeout);
        try
        {
            using var client = new SmtpClient(mail.Host, mail.Port) { EnableSsl = mail.Tls, DeliveryMethod = SmtpDeliveryMethod.Network };
            if (mail.User.Length > 0)
                client.Credentials = new System.Net.NetworkCredential(mail.User, mail.Password);
            var body = string.Join('\n', notice.Lines.Select(static line => $"{line.Name}: {line.Value}")) + (link is null ? "\n" : $"\n\n{link}\n");
            using var message = new MailMessage(mail.From, address, MailText.Line("[Orrery] " + notice.Title), $"{notice.Title}\n\n{body}")
            {
                BodyEncoding = Encoding.UTF8,
                SubjectEncoding = Encoding.UTF8,
            };
            await client.SendMailAsync(message, limit.Token);
            return null;
        }
        catch (Exception failed) when (failed is SmtpException or IOException or InvalidOperationException or FormatException)
        {
            return $"The mail host {mail.Host} did not take it: {failed.InnerException?.Message ?? failed.Message}";
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return $"The mail host did not take it within {_webhooks.Timeout.TotalSeconds:0} s.";
        }
    }
}

/// <summary>A notice, and what became of it.</summary>
/// <param name="Road"><c>webhook</c> or <c>mail</c>.</param>
/// <param name="To">Host or address.</param>
/// <param name="Problem">Why it was not sent; null when it was.</param>
internal sealed record SentNotice(string Road, string To, string? Problem);
