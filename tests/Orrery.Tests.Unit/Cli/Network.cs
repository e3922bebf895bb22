using Orrery.Cli;

namespace Orrery.Tests.Unit;

/// <summary>Servers in memory by their host names, and a command line that reaches them.</summary>
internal sealed class Network
{
    private readonly Dictionary<string, MemoryServer> _servers = [];

    public MemoryServer this[string host]
    {
        get
        {
            if (!_servers.TryGetValue(host, out var server))
                _servers[host] = server = new MemoryServer();
            return server;
        }
    }

    public async Task<CliRun> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var host = new CliHost(output, errors, _ => null, new InstantTime()) { Handler = () => new Handler(this) };
        var code = await MlopsCommand.RunAsync(args, host);
        return new(code, output.ToString(), errors.ToString());
    }

    private sealed class Handler(Network network) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
            var answer = network[request.RequestUri!.Host].Answer(request, body);
            answer.RequestMessage = request;
            return answer;
        }
    }
}
