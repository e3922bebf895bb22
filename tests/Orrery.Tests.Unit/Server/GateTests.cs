using Microsoft.AspNetCore.Http;
using Orrery.Server;
using Orrery.Tenancy;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class GateTests
{
    private static readonly Gate Gate = new(new ServerOptions
    {
        Urls = ["http://127.0.0.1:5000", "http://127.0.0.9:5000"],
        AllowedHosts = ["orrery.example.com", "*.lab.example.com"],
        AllowedOrigins = ["https://portal.example.com"],
    });

    [Theory]
    [InlineData("localhost:5000", true)]
    [InlineData("LOCALHOST", true)]
    [InlineData("127.0.0.1:5000", true)]
    [InlineData("127.0.0.9:5000", true)]
    [InlineData("[::1]:5000", true)]
    [InlineData("orrery.example.com", true)]
    [InlineData("a.lab.example.com:80", true)]
    [InlineData("", true)]
    [InlineData("evil.example.com", false)]
    [InlineData("lab.example.com.evil.com", false)]
    [InlineData("127.0.0.1.evil.com", false)]
    [InlineData("10.0.0.1:5000", false)]
    public void The_host_header_must_be_a_name_of_the_server(string host, bool passes)
    {
        var refusal = Gate.Refuses(Request("GET", host, origin: null));
        Assert.Equal(passes, refusal is null);
        if (!passes)
            Assert.Contains("Orrery:AllowedHosts", refusal?.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST", null, true)]
    [InlineData("POST", "http://localhost:5000", true)]
    [InlineData("POST", "https://localhost:5000", true)]
    [InlineData("POST", "https://portal.example.com", true)]
    [InlineData("GET", "https://evil.example.com", true)]
    [InlineData("POST", "https://evil.example.com", false)]
    [InlineData("PUT", "http://localhost:5001", false)]
    [InlineData("DELETE", "null", false)]
    [InlineData("PATCH", "http://localhost", false)]
    [InlineData("POST", "file://localhost:5000", false)]
    [InlineData("POST", "http://localhost:5000.evil.com", false)]
    public void Pages_of_other_sites_change_nothing(string method, string? origin, bool passes) =>
        Assert.Equal(passes, Gate.Refuses(Request(method, "localhost:5000", origin)) is null);

    [Theory]
    [InlineData("abc-123_X.y:z", true)]
    [InlineData("", false)]
    [InlineData("a b", false)]
    [InlineData("a\nforged line", false)]
    [InlineData("ä", false)]
    public void Request_ids_of_callers_are_taken_when_they_are_sane(string id, bool sane) => Assert.Equal(sane, RequestId.IsSane(id));

    [Fact]
    public void Request_ids_end_at_128_characters()
    {
        Assert.True(RequestId.IsSane(new string('a', 128)));
        Assert.False(RequestId.IsSane(new string('a', 129)));
    }

    [Theory]
    [InlineData("/api/2.0/mlflow/runs/get", true)]
    [InlineData("/api/3.0/mlflow/traces", true)]
    [InlineData("/ajax-api/2.0/mlflow/runs/get", true)]
    [InlineData("/w/team/api/2.0/mlflow/runs/get", true)]
    [InlineData("/api/v1/version", false)]
    [InlineData("/w/team/api/v1/version", false)]
    [InlineData("/w/api/2.0", false)]
    [InlineData("/api/2.01/x", true)]
    [InlineData("/w/team", false)]
    [InlineData("/w/", false)]
    [InlineData("", false)]
    public void Mlflow_paths_are_known_with_and_without_a_workspace(string path, bool mlflow) =>
        Assert.Equal(mlflow, Refusals.IsMlflowPath(new PathString(path)));

    private static HttpRequest Request(string method, string host, string? origin)
    {
        var request = new DefaultHttpContext().Request;
        request.Method = method;
        request.Host = new HostString(host);
        if (origin is not null)
            request.Headers.Origin = origin;
        return request;
    }
}
