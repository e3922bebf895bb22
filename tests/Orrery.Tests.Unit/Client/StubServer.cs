using System.Net;
using System.Text;
using Orrery.Client;

namespace Orrery.Tests.Unit;

/// <summary>Answers requests in process, in the order of a script; the last answer repeats.</summary>
internal sealed class StubServer : HttpMessageHandler
{
    private readonly Queue<Func<HttpRequestMessage, HttpResponseMessage>> _answers = new();
    private readonly Lock _lock = new();

    public List<(HttpMethod Method, Uri Url, string Body)> Requests { get; } = [];

    public List<HttpRequestMessage> Messages { get; } = [];

    public StubServer Answer(HttpStatusCode status, string body = "{}", Action<HttpResponseMessage>? more = null) => Answer(_ =>
    {
        var response = new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        more?.Invoke(response);
        return response;
    });

    public StubServer Answer(string body) => Answer(HttpStatusCode.OK, body);

    public StubServer Answer(Func<HttpRequestMessage, HttpResponseMessage> answer)
    {
        _answers.Enqueue(answer);
        return this;
    }

    public OrreryClient Client(OrreryClientOptions? options = null) => new(new Uri("http://stub:5000"), new()
    {
        Handler = this,
        Retries = options?.Retries ?? 5,
        Workspace = options?.Workspace,
        Token = options?.Token,
        Timeout = options?.Timeout ?? TimeSpan.FromSeconds(30),
        Time = options?.Time ?? new InstantTime(),
    });

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        Func<HttpRequestMessage, HttpResponseMessage> answer;
        lock (_lock)
        {
            Requests.Add((request.Method, request.RequestUri!, body));
            Messages.Add(request);
            answer = _answers.Count > 1 ? _answers.Dequeue() : _answers.Peek();
        }

        var response = answer(request);
        response.RequestMessage = request;
        return response;
    }
}
