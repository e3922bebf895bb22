using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>An import whose server fell between its end and the telling of it: the next try says how it ended.</summary>
public sealed class ImportEndTests(OneServerInProcess one) : IClassFixture<OneServerInProcess>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_failed_import_is_not_told_to_have_succeeded()
    {
        var server = one.Server;
        using var http = new HttpClient { BaseAddress = server.Address };
        var red = new MovedWorkspace(http, "red");
        await red.FillAsync();
        var bad = TarFile.Read(await red.ExportAsync()).With("tables/trk_run.ndjson", static text => text.Replace("\"status\":\"FINISHED\"", "\"status\":\"DONE\"", StringComparison.Ordinal));

        var failed = await MovedWorkspace.ImportAsync(http, bad.Write(), "blue");
        // Its name and number go to another workspace, which is not the import's.
        await new MovedWorkspace(http, "blue").PostAsync("experiments/create", new { name = "other" });
        var again = await TryAgainAsync(server, (string)failed["job_id"]!);

        Assert.Equal("failed", (string)failed["state"]!);
        Assert.Equal("tenancy.invalid_archive", again.Failure?.Code);
        Assert.Equal((string)failed["error"]!["message"]!, again.Failure?.Message);
    }

    [Fact]
    public async Task An_import_that_succeeded_reports_again_what_it_did()
    {
        var server = one.Server;
        using var http = new HttpClient { BaseAddress = server.Address };
        var red = new MovedWorkspace(http, "source");
        await red.FillAsync();

        var done = await MovedWorkspace.ImportAsync(http, await red.ExportAsync(), "done");
        var again = await TryAgainAsync(server, (string)done["job_id"]!);

        Assert.Equal("succeeded", (string)done["state"]!);
        Assert.Equal(done["result"]!.ToJsonString(), JsonNode.Parse(again.Value!)!.ToJsonString());
    }

    private static async Task<Result<string?>> TryAgainAsync(ServerInProcess server, string id)
    {
        var job = JobId.Parse(id, null);
        var db = server.Services.GetRequiredService<Db>();
        var payload = await db.ReadAsync(async session =>
        {
            using var statement = session.Sql("select payload from sys_job where job_id = @job").Set("job", id);
            return (await statement.ListAsync(static row => row.GetString(0))).Single();
        }, Cancel);
        var import = server.Services.GetServices<IJobHandler>().OfType<WorkspaceImport>().Single();
        return await import.RunAsync(new(new(job, Actor.System(WorkspaceId.Platform, "platform"), WorkspaceImport.JobKind, payload, 2, 2, false)), Cancel);
    }
}
