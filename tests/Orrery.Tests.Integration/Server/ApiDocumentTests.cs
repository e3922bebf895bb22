using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

public sealed class ApiDocumentTests
{
    [Fact]
    public async Task The_committed_document_is_the_one_the_server_gives()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var server = await ServerProcess.StartAsync(cancel: cancel);
        var given = await server.Client.GetStringAsync(new Uri("openapi/v1.json", UriKind.Relative), cancel);
        var committed = await File.ReadAllTextAsync(Repository.PathOf("docs", "api", "openapi.json"), cancel);
        Assert.True(given.TrimEnd() == committed.TrimEnd(), "docs/api/openapi.json is not what the server gives any more: run eng/openapi.sh and commit it.");
    }
}
