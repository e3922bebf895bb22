using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>
/// Finishes pushes that a server left between the history and the online store, and forgets the keys of old ones. Writing again what is
/// online already changes nothing, nor does it undo what was pushed since, so it does not matter who else is at it.
/// </summary>
internal sealed class PushHealing(Db db, Projects projects, IOnlineStore store, PushRules rules, TimeProvider time, ILogger<PushHealing> logger) : BackgroundService
{
    private const int AtOnce = 100;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan KeysAreKept = TimeSpan.FromHours(24);

    /// <summary>Finishes what is open, once.</summary>
    /// <returns>How many pushes were finished.</returns>
    public async ValueTask<int> RunAsync(CancellationToken cancel)
    {
        var (healed, failed) = (0, 0);
        OpenPush? last = null;
        for (var isMore = true; isMore;)
        {
            // Past those that fail: they must not hold up the others.
            var page = await db.ReadAsync(session => PushStore.ListOpenAsync(session, last, AtOnce), cancel);
            foreach (var open in page)
            {
                if ((await FinishAsync(open, cancel)).Failed(out _, out _))
                    failed++;
                else
                    healed++;
                last = open;
            }

            isMore = page.Count == AtOnce;
        }

        if (failed > 0)
            Log.PushNotHealed(logger, exception: null);
        var before = time.GetUtcNow() - KeysAreKept;
        await db.WriteAsync<int>(async session => await PushStore.DeleteOldAsync(session, before), cancel);
        if (healed > 0)
            Log.PushesHealed(logger, healed);
        return healed;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                try
                {
                    await RunAsync(stoppingToken);
                }
                catch (DatabaseUnavailableException e)
                {
                    Log.PushNotHealed(logger, e);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (Exception e) when (e is OperationCanceledException || (e is ObjectDisposedException && stoppingToken.IsCancellationRequested))
        {
            // Stopping, perhaps before the server was up.
        }
    }

    private async ValueTask<Result<Done>> FinishAsync(OpenPush open, CancellationToken cancel)
    {
        var state = Pushes.Read(open.Answer);
        var actor = Actor.System(open.Workspace, "");
        if (state.First > 0 && (await projects.FindAsync(actor, open.Project, cancel)).Failed(out _, out var project) is false
            && project!.Sources.TryGetValue(open.Source, out var source)
            && (await WriteAsync(project, source, open, state, cancel)).Failed(out var failure, out _))
            return failure;
        // A project or source that is gone has nothing to be written to.
        return await db.WriteAsync<Done>(async session =>
        {
            await PushStore.FinishKeyAsync(session, open.Workspace, open.Project, open.Source, open.Key, Pushes.Write(state));
            return Done.Ok;
        }, cancel);
    }

    private async ValueTask<Result<Done>> WriteAsync(FeatureProject project, FeatureSource source, OpenPush open, PushState state, CancellationToken cancel)
    {
        var rows = await db.ReadAsync(session => PushStore.ListAsync(session, open.Workspace, open.Project, open.Source, state.First, state.Last), cancel);
        var views = project.Views.Values.Where(view => view.IsOnline && view.Source.Name == source.Name).ToList();
        foreach (var view in views)
        {
            if ((await rules.SetAsideAsync(project, source, view, rows, cancel)).Failed(out var busy, out var aside))
                return busy;
            // Of equal rows the last one counts: as what is there is kept, it is written first.
            var writes = Enumerable.Reverse(rows.Where((_, at) => !aside.Contains(at)).ToList()).Select(row => Write(view, source, row)).OfType<OnlineWrite>().ToList();
            if ((await store.WriteAsync(OnlineTable.Of(project, view), writes, EqualTimes.Keep, cancel)).Failed(out var failure, out _))
                return failure;
        }

        return Done.Ok;
    }

    // Null for a row that the view of today cannot hold.
    private static OnlineWrite? Write(FeatureView view, FeatureSource source, PushedRow row)
    {
        using var columns = JsonDocument.Parse(row.Columns);
        var keys = new FeatureValue[view.Keys.Count];
        var values = new FeatureValue[view.Fields.Count];
        for (var at = 0; at < keys.Length; at++)
        {
            if (!TryRead(columns.RootElement, source.Column(view.Keys[at].Name), view.Keys[at].Type, out keys[at]))
                return null;
        }

        for (var at = 0; at < values.Length; at++)
        {
            if (!TryRead(columns.RootElement, source.Column(view.Fields[at].Name), view.Fields[at].Type, out values[at]))
                return null;
        }

        return EntityKeyCodec.Encode(view.Keys, keys) is { } key
            ? new(key, new(row.EventTime, row.CreatedTime ?? long.MinValue, RowCodec.Encode(RowLayout.Of(view), values)))
            : null;
    }

    private static bool TryRead(JsonElement columns, string name, FeatureType type, out FeatureValue value)
    {
        value = default;
        if (!columns.TryGetProperty(name, out var element))
            return false;
        var json = new Utf8JsonReader(System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(element));
        json.Read();
        return JsonCast.TryRead(ref json, type, out value);
    }
}
