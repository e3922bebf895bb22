using Orrery.Kernel;
using Orrery.Native;
using Orrery.Serving;
using Xunit;

namespace Orrery.Tests.Unit.Serving;

/// <summary>Whose rows are found in prediction logs and taken out, and whose are not.</summary>
public sealed class SubjectPredictionsTests : IDisposable
{
    private const string Churn = "production/churn";
    private static readonly Actor Ann = new(WorkspaceId.Default, "default", "ann");
    private readonly ServingParts _parts = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private SubjectPredictions Predictions => new(_parts.Blobs, _parts.Scratch, _parts.Codes);

    public void Dispose() => _parts.Dispose();

    [Fact]
    public async Task Exact_pairs_are_erased_and_what_only_looks_like_them_stays()
    {
        await LogAsync(true, "name=Ann Lee", "name=AnnLee", "order=9,name=Ann Lee", "name=Ann Lee, Bo,order=9", "name=Ann Lee Roy", "x.name=Ann Lee", "surname=Ann Lee");
        Assert.Equal([Churn], await Predictions.DeploymentsAsync(Ann, Cancel));
        var found = await Predictions.FindAsync(Ann, Churn, Name("Ann Lee"), Cancel);
        Assert.Equal((2, 0L, 0L), (found.Rows.Count, found.Alike, found.Untold));
        Assert.Equal(2, await Predictions.EraseAsync(Ann, Churn, Name("Ann Lee"), Cancel));
        Assert.Equal(0, await Predictions.EraseAsync(Ann, Churn, Name("Ann Lee"), Cancel));
        Assert.Equal(["name=Ann Lee Roy", "name=Ann Lee, Bo,order=9", "name=AnnLee", "surname=Ann Lee", "x.name=Ann Lee"], (await EntitiesAsync()).Order(StringComparer.Ordinal));
        Assert.Equal(1, await Predictions.EraseAsync(Ann, Churn, Name("Ann Lee, Bo"), Cancel));
    }

    [Fact]
    public async Task A_subject_is_found_where_the_log_names_nobody()
    {
        await LogAsync(false, "name=Ann Lee", "name=Bo", null);
        Assert.Equal([null, null, null], await EntitiesAsync());
        var found = await Predictions.FindAsync(Ann, Churn, Name("Ann Lee"), Cancel);
        Assert.Equal((1, 0L), (found.Rows.Count, found.Untold));
        Assert.Equal(1, await Predictions.EraseAsync(Ann, Churn, Name("Ann Lee"), Cancel));
        Assert.Equal(2, (await EntitiesAsync()).Count);
    }

    [Fact]
    public async Task The_same_number_otherwise_written_is_told_and_stays()
    {
        await LogAsync(true, "name=42", "name=042");
        var found = await Predictions.FindAsync(Ann, Churn, Name("042"), Cancel);
        Assert.Equal((1, 1L), (found.Rows.Count, found.Alike));
        Assert.Equal(1, await Predictions.EraseAsync(Ann, Churn, Name("042"), Cancel));
        Assert.Equal(["name=42"], await EntitiesAsync());
    }

    [Fact]
    public async Task Files_of_before_are_searched_by_their_text_and_rows_of_unknown_keys_counted()
    {
        await LogAsync(true, "name=Ann Lee", "name=Bo");
        var key = (await _parts.Blobs.ListAsync("1/predictions/", Cancel).Select(static blob => blob.Key).ToListAsync(Cancel)).Single();
        var (before, after) = (_parts.Scratch.NewPath(), _parts.Scratch.NewPath());
        await using (var blob = (await _parts.Blobs.OpenAsync(key, null, Cancel))!)
        await using (var file = File.Create(before))
            await blob.Stream.CopyToAsync(file, Cancel);
        using (var database = DuckDatabase.Open(null, new() { Threads = 1, AllowedDirectories = [_parts.Scratch.Folder] }))
        using (var connection = database.Connect())
            connection.Execute($$"""copy (select * exclude (subjects) replace ('{"project":"p"}' as features, nullif(entity, 'name=Bo') as entity) from read_parquet('{{before}}')) to '{{after}}' (format parquet)""", Cancel);
        await using (var content = File.OpenRead(after))
            await _parts.Blobs.PutAsync(key, content, Cancel);
        var found = await Predictions.FindAsync(Ann, Churn, Name("Ann Lee"), Cancel);
        Assert.Equal((1, 1L), (found.Rows.Count, found.Untold));
        Assert.Equal(1, await Predictions.EraseAsync(Ann, Churn, Name("Ann Lee"), Cancel));
        Assert.Equal([null], await EntitiesAsync());
    }

    [Fact]
    public void A_header_does_not_hide_whom_was_looked_up()
    {
        var codes = _parts.Codes.Of(WorkspaceId.Default, "order=9", "name=Lee, Ann,customer_id=42").Split(',');
        Assert.Equal(
            [.. new[] { ("order", "9"), ("name", "Lee, Ann"), ("customer_id", "42") }.Select(part => _parts.Codes.OfPart(WorkspaceId.Default, part.Item1, part.Item2))], codes);
        Assert.Equal("", _parts.Codes.Of(WorkspaceId.Default, null, null));
        Assert.NotEqual(_parts.Codes.Of(WorkspaceId.Default, "a=1", null), _parts.Codes.Of(new WorkspaceId(2), "a=1", null));
    }

    private static Dictionary<string, string> Name(string value) => new() { ["name"] = value };

    private async Task LogAsync(bool user, params string?[] entities)
    {
        var deployment = _parts.Deployment(new() { Variants = [ServingParts.Variant("stable", 1)], Log = new() { User = user } });
        foreach (var entity in entities)
            _parts.Log.Offer(deployment, deployment.Answering[0], ServingParts.Call([1], 0, 1), _parts.Facts(null, entity));
        await _parts.Log.DrainAsync(closeAll: true, Cancel);
    }

    private async Task<List<string?>> EntitiesAsync() =>
        [.. (await _parts.Reading.ReadAsync(ServingParts.Key, new LogQuery(0, long.MaxValue / 2000), 100, Cancel)).Select(static row => row.Entity)];
}
