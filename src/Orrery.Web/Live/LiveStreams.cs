using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orrery.Client;

namespace Orrery.Web;

/// <summary>
/// Pages that keep themselves up to date: whoever asks for a page as <c>text/event-stream</c> gets its live parts again whenever they have
/// changed (server-sent events, WHATWG HTML 9.2). Each time the page is asked for anew in the viewer's name: who may no longer see it gets no more.
/// </summary>
internal sealed class LiveStreams(TimeProvider time, IHostApplicationLifetime life)
{
    /// <summary>Streams at once, over all pages. More are refused for a while: a page without is as it was when it was opened.</summary>
    public const int Most = 500;

    /// <summary>Streams of one session at once: its open tabs.</summary>
    public const int MostOfOne = 20;

    private static readonly TimeSpan Between = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);
    private readonly ConcurrentDictionary<string, int> _callers = new(StringComparer.Ordinal);
    private int _open;

    /// <summary>Whether a request asks for events.</summary>
    public static bool AskedBy(HttpRequest request) => request.Headers.Accept.ToString().StartsWith("text/event-stream", StringComparison.Ordinal);

    /// <summary>Sends changed parts until the browser goes away, the server ends or the page is refused.</summary>
    public async Task SendAsync<TPage>(HttpContext context)
        where TPage : IComponent
    {
        var caller = KeyOf(context);
        if (Interlocked.Increment(ref _open) > Most | _callers.AddOrUpdate(caller, 1, static (_, open) => open + 1) > MostOfOne)
        {
            End(caller);
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "60";
            return;
        }

        try
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, life.ApplicationStopping);
            await SendAsync<TPage>(context, over.Token);
        }
        catch (OperationCanceledException)
        {
            // The browser went away, or the server ends.
        }
        finally
        {
            End(caller);
        }
    }

    // A session has its own; who has none shares those of an address.
    private static string KeyOf(HttpContext context) => context.Request.Headers.Cookie.ToString() is { Length: > 0 } cookie
        ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(cookie)))
        : context.Connection.RemoteIpAddress?.ToString() ?? "";

    private void End(string caller)
    {
        Interlocked.Decrement(ref _open);
        // Whoever takes out a count that is none any more takes out just that.
        if (_callers.AddOrUpdate(caller, 0, static (_, open) => open - 1) <= 0)
            _callers.TryRemove(new(caller, 0));
    }

    private async Task SendAsync<TPage>(HttpContext context, CancellationToken cancel)
        where TPage : IComponent
    {
        context.Response.ContentType = "text/event-stream; charset=utf-8";
        await WriteAsync(context, string.Create(CultureInfo.InvariantCulture, $"retry: {Between.TotalMilliseconds:0}\n\n"), cancel);
        var sent = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var began = time.GetTimestamp(); time.GetElapsedTime(began) < Longest;)
        {
            if (await LookAsync<TPage>(context.RequestServices) is not { } page || LiveParts.Of(page).ToList() is not { Count: > 0 } parts)
            {
                // The page as a whole tells why; one that has no such parts has nothing to send.
                await WriteAsync(context, "event: over\ndata:\n\n", cancel);
                return;
            }

            var events = parts.Where(part => Changed(sent, part)).Select(static part => $"data: {JsonSerializer.Serialize(new[] { part.Id, part.Html })}\n\n").ToList();
            await WriteAsync(context, events.Count == 0 ? ":\n\n" : string.Concat(events), cancel);
            await Task.Delay(Between, time, cancel);
        }
    }

    private static bool Changed(Dictionary<string, string> sent, (string Id, string Html) part)
    {
        var changed = !sent.TryGetValue(part.Id, out var before) || before != part.Html;
        sent[part.Id] = part.Html;
        return changed;
    }

    private static async Task<string?> LookAsync<TPage>(IServiceProvider services)
        where TPage : IComponent
    {
        await using var scope = services.GetRequiredService<IServiceScopeFactory>().CreateAsyncScope();
        try
        {
            await scope.ServiceProvider.GetRequiredService<PageContext>().LookAsync();
            return await PageAnswer.RenderAsync<TPage>(scope.ServiceProvider, []);
        }
        catch (OrreryApiException)
        {
            return null;
        }
    }

    private static async Task WriteAsync(HttpContext context, string text, CancellationToken cancel)
    {
        await context.Response.WriteAsync(text, cancel);
        await context.Response.Body.FlushAsync(cancel);
    }
}
