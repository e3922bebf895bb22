using Orrery.Contracts;
using Orrery.Governance;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>What approvers see of an endpoint elsewhere, and what its hash covers.</summary>
public sealed class RemoteApprovalTests
{
    private static readonly RemoteSpec Elsewhere = new()
    {
        Url = "https://triton.example.com",
        Protocol = "v2",
        Model = "churn",
        Version = "3",
        Headers = new Dictionary<string, string> { ["Authorization"] = "triton", ["X-Tenant"] = "tenant" },
    };

    [Fact]
    public void The_hash_covers_address_model_and_headers_with_their_secrets_names()
    {
        RemoteSpec[] others =
        [
            Elsewhere with { Url = "https://triton.example.org" },
            Elsewhere with { Protocol = "v1" },
            Elsewhere with { Model = "churn-2" },
            Elsewhere with { Version = null },
            Elsewhere with { Headers = null },
            Elsewhere with { Headers = new Dictionary<string, string> { ["Authorization"] = "other", ["X-Tenant"] = "tenant" } },
            Elsewhere with { Headers = new Dictionary<string, string> { ["Authorization"] = "triton", ["X-Tenant"] = "tenant", ["Host"] = "tenant" } },
            Elsewhere with { Headers = new Dictionary<string, string> { ["Authorization"] = "triton\nx-tenant:tenant" } },
        ];
        Assert.Equal(others.Length + 1, others.Append(Elsewhere).Select(static one => one.Sha256()).Distinct().Count());
        Assert.Equal(Elsewhere.Sha256(), (Elsewhere with { TimeoutMs = 5, Retries = 0, Headers = new Dictionary<string, string> { ["x-tenant"] = "tenant", ["AUTHORIZATION"] = "triton" } }).Sha256());
        Assert.Equal((Elsewhere with { Headers = null }).Sha256(), (Elsewhere with { Headers = new Dictionary<string, string>() }).Sha256());
    }

    [Fact]
    public void The_agenda_shows_where_it_answers()
    {
        var agenda = new BoardAgenda { Items = [new Approval { Id = "a", Model = "churn", Version = "3", Remote = Elsewhere with { Model = "<b>" } }, new Approval { Id = "b", Model = "own" }] };
        var page = AgendaHtml.Write(agenda);
        Assert.Contains("<tr><th>Answers elsewhere</th><td>https://triton.example.com, v2, model &lt;b&gt;, version 3, authorization by secret triton, x-tenant by secret tenant</td></tr>", page, StringComparison.Ordinal);
        Assert.Equal(2, page.Split("Answers elsewhere").Length);
    }
}
