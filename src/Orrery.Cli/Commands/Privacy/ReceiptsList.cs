using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops subjects receipts list</c>.</summary>
internal static class ReceiptsList
{
    public static Command Create()
    {
        var listing = new Listing();
        return listing.AddTo(new("list", "List erasures, newest first."), search: false).Does(async session =>
        {
            var page = await session.Client.Privacy.ListErasuresAsync(Math.Min(listing.Limit(session), 1000), listing.Token(session), session.Cancel);
            session.Output.List(
                page,
                page.Erasures,
                page.NextPageToken,
                ("ERASURE", one => one.Id),
                ("STATE", one => one.State),
                ("SUBJECT", one => one.Subject[..16]),
                ("COMPLETE", one => one.Receipt is null ? "" : one.Receipt.IsComplete ? "yes" : "no"),
                ("BY", one => one.CreatedBy),
                ("CREATED", one => Printable.Time(one.CreatedAt)));
        }).Example("mlops subjects receipts list");
    }
}
