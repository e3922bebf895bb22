using System.CommandLine;
using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops features erasures</c>.</summary>
internal static class FeaturesErasures
{
    public static Command Create() => new("erasures", "Receipts of erasures.")
    {
        List(),
        Show(),
    };

    private static Command List()
    {
        var project = FeaturesCommand.Project();
        var listing = new Listing();
        return listing.AddTo(new Command("list", "List receipts, newest first.") { project }, search: false)
            .Example("mlops features erasures list -p rides")
            .Does(async session =>
            {
                var page = await session.Client.Features.ListErasuresAsync(session.Args.GetValue(project)!, listing.PageLimit(session), listing.Token(session), session.Cancel);
                session.Output.List(
                    page, [.. page.Receipts], page.NextPageToken,
                    ("RECEIPT", static receipt => receipt.Id),
                    ("AT", static receipt => FeaturesRevisions.Time(receipt.ErasedAt)),
                    ("BY", static receipt => receipt.ErasedBy),
                    ("KEY", static receipt => string.Join(", ", receipt.JoinKeys)),
                    ("DELETED", static receipt => receipt.Places.Sum(static place => place.Deleted).ToString("N0", CultureInfo.InvariantCulture)),
                    ("COMPLETE", static receipt => receipt.IsComplete ? "yes" : "NO"),
                    ("REASON", static receipt => receipt.Reason));
            });
    }

    private static Command Show()
    {
        var project = FeaturesCommand.Project();
        var id = Verb.Argument("receipt", "Id of the receipt");
        return new Command("show", "Show one receipt, place by place. Ends with 1 when something was left elsewhere.") { id, project }
            .Example("mlops features erasures show 01938f... -p rides")
            .Does(async session => Receipt(session, await session.Client.Features.GetErasureAsync(session.Args.GetValue(project)!, session.Args.GetRequiredValue(id), session.Cancel)));
    }

    /// <summary>Shows a receipt place by place, and says whether it is complete.</summary>
    public static int Receipt(Session session, ErasureReceipt receipt)
    {
        session.Output.List(
            receipt, [.. receipt.Places], null,
            ("WHERE", static place => place.Kind),
            ("NAME", static place => place.Name),
            ("FOUND", static place => place.Found.ToString(CultureInfo.InvariantCulture)),
            ("DELETED", static place => place.Deleted.ToString(CultureInfo.InvariantCulture)),
            ("NOTE", static place => place.Note));
        session.Output.Remark($"Receipt {receipt.Id}: {(receipt.IsComplete ? "complete" : "not complete, see the notes")}.");
        return receipt.IsComplete ? ExitCodes.Ok : ExitCodes.Failed;
    }
}
