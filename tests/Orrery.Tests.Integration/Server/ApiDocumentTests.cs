using System.Text.Json.Nodes;
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

    [Fact]
    public async Task Every_operation_has_a_sentence_and_a_tag_and_no_two_have_one_id()
    {
        var committed = await File.ReadAllTextAsync(Repository.PathOf("docs", "api", "openapi.json"), TestContext.Current.CancellationToken);
        var operations =
            (from path in JsonNode.Parse(committed)!["paths"]!.AsObject()
             from operation in path.Value!.AsObject()
             select (Name: $"{operation.Key} {path.Key}", Says: operation.Value!.AsObject())).ToList();

        Assert.Contains(operations, operation => operation.Name == "post /api/2.0/mlflow/runs/create");
        Assert.Empty(operations.Where(operation => operation.Says["summary"] is null || operation.Says["tags"] is null).Select(operation => operation.Name));
        Assert.Empty(operations.Select(operation => (string?)operation.Says["operationId"]).OfType<string>().GroupBy(id => id).Where(ids => ids.Count() > 1).Select(ids => ids.Key));
    }
}
