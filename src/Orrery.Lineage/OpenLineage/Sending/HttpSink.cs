using System.Globalization;
using System.Net.Http.Headers;
using Orrery.Kernel;

namespace Orrery.Lineage;

/// <summary>Posts events to an address.</summary>
internal sealed class HttpSink(OpenLineageOptions options, TimeProvider time) : IEventSink, IDisposable
{
    private readonly HttpClient _http = GuardedHttp.Create(
        options.Timeout, options.AllowPrivateNetworks, "lineage into private networks needs Orrery:Lineage:OpenLineage:AllowPrivateNetworks.");

    public string Name => "lineage.openlineage_http";

    public async ValueTask<Result<Done>> SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(options.Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, options.Url) { Content = new ReadOnlyMemoryContent(body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            if (!string.IsNullOrEmpty(options.Token))
                request.Headers.Authorization = new("Bearer", options.Token);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
            return response.IsSuccessStatusCode ? Done.Ok : Away(string.Create(CultureInfo.InvariantCulture, $"It answered {(int)response.StatusCode}."));
        }
        catch (HttpRequestException e)
        {
            return Away(e.InnerException is RefusedAddressException refused ? refused.Message : e.Message);
        }
        catch (IOException e)
        {
            return Away(e.Message);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return Away(string.Create(CultureInfo.InvariantCulture, $"It did not answer within {options.Timeout.TotalSeconds:0.#} s."));
        }
    }

    public void Dispose() => _http.Dispose();

    private static Failure Away(string why) => Failure.Unavailable("lineage.receiver_away", $"The receiver of lineage events did not take one: {why}");
}
