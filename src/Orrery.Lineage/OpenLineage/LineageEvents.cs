using System.Text.Json;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Lineage;

/// <summary>OpenLineage events from other systems.</summary>
internal sealed class LineageEvents(Db db, AuditLog audit, TimeProvider time)
{
    private const int MostOfPage = 1_000;

    /// <summary>Characters of a page: an event may have 4 Mi.</summary>
    private const long MostText = 16 << 20;

    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 128 };

    /// <summary>Keeps an event and draws what it says, together; the same event again changes nothing. Failures are <see cref="EventReader"/>'s.</summary>
    public async ValueTask<Result<Done>> RecordAsync(Actor actor, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        if (EventReader.Read(body).Failed(out var wrong, out var read))
            return wrong;
        return await db.WriteAsync<Done>(async session =>
        {
            if (!await EventStore.InsertAsync(session, actor.Workspace, read, time.GetUtcNow().ToUnixTimeMilliseconds()))
                return Done.Ok;
            await LineageEdges.NoteAsync(session, actor.Workspace, read.Nodes, read.At);
            await LineageEdges.AppendAsync(session, actor, read.Edges);
            await audit.AppendAsync(session, actor, new AuditRecord("lineage.event.record", "lineage-event", read.Id[..32]));
            return Done.Ok;
        }, cancel);
    }

    /// <summary>One page of events, shorter than the limit where they are large; <c>lineage.invalid_limit</c>, <c>lineage.invalid_page_token</c>.</summary>
    public async ValueTask<Result<LineageEventPage>> ListAsync(Actor actor, long? after, long? before, int limit, string? token, CancellationToken cancel)
    {
        if (limit is < 1 or > MostOfPage)
            return Failure.Invalid("lineage.invalid_limit", $"limit is {limit}; it must be 1 to {MostOfPage}.");
        var from = (At: long.MaxValue, Id: "");
        if (!string.IsNullOrEmpty(token))
        {
            if (PageToken.Decode(token, 2) is not [long at, string id])
                return Failure.Invalid("lineage.invalid_page_token", "The page token is not one that a listing of events returned.");
            from = (at, id);
        }

        var found = await db.ReadAsync(session => EventStore.ListAsync(session, actor.Workspace, (after ?? long.MinValue, before ?? long.MaxValue), from, limit + 1, MostText), cancel);
        var taken = Math.Min(found.Count, limit);
        return new LineageEventPage
        {
            Events = [.. found.Take(taken).Select(static one => Parse(one.Body))],
            NextPageToken = taken > 0 && found[0].There > taken ? PageToken.Encode(found[taken - 1].At, found[taken - 1].Id) : null,
        };
    }

    private static JsonElement Parse(string body)
    {
        using var document = JsonDocument.Parse(body, Deep);
        return document.RootElement.Clone();
    }
}
