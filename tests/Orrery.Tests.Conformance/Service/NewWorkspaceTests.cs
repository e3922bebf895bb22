using System.Globalization;
using Xunit;

namespace Orrery.Tests.Conformance;

/// <summary>A workspace is made by the first request into it; many may be the first.</summary>
public abstract class NewWorkspaceTests(Servers servers, Store store) : MlflowTest(servers, store)
{
    private const int Callers = 40;

    [Fact]
    public async Task Many_first_requests_make_one_workspace_with_one_default_experiment()
    {
        for (var round = 0; round < 5; round++)
        {
            var wire = Elsewhere("r" + Plain(round));
            var answers = await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller =>
                wire.PostAsync("experiments/create", new { name = caller % 2 == 0 ? "Default" : $"e{caller}" })));

            Assert.All(answers.Where((_, caller) => caller % 2 == 0), static answer => answer.Fails(400, "RESOURCE_ALREADY_EXISTS"));
            Assert.Equal(
                Enumerable.Range(1, Callers / 2),
                answers.Where((_, caller) => caller % 2 == 1)
                    .Select(static answer => int.Parse(answer.Ok().Text("experiment_id"), CultureInfo.InvariantCulture)).Order());
            var all = (await wire.PostAsync("experiments/search", new { max_results = 100 })).Ok();
            Assert.Equal("0", Assert.Single(all.List("experiments"), static e => e["name"]!.GetValue<string>() == "Default")["experiment_id"]!.GetValue<string>());
        }
    }

    [Fact]
    public async Task Workspaces_made_at_once_are_all_made_and_apart()
    {
        var wires = Enumerable.Range(0, Callers).Select(i => Elsewhere("w" + Plain(i))).ToList();
        var answers = await Task.WhenAll(wires.Select(static wire => wire.PostAsync("experiments/create", new { name = "Default" })));
        Assert.All(answers, static answer => answer.Fails(400, "RESOURCE_ALREADY_EXISTS"));

        var made = await Task.WhenAll(wires.Select(static (wire, i) => wire.PostAsync("experiments/create", new { name = $"of {i}" })));
        Assert.All(made, static answer => Assert.Equal("1", answer.Ok().Text("experiment_id")));
        for (var i = 0; i < wires.Count; i++)
            Assert.Equal($"of {i}", (await wires[i].GetAsync("experiments/get", ("experiment_id", "1"))).Ok().Text("experiment.name"));
    }
}

public sealed class NewWorkspacesOnSqlite(Servers servers) : NewWorkspaceTests(servers, Store.Sqlite);

public sealed class NewWorkspacesOnPostgres(Servers servers) : NewWorkspaceTests(servers, Store.Postgres);
